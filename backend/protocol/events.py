"""What is asked of a utility about what has happened."""

from __future__ import annotations

from typing import Protocol

from backend.models import EventPage


class Events(Protocol):
    """The calls about events; they are about the whole company, not about a customer."""

    async def events(self, after: str = "", *, kind: str = "", most: int = 50) -> EventPage:
        """Reads what happened after a cursor, oldest first; nothing ever appears behind a cursor later.

        Args:
            after: the cursor of the page before; empty: from the beginning.
            kind: one type, or all of a subject as `order.*`; empty: all.
            most: how many at most, up to 200.
        """
