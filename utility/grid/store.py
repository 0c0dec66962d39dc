"""The network, both ways: what feeds a place and what hangs on it; the SQL."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.postgres import Connection
from utility.grid.values import Area, AreaFacts, Line, SupplyPoint


async def areas(connection: Connection) -> list[Area]:
    """Lists every area with the promise of its region."""
    rows = await connection.fetch(
        """select a.area_id, a.name, a.estate, a.street, a.road, a.buildings, r.name as region, r.kind as region_kind,
           r.arrive_minutes, a.line_id, a.lat, a.lng
        from transformer_areas a join regions r using (region_id) order by a.area_id"""
    )
    return [Area(**row) for row in rows]


async def hold_area(connection: Connection, area_id: str) -> bool:
    """Holds an area until the transaction ends, so that its reports are taken one after the other."""
    row = await connection.fetchrow("select 1 from transformer_areas where area_id = $1 for update", area_id)
    return row is not None


async def line(connection: Connection, line_id: str) -> Line | None:
    """Reads a 10 kV line."""
    row = await connection.fetchrow("select line_id, name, substation from lines where line_id = $1", line_id)
    return Line(**row) if row else None


async def areas_of_line(connection: Connection, line_id: str, *, standby: bool = False) -> list[str]:
    """Lists the areas that a line feeds; with `standby` also those it would feed."""
    rows = await connection.fetch(
        """select area_id from transformer_areas where line_id = $1
        union select area_id from standby_supplies where line_id = $1 and $2 order by area_id""",
        line_id,
        standby,
    )
    return [row["area_id"] for row in rows]


async def areas_of_substation(connection: Connection, substation: str) -> list[str]:
    """Lists the areas that the lines of a substation feed."""
    rows = await connection.fetch(
        """select area_id from transformer_areas join lines using (line_id) where substation = $1 order by area_id""",
        substation,
    )
    return [row["area_id"] for row in rows]


async def accounts_of_areas(connection: Connection, area_ids: Sequence[str], *, building: str = "") -> list[str]:
    """Lists the open accounts whose main supply hangs on these areas; a building narrows them."""
    rows = await connection.fetch(
        """select account_no from accounts
        where area_id = any($1) and status <> 'closed' and ($2 = '' or building = $2) order by account_no""",
        list(area_ids),
        building,
    )
    return [row["account_no"] for row in rows]


async def accounts_of_area(connection: Connection, area_id: str, *, building: str = "") -> list[str]:
    """Lists the open accounts of one area; a building narrows them."""
    return await accounts_of_areas(connection, [area_id], building=building)


async def supply_points(connection: Connection, account_no: str) -> list[SupplyPoint]:
    """Lists where an account gets its power from, the main supply first."""
    rows = await connection.fetch(
        """select supply_point_no, account_no, area_id, line_id, role from supply_points
        where account_no = $1 order by role, supply_point_no""",
        account_no,
    )
    return [SupplyPoint(**row) for row in rows]


async def area_facts(connection: Connection, area_id: str) -> AreaFacts | None:
    """Reads the key facts of an area."""
    row = await connection.fetchrow(
        """select a.area_id, a.name, a.kind, a.street, a.estate, a.road, a.homes, r.name as region, a.line_id,
           l.name as line_name, l.substation,
           array(select line_id from standby_supplies s where s.area_id = a.area_id order by line_id) as standby_lines,
           array(select name from buildings b where b.area_id = a.area_id order by length(name), name) as buildings,
           (select count(*) from accounts c where c.area_id = a.area_id and c.status <> 'closed') as accounts
        from transformer_areas a join regions r using (region_id) join lines l using (line_id) where a.area_id = $1""",
        area_id,
    )
    if row is None:
        return None
    lists = {name: tuple(row[name]) for name in ("standby_lines", "buildings")}
    return AreaFacts(**{**row, **lists})
