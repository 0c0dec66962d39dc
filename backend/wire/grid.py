"""How places look on the wire."""

from __future__ import annotations

from decimal import Decimal

from backend.models import (
    Location,
    Place,
)
from backend.wire.reading import Json


def place(content: Json) -> Place:
    """Reads a place."""
    return Place(**content)


def location(content: Json) -> Location:
    """Reads where a point lies."""
    found, distance = content["place"], content["distance_km"]
    return Location(content["ours"], place(found) if found else None, Decimal(distance) if distance else None)
