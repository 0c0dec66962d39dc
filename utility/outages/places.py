"""What an outage covers: areas, a line by its topology (standby lines keep areas alive), single buildings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from runtime.postgres import Connection
from utility.company import Company
from utility.errors import Clash, InvalidRequest, NotKnown
from utility.grid import store as grid
from utility.outages import store
from utility.outages.rules import Topology
from utility.outages.values import Building, Outage, Where


async def covered(connection: Connection, company: Company, where: Where, now: datetime) -> Where:
    """Checks a place and names every area that is dark by it.

    Raises:
        InvalidRequest: nothing says where.
        NotKnown: `area.unknown`, `line.unknown`, `building.unknown`.
        Clash: `outage.nobody_dark`, every area of the line is kept by another.
    """
    if not (where.area_ids or where.line_id or where.buildings):
        raise InvalidRequest("field.missing", "area_ids", "Areas, a line or buildings must say where.")
    _check_areas(company, [*where.area_ids, *(place.area_id for place in where.buildings)])
    await _check_buildings(connection, where.buildings)
    areas = [*where.area_ids, *(place.area_id for place in where.buildings)]
    if where.line_id:
        areas += await _dark_of_line(connection, where.line_id, now)
    if not areas:
        raise Clash("outage.nobody_dark", "Every area of the line has its power from another line.")
    whole = set(areas) - {place.area_id for place in where.buildings} | set(where.area_ids)
    buildings = tuple(place for place in where.buildings if place.area_id not in whole)
    return replace(where, area_ids=tuple(sorted(set(areas))), buildings=buildings)


def scope_of(where: Where) -> str:
    """Names how wide a covered place is."""
    if where.line_id:
        return "line"
    partly = {place.area_id for place in where.buildings}
    return "building" if set(where.area_ids) <= partly else "area"


def widened(outage: Outage, more: Where) -> Outage:
    """Returns the outage with more places; an area that is dark as a whole loses its single buildings."""
    partly = {place.area_id for place in more.buildings}
    whole = set(more.area_ids) - partly
    known = {place.area_id for place in outage.buildings}
    dark = set(outage.area_ids) - known
    buildings = {place for place in (*outage.buildings, *more.buildings) if place.area_id not in whole | dark}
    line_id = more.line_id or outage.line_id
    where = Where(tuple(sorted({*outage.area_ids, *more.area_ids})), more.line_id, tuple(buildings))
    scope = "line" if outage.scope == "line" else scope_of(where)
    ordered = tuple(sorted(buildings, key=lambda place: (place.area_id, place.building)))
    return replace(outage, area_ids=where.area_ids, buildings=ordered, line_id=line_id, scope=scope)


async def _dark_of_line(connection: Connection, line_id: str, now: datetime) -> Sequence[str]:
    if await grid.line(connection, line_id) is None:
        raise NotKnown("line.unknown", "There is no such line.")
    out = await store.lines_out(connection, now)
    fed, standby = await store.feeding(connection, [line_id])
    return Topology(fed, standby).dark(line_id, out)


def _check_areas(company: Company, area_ids: Sequence[str]) -> None:
    unknown = next((area for area in area_ids if area not in company.areas), None)
    if unknown is not None:
        raise NotKnown("area.unknown", "There is no such area.", area_id=unknown[:40])


async def _check_buildings(connection: Connection, buildings: Sequence[Building]) -> None:
    for place in buildings:
        known = await connection.fetchval(
            "select 1 from buildings where area_id = $1 and name = $2", place.area_id, place.building
        )
        if not known:
            raise NotKnown("building.unknown", "The area has no such building.", building=place.building[:40])
