"""How places, locations, areas and lines look outside."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from utility.counter.shown import Json, shown_number
from utility.grid.values import AreaFacts, Line, Location, Place


def place(value: Place) -> Json:
    """Shows a place."""
    return {
        "area_id": value.area.area_id,
        "estate": value.area.estate,
        "building": value.building,
        "region": value.area.region,
        "region_kind": value.area.region_kind,
        "text": value.text,
    }


def location(value: Location) -> Json:
    """Shows where a point lies; an area only when it is the company's ground."""
    return {
        "ours": value.area is not None,
        "place": place(Place(value.area)) if value.area else None,
        "distance_km": None if value.distance_km is None else shown_number(value.distance_km),
    }


def area_facts(value: AreaFacts) -> Json:
    """Shows the key facts of an area."""
    shown = dataclasses.asdict(value)
    return {**shown, "buildings": list(value.buildings), "standby_lines": list(value.standby_lines)}


def line(value: Line, fed: Sequence[str], standby: Sequence[str]) -> Json:
    """Shows a line with the areas on it."""
    return {**dataclasses.asdict(value), "area_ids": list(fed), "standby_area_ids": list(standby)}
