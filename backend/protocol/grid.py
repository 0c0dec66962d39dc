"""What is asked of a utility about places."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from backend.models import (
    Location,
    Place,
)


class Grid(Protocol):
    """The calls about places."""

    async def find_places(self, text: str) -> list[Place]:
        """Finds the places that free text may mean, best first; none is an empty list."""

    async def locate(self, lat: Decimal, lng: Decimal) -> Location:
        """Finds the area nearest to a point (WGS 84); a point out of the utility's reach has no place.

        A point that is not on the earth is not the utility's either.
        """
