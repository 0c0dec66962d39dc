"""Where a point on the earth lies, and what a counter says of an area."""

from __future__ import annotations

from decimal import Decimal

from runtime.postgres import transaction
from utility.company import Company
from utility.errors import NotKnown
from utility.grid import store
from utility.grid.rules import Point, nearest
from utility.grid.values import AreaFacts, Line, Location


def locate(company: Company, lat: Decimal, lng: Decimal) -> Location:
    """Finds the area nearest to a point; a point out of reach is on somebody else's ground."""
    found = nearest(company.areas.values(), Point(lat, lng))
    if found is None:
        return Location(None, None)
    area, distance = found
    reach = company.territory.at(company.clock.now().date(), company.regions).value.reach_km
    return Location(area if distance <= reach else None, distance)


async def read_area(company: Company, area_id: str) -> AreaFacts:
    """Reads the key facts of an area.

    Raises:
        NotKnown: `area.unknown`.
    """
    async with transaction(company.pool) as connection:
        facts = await store.area_facts(connection, area_id)
    if facts is None:
        raise NotKnown("area.unknown", "There is no such area.")
    return facts


async def read_line(company: Company, line_id: str) -> tuple[Line, list[str], list[str]]:
    """Reads a line, the areas it feeds, and those it stands by for.

    Raises:
        NotKnown: `line.unknown`.
    """
    async with transaction(company.pool) as connection:
        line = await store.line(connection, line_id)
        if line is None:
            raise NotKnown("line.unknown", "There is no such line.")
        fed = await store.areas_of_line(connection, line_id)
        both = await store.areas_of_line(connection, line_id, standby=True)
    return line, fed, [area_id for area_id in both if area_id not in fed]
