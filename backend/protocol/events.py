"""What is asked of a utility about what has happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.models import EventPage, EventSubscriber


class Events(Protocol):
    """The calls about events; they are about the whole company, not about a customer."""

    async def events(self, after: str = "", *, kind: str = "", most: int = 50) -> EventPage:
        """Reads what happened after a cursor, oldest first; nothing ever appears behind a cursor later.

        Args:
            after: the cursor of the page before; empty: from the beginning.
            kind: one type, or all of a subject as `order.*`; empty: all.
            most: how many at most, up to 200.
        """

    async def subscribers(self) -> list[EventSubscriber]:
        """Lists where the company sends this client's events to, without their secrets."""

    async def subscribe(
        self, url: str, types: Sequence[str], *, batch: int = 1, idempotency_key: str
    ) -> EventSubscriber:
        """Has events sent to an address from now on; the same key is the same subscriber with the same secret.

        With a `batch` of more than one a call brings up to so many events (`backend.webhooks.read_events`).

        Raises:
            Conflict: `subscribers.too_many`.
        """

    async def unsubscribe(self, subscriber_id: str) -> None:
        """Ends a subscriber; one that is not there stays so."""
