"""Areas: the SQL."""

from __future__ import annotations

from runtime.postgres import Connection
from utility.grid.values import Area


async def areas(connection: Connection) -> list[Area]:
    """Lists every area with the promise of its region."""
    rows = await connection.fetch(
        """select a.area_id, a.name, a.estate, a.street, a.road, a.buildings, r.name as region, r.kind as region_kind,
           r.arrive_minutes from transformer_areas a join regions r using (region_id) order by a.area_id"""
    )
    return [Area(**row) for row in rows]


async def hold_area(connection: Connection, area_id: str) -> bool:
    """Holds an area until the transaction ends, so that its reports are taken one after the other."""
    row = await connection.fetchrow("select 1 from transformer_areas where area_id = $1 for update", area_id)
    return row is not None
