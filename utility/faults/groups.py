"""Groups of fault reports and their counts: the SQL; one report costs the same however many came before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from runtime.postgres import Connection
from utility.faults.merging import Tally, tally
from utility.faults.values import Dark, Group
from utility.grid.values import Area
from utility.outages.values import Outage

_GROUP = """
    select g.group_id, g.key, g.area_id, g.line_id, g.main_order_no, g.outage_no, g.symptom, g.reports, g.last_report_at
    from fault_groups g
"""
# A group without an event goes on until its main order is done.
_WAITING = """g.merged_into is null and g.outage_no is null and exists (
    select from work_orders m where m.order_no = g.main_order_no and m.closed_at is null
    and m.state not in ('restored', 'replied', 'called_back', 'archived'))"""


async def hold(connection: Connection, what: str) -> None:
    """Lets one report at a time through for `what` (a home, a line), until the transaction ends."""
    await connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"fault:{what}")


async def waiting(connection: Connection, keys: Sequence[str], since: datetime) -> list[Group]:
    """Lists the groups of these keys that are no event yet and had a report since then, oldest first."""
    rows = await connection.fetch(
        f"{_GROUP} where g.key = any($1) and g.last_report_at >= $2 and {_WAITING} order by g.group_id",
        list(keys),
        since,
    )
    return [Group(**row) for row in rows]


async def waiting_of_line(connection: Connection, line_id: str, since: datetime) -> list[Group]:
    """Lists the groups of a line that are no event yet and had a report since then, oldest first."""
    rows = await connection.fetch(
        f"{_GROUP} where g.line_id = $1 and g.last_report_at >= $2 and {_WAITING} order by g.group_id", line_id, since
    )
    return [Group(**row) for row in rows]


async def of_outage(connection: Connection, outage_no: str) -> Group | None:
    """Reads the group that the reports of an event join."""
    row = await connection.fetchrow(f"{_GROUP} where g.outage_no = $1 and g.merged_into is null", outage_no)
    return Group(**row) if row else None


async def of_order(connection: Connection, order_no: str) -> Group | None:
    """Reads the group that an order leads or belongs to, as it stands after groups became one."""
    row = await connection.fetchrow(
        f"""{_GROUP} where g.group_id = (
            select coalesce(own.merged_into, own.group_id) from fault_orders f
            join fault_groups own on own.group_id = f.group_id where f.order_no = $1)""",
        order_no,
    )
    return Group(**row) if row else None


async def begin(
    connection: Connection, key: str, *, area: Area | None, line_id: str | None, symptom: str, at: datetime
) -> Group:
    """Opens a group for a report that stands alone."""
    row = await connection.fetchrow(
        """insert into fault_groups as g (key, area_id, line_id, symptom, last_report_at) values ($1, $2, $3, $4, $5)
        returning g.group_id, g.key, g.area_id, g.line_id, g.main_order_no, g.outage_no, g.symptom, g.reports,
                  g.last_report_at""",
        *(key, area.area_id if area else None, line_id, symptom, at),
    )
    return Group(**row)


async def begin_of_outage(connection: Connection, event: Outage, symptom: str, at: datetime) -> Group:
    """Opens, or finds, the group of an event that nobody had reported before."""
    await connection.execute(
        """insert into fault_groups (key, line_id, main_order_no, outage_no, symptom, last_report_at)
        values ($1, $2, $3, $4, $5, $6) on conflict do nothing""",
        *(f"outage:{event.outage_no}", event.line_id, event.main_order_no, event.outage_no, symptom, at),
    )
    found = await of_outage(connection, event.outage_no)
    if found is None:
        raise LookupError(f"the group of {event.outage_no} was not written")
    return found


async def count(connection: Connection, group_id: int, at: datetime) -> int:
    """Counts one more report; returns which one it is, and holds the group from here on."""
    number = await connection.fetchval(
        """update fault_groups set reports = reports + 1, last_report_at = greatest(last_report_at, $2)
        where group_id = $1 returning reports""",
        group_id,
        at,
    )
    return int(number)


async def lead(connection: Connection, group_id: int, order_no: str) -> None:
    """Makes an order the main order of its group."""
    await connection.execute("update fault_groups set main_order_no = $2 where group_id = $1", group_id, order_no)


async def add_home(connection: Connection, group_id: int, home: str, place: Dark) -> bool:
    """Counts a home once, however often it reports; returns whether it is new."""
    new = await connection.fetchval(
        "insert into fault_group_homes values ($1, $2) on conflict do nothing returning 1", group_id, home
    )
    if new and place.area_id:
        await connection.execute(
            """insert into fault_group_places as p values ($1, $2, $3, $4, 1)
            on conflict (group_id, area_id, building, stair) do update set homes = p.homes + 1""",
            *(group_id, place.area_id, place.building, place.stair),
        )
    return new is not None


async def tally_of(connection: Connection, outage_no: str | None, group_id: int) -> Tally:
    """Adds up the homes of a group, or of every group of its event."""
    rows = await connection.fetch(
        """select p.area_id, p.building, p.stair, p.homes from fault_group_places p
        join fault_groups g using (group_id) where g.group_id = $1 or ($2::text is not null and g.outage_no = $2)""",
        group_id,
        outage_no,
    )
    return tally(Dark(**row) for row in rows)


async def become_event(connection: Connection, group_id: int, outage_no: str) -> None:
    """Ties a group, and so every order in it, to the event it turned out to be."""
    await connection.execute("update fault_groups set outage_no = $2 where group_id = $1", group_id, outage_no)


async def absorb(connection: Connection, into: Group, other: Group) -> None:
    """Puts a group, and all that it took in before, under another one and its event."""
    await connection.execute(
        """update fault_groups set merged_into = $1, outage_no = $3 where group_id = $2 or merged_into = $2""",
        *(into.group_id, other.group_id, into.outage_no),
    )
