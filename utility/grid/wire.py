"""How places look outside."""

from __future__ import annotations

from utility.counter.shown import Json
from utility.grid.values import Place


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
