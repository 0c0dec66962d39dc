"""Outages, what they cover and what was said of them: the SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from runtime.postgres import Connection
from utility.outages.values import Building, Fact, Outage, Step

_OUTAGE = """
    select outage_no, kind, status, cause, crew, main_order_no, started_at as started, eta, eta_said_at, next_update_by,
           planned_from, planned_to, restored_at as restored, coalesce(eta_said_by, '') as eta_said_by, line_id, scope,
           homes, contact, published_at as published, short_reason, exempt, late_told, merged_into,
           coalesce((select sum(reports) from fault_groups g where g.outage_no = o.outage_no), 0)::integer as reports,
           array(select area_id from outage_areas where outage_no = o.outage_no order by area_id) as area_ids,
           array(select area_id from outage_areas where outage_no = o.outage_no and restored_at is not null
                 order by area_id) as restored_areas,
           array(select array[area_id, building] from outage_buildings where outage_no = o.outage_no
                 order by area_id, building) as buildings
    from outages o
"""
_LIVE = """restored_at is null and status not in ('cancelled', 'merged')
    and (planned_to is null or greatest(planned_to, eta) > {now})"""


async def outage(connection: Connection, outage_no: str, *, hold: bool = False) -> Outage | None:
    """Reads an outage; `hold` keeps it to this transaction."""
    row = await connection.fetchrow(f"{_OUTAGE} where outage_no = $1 {'for update' if hold else ''}", outage_no)
    return _outage(row) if row else None


async def outages(connection: Connection, area_id: str, now: datetime) -> list[Outage]:
    """Lists the outages of an area that run or are still to come, those that begin first before the others."""
    rows = await connection.fetch(
        f"""{_OUTAGE} where {_LIVE.format(now="$2")}
        and outage_no in (select outage_no from outage_areas where area_id = $1 and restored_at is null)
        order by coalesce(started_at, planned_from), outage_no""",
        area_id,
        now,
    )
    return [_outage(row) for row in rows]


async def outages_of_line(connection: Connection, line_id: str, now: datetime) -> list[Outage]:
    """Lists the outages of any area that a line feeds, as `outages` does."""
    rows = await connection.fetch(
        f"""{_OUTAGE} where {_LIVE.format(now="$2")}
        and outage_no in (select outage_no from outage_areas join transformer_areas using (area_id)
                          where transformer_areas.line_id = $1 and restored_at is null)
        order by coalesce(started_at, planned_from), outage_no""",
        line_id,
        now,
    )
    return [_outage(row) for row in rows]


async def outages_since(connection: Connection, area_id: str, since: datetime, now: datetime) -> list[Outage]:
    """Lists the outages of an area that began since then, the newest first."""
    rows = await connection.fetch(
        f"""{_OUTAGE} where coalesce(started_at, planned_from) between $2 and $3 and status <> 'merged'
        and outage_no in (select outage_no from outage_areas where area_id = $1)
        order by coalesce(started_at, planned_from) desc, outage_no""",
        area_id,
        since,
        now,
    )
    return [_outage(row) for row in rows]


async def unfinished(connection: Connection) -> list[str]:
    """Lists the numbers of all outages that are not over."""
    rows = await connection.fetch(
        "select outage_no from outages where restored_at is null and status not in ('cancelled', 'merged')"
        " order by outage_no"
    )
    return [row["outage_no"] for row in rows]


async def lines_out(connection: Connection, now: datetime) -> list[str]:
    """Lists the lines that are out as a whole now."""
    rows = await connection.fetch(
        f"""select distinct line_id from outages where scope = 'line' and line_id is not null
        and {_LIVE.format(now="$1")} and coalesce(started_at, planned_from) <= $1 order by line_id""",
        now,
    )
    return [row["line_id"] for row in rows]


async def feeding(connection: Connection, line_ids: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Reads which areas these lines feed or would feed, and every line that stands by for those areas."""
    fed = await connection.fetch(
        """select t.line_id, t.area_id from transformer_areas t
        where t.line_id = any($1)
           or t.area_id in (select area_id from standby_supplies where line_id = any($1)) order by t.area_id""",
        list(line_ids),
    )
    areas = [row["area_id"] for row in fed]
    kept = await connection.fetch(
        "select area_id, line_id from standby_supplies where area_id = any($1) order by area_id, line_id", areas
    )
    return _grouped(fed, "line_id", "area_id"), _grouped(kept, "area_id", "line_id")


async def homes_of(connection: Connection, area_ids: Sequence[str], buildings: Sequence[Building]) -> int:
    """Counts the homes of areas that are dark as a whole, and the accounts of single dark buildings."""
    partly = {place.area_id for place in buildings}
    whole = [area for area in area_ids if area not in partly]
    homes = await connection.fetchval(
        "select coalesce(sum(homes), 0) from transformer_areas where area_id = any($1)", whole
    )
    single = await connection.fetchval(
        """select count(*) from accounts where status <> 'closed'
        and (area_id, building) in (select * from unnest($1::text[], $2::text[]))""",
        [place.area_id for place in buildings],
        [place.building for place in buildings],
    )
    return int(homes) + int(single)


