"""Distances and buildings: pure functions of coordinates and of the books' words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from utility.grid.values import Area

EARTH_KM = 6371.0088
_METRE = Decimal("0.001")
_RANGE = re.compile(r"(\d+|[A-Z])-(\d+|[A-Z])(\D+)")


@dataclass(frozen=True)
class Point:
    """A place on the earth in degrees (WGS 84)."""

    lat: Decimal
    lng: Decimal


def distance_km(one: Point, other: Point) -> Decimal:
    """Computes the great-circle distance, to the metre."""
    lat_1, lat_2 = math.radians(one.lat), math.radians(other.lat)
    half_lat, half_lng = (lat_2 - lat_1) / 2, math.radians(other.lng - one.lng) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin(half_lng) ** 2
    return Decimal(2 * EARTH_KM * math.asin(math.sqrt(min(1.0, chord)))).quantize(_METRE, rounding=ROUND_HALF_UP)


def nearest(areas: Iterable[Area], point: Point) -> tuple[Area, Decimal] | None:
    """Finds the area nearest to a point and how far it is; the smaller number wins a tie, None without any area."""
    found = ((distance_km(Point(area.lat, area.lng), point), area.area_id, area) for area in areas)
    best = min(found, default=None)
    return (best[2], best[0]) if best else None


def building_names(text: str) -> list[str]:
    """Spells out the buildings of an area: `1-3栋` is three; what is no range stands for itself."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return [text] if text else []
    first, last, word = match[1], match[2], match[3]
    if first.isdigit() and last.isdigit():
        return [f"{number}{word}" for number in range(int(first), int(last) + 1)]
    if first.isdigit() or last.isdigit():
        return [text]
    return [f"{chr(letter)}{word}" for letter in range(ord(first), ord(last) + 1)]
