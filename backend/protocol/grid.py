"""What is asked of a utility about places."""

from __future__ import annotations

from typing import Protocol

from backend.models import (
    Place,
)


class Grid(Protocol):
    """The calls about places."""

    async def find_places(self, text: str) -> list[Place]:
        """Finds the places that free text may mean, best first; none is an empty list."""