async def save(connection: Connection, outage: Outage) -> None:
    """Writes an outage as it now stands, new or known; its places are written by `cover`."""
    await connection.execute(
        """insert into outages
        (outage_no, kind, status, cause, main_order_no, crew, started_at, eta, eta_said_at, eta_said_by, next_update_by,
         planned_from, planned_to, restored_at, line_id, scope, homes, contact, published_at, short_reason, exempt,
         late_told, merged_into)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                $23)
        on conflict (outage_no) do update set
        (status, cause, main_order_no, crew, started_at, eta, eta_said_at, eta_said_by, next_update_by, planned_from,
         planned_to, restored_at, line_id, scope, homes, contact, published_at, short_reason, exempt, late_told,
         merged_into) =
        (excluded.status, excluded.cause, excluded.main_order_no, excluded.crew, excluded.started_at, excluded.eta,
         excluded.eta_said_at, excluded.eta_said_by, excluded.next_update_by, excluded.planned_from,
         excluded.planned_to, excluded.restored_at, excluded.line_id, excluded.scope, excluded.homes, excluded.contact,
         excluded.published_at, excluded.short_reason, excluded.exempt, excluded.late_told, excluded.merged_into)""",
        *(outage.outage_no, outage.kind, outage.status, outage.cause, outage.main_order_no, outage.crew),
        *(outage.started, outage.eta, outage.eta_said_at, outage.eta_said_by or None, outage.next_update_by),
        *(outage.planned_from, outage.planned_to, outage.restored, outage.line_id, outage.scope, outage.homes),
        *(outage.contact, outage.published, outage.short_reason, outage.exempt, outage.late_told, outage.merged_into),
    )


async def cover(connection: Connection, outage: Outage) -> None:
    """Writes the places of an outage; an area that is dark as a whole loses its single buildings."""
    await connection.executemany(
        "insert into outage_areas (outage_no, area_id) values ($1, $2) on conflict do nothing",
        [(outage.outage_no, area_id) for area_id in outage.area_ids],
    )
    await connection.execute("delete from outage_buildings where outage_no = $1", outage.outage_no)
    await connection.executemany(
        "insert into outage_buildings values ($1, $2, $3) on conflict do nothing",
        [(outage.outage_no, place.area_id, place.building) for place in outage.buildings],
    )


async def end_areas(connection: Connection, outage_no: str, area_ids: Sequence[str], at: datetime) -> None:
    """Marks areas as restored."""
    await connection.execute(
        """update outage_areas set restored_at = $3
        where outage_no = $1 and area_id = any($2) and restored_at is null""",
        outage_no,
        list(area_ids),
        at,
    )


async def add_step(connection: Connection, outage_no: str, step: Step) -> None:
    """Adds a line to the timeline; the caller holds the outage."""
    await connection.execute(
        """insert into outage_steps (outage_no, step_no, status, at, note, actor)
        select $1, coalesce(max(step_no), 0) + 1, $2, $3, $4, $5 from outage_steps where outage_no = $1""",
        *(outage_no, step.status, step.at, step.note, step.actor),
    )


async def add_fact(connection: Connection, outage_no: str, fact: Fact) -> None:
    """Keeps what was said; the caller holds the outage."""
    await connection.execute(
        """insert into outage_facts (outage_no, fact_no, fact, value, said_at, said_by)
        select $1, coalesce(max(fact_no), 0) + 1, $2, $3, $4, $5 from outage_facts where outage_no = $1""",
        *(outage_no, fact.fact, fact.value, fact.said_at, fact.said_by),
    )


async def steps(connection: Connection, outage_no: str) -> list[Step]:
    """Lists the timeline."""
    rows = await connection.fetch(
        "select status, at, note, actor from outage_steps where outage_no = $1 order by step_no", outage_no
    )
    return [Step(**row) for row in rows]


async def facts(connection: Connection, outage_no: str) -> list[Fact]:
    """Lists everything that was said, the oldest first."""
    rows = await connection.fetch(
        "select fact, value, said_at, said_by from outage_facts where outage_no = $1 order by fact_no", outage_no
    )
    return [Fact(**row) for row in rows]


async def tell_overdue(connection: Connection, outage_no: str, due: datetime) -> bool:
    """Notes that the word due then has not come; False when that was noted before."""
    told = await connection.fetchval(
        """update outages set word_overdue_told = $2
        where outage_no = $1 and word_overdue_told is distinct from $2 returning 1""",
        outage_no,
        due,
    )
    return told is not None


def _outage(row: Any) -> Outage:
    lists = {name: tuple(row[name]) for name in ("area_ids", "restored_areas")}
    return Outage(**{**row, **lists, "buildings": tuple(Building(*pair) for pair in row["buildings"])})


def _grouped(rows: Sequence[Any], key: str, value: str) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row[value])
    return {name: tuple(values) for name, values in found.items()}
