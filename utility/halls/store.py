"""Halls, managers, the days that differ and the managers' absences: the SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from runtime.postgres import Connection
from utility.halls.schedules import HoursWords, hall_week, manager_schedule
from utility.halls.values import Absence, Hall, Hours, Manager, OtherDay, Schedule

_HALL = """
    select h.*, r.name as region from halls h join regions r using (region_id)
"""
# The books of accounts keep who looks after key accounts; their absences stand here with the others'.
_MANAGERS = """
    select manager_id, name, 'grid_manager' as role, phone, hours, null as deputy_id from grid_managers
    union all
    select manager_no, name, 'key_account_manager', phone, hours, deputy_no from account_managers
"""


async def halls(connection: Connection, region: str = "") -> list[Hall]:
    """Lists the halls of a region (by its name or number), or all."""
    rows = await connection.fetch(
        f"{_HALL} where $1 = '' or r.name = $1 or r.region_id = $1 order by h.hall_id", region
    )
    others = await _other_days(connection, [row["hall_id"] for row in rows])
    return [_hall(row, others[row["hall_id"]]) for row in rows]


async def hall(connection: Connection, hall_id: str) -> Hall | None:
    """Reads one hall."""
    row = await connection.fetchrow(f"{_HALL} where h.hall_id = $1", hall_id)
    return _hall(row, (await _other_days(connection, [hall_id]))[hall_id]) if row else None


async def save_other_day(connection: Connection, hall_id: str, day: date, hours: Hours | None, note: str) -> None:
    """Writes what a hall's hours are on one day."""
    await connection.execute(
        """insert into hall_days (hall_id, day, hours, note) values ($1, $2, $3, $4)
        on conflict (hall_id, day) do update set hours = excluded.hours, note = excluded.note""",
        *(hall_id, day, str(hours) if hours else None, note),
    )


async def area_exists(connection: Connection, area_id: str) -> bool:
    """Tells whether there is such an area."""
    return bool(await connection.fetchval("select 1 from transformer_areas where area_id = $1", area_id))


async def grid_manager_of(connection: Connection, area_id: str, words: HoursWords) -> Manager | None:
    """Reads the grid manager of an area."""
    manager_id = await connection.fetchval("select manager_id from grid_manager_areas where area_id = $1", area_id)
    return await manager(connection, manager_id, words) if manager_id else None


async def key_account_manager_of(connection: Connection, account_no: str, words: HoursWords) -> Manager | None:
    """Reads the key-account manager of an account."""
    manager_id = await connection.fetchval("select manager_no from managed_accounts where account_no = $1", account_no)
    return await manager(connection, manager_id, words) if manager_id else None


async def manager(connection: Connection, manager_id: str, words: HoursWords) -> Manager | None:
    """Reads a manager of either kind with their absences."""
    row = await connection.fetchrow(f"select * from ({_MANAGERS}) m where manager_id = $1", manager_id)
    if row is None:
        return None
    away = await connection.fetch(
        "select since, until from manager_absences where manager_id = $1 order by since", manager_id
    )
    absences = tuple(Absence(a["since"], a["until"]) for a in away)
    return Manager(**row, schedule=manager_schedule(row["hours"], words), absences=absences)


async def save_absence(connection: Connection, manager_id: str, since: datetime, until: datetime, note: str) -> None:
    """Writes that a manager is away; the same beginning again changes the end."""
    await connection.execute(
        """insert into manager_absences (manager_id, since, until, note) values ($1, $2, $3, $4)
        on conflict (manager_id, since) do update set until = excluded.until, note = excluded.note""",
        *(manager_id, since, until, note),
    )


async def _other_days(connection: Connection, hall_ids: list[str]) -> dict[str, dict[date, OtherDay]]:
    rows = await connection.fetch("select hall_id, day, hours, note from hall_days where hall_id = any($1)", hall_ids)
    found: dict[str, dict[date, OtherDay]] = defaultdict(dict)
    for row in rows:
        hours = Hours.read(row["hours"]) if row["hours"] else None
        found[row["hall_id"]][row["day"]] = OtherDay(hours, row["note"])
    return found


def _hall(row: Mapping[str, Any], others: Mapping[date, OtherDay]) -> Hall:
    same = ("hall_id", "name", "region", "address", "phone", "self_service")
    return Hall(
        **{name: row[name] for name in same},
        services=tuple(row["services"]),
        schedule=Schedule(hall_week(row), others),
    )
