"""What a visitor of any door can do."""

from __future__ import annotations

from typing import Protocol


class Visitor(Protocol):
    """Somebody who talks with one of the two bots."""

    channel: str
    visitor_id: str

    async def register(self) -> None:
        """Becomes somebody, before any clock runs."""

    async def arrive(self) -> None:
        """Opens what is needed to talk."""

    async def say(self, text: str) -> str | None:
        """Says a line; returns the first answer of its turn, None when the bot has none."""

    async def leave(self) -> None:
        """Closes it."""
