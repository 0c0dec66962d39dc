"""The network, both ways: what feeds a place and what hangs on it; the SQL."""

from __future__ import annotations

from runtime.postgres import Connection
from utility.grid.values import Area, AreaFacts, Line


async def areas(connection: Connection) -> list[Area]:
    """Lists every area with the promise of its region."""
    rows = await connection.fetch(
        """select a.area_id, a.name, a.estate, a.street, a.road, a.buildings, r.name as region, r.kind as region_kind,
           r.arrive_minutes, a.line_id, a.lat, a.lng
        from transformer_areas a join regions r using (region_id) order by a.area_id"""
    )
    return [Area(**row) for row in rows]


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
