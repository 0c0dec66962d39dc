"""Outages: the SQL."""

from __future__ import annotations

from datetime import datetime

from runtime.postgres import Connection
from utility.outages.values import Outage

_OUTAGE = """
    select outage_no, kind, status, cause, crew, main_order_no, started_at as started, eta, eta_said_at, next_update_by,
           planned_from, planned_to, restored_at as restored,
           array(select area_id from outage_areas where outage_no = o.outage_no order by area_id) as area_ids
    from outages o
"""


async def outages(connection: Connection, area_id: str, now: datetime) -> list[Outage]:
    """Lists the outages of an area that run or are still to come, running ones first."""
    rows = await connection.fetch(
        f"""{_OUTAGE} where restored_at is null and (planned_to is null or planned_to > $2)
        and outage_no in (select outage_no from outage_areas where area_id = $1)
        order by coalesce(started_at, planned_from), outage_no""",
        area_id,
        now,
    )
    return [Outage(**{**row, "area_ids": tuple(row["area_ids"])}) for row in rows]


async def save_outage(connection: Connection, outage: Outage) -> None:
    """Writes a new outage with its areas and the first line of its timeline."""
    await connection.execute(
        """insert into outages
        (outage_no, kind, status, cause, main_order_no, crew, started_at, next_update_by, contact, homes)
        values ($1, $2, $3, $4, $5, $6, $7, $8, '',
                (select sum(homes) from transformer_areas where area_id = any($9)))""",
        outage.outage_no,
        outage.kind,
        outage.status,
        outage.cause,
        outage.main_order_no,
        outage.crew,
        outage.started,
        outage.next_update_by,
        list(outage.area_ids),
    )
    await connection.executemany(
        "insert into outage_areas values ($1, $2)", [(outage.outage_no, area_id) for area_id in outage.area_ids]
    )
    await connection.execute(
        "insert into outage_steps values ($1, 1, $2, $3, '')", outage.outage_no, outage.status, outage.started
    )
