"""How places look on the wire."""

from __future__ import annotations

from backend.models import (
    Place,
)
from backend.wire.reading import Json


def place(content: Json) -> Place:
    """Reads a place."""
    return Place(**content)
