"""The fake company's events: what a test lets it tell, and nothing of its own."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from backend.errors import BackendProtocolError
from backend.models import CompanyEvent, EventPage, EventSubscriber
from tests.fakes.backend.company import FakeCompany


class FakeEvents(FakeCompany):
    """A stream that a test writes."""

    def tell(self, event: CompanyEvent) -> None:
        """Lets something have happened; its number is its place in the stream."""
        self._told = (*self._stream, replace(event, event_id=str(len(self._stream) + 1)))

    @property
    def _stream(self) -> tuple[CompanyEvent, ...]:
        told: tuple[CompanyEvent, ...] = getattr(self, "_told", ())
        return told

    async def events(self, after: str = "", *, kind: str = "", most: int = 50) -> EventPage:
        """See base class."""
        self._called("events")
        if after and not after.isdigit():
            raise BackendProtocolError("the cursor was not given out here")
        new = [event for event in self._stream[int(after or 0) :] if _wanted(kind, event.type)][:most]
        return EventPage(tuple(new), new[-1].event_id if new else after or "0")

    async def subscribers(self) -> list[EventSubscriber]:
        """See base class."""
        self._called("subscribers")
        return [replace(one, secret="") for one in self._listening.values()]

    async def subscribe(
        self, url: str, types: Sequence[str], *, batch: int = 1, idempotency_key: str
    ) -> EventSubscriber:
        """See base class."""
        self._called("subscribe")
        keys: dict[str, EventSubscriber] = self.__dict__.setdefault("_subscribe_keys", {})
        new = EventSubscriber(f"S{secrets.token_hex(8)}", url, tuple(types), secrets.token_urlsafe(32), batch)
        made = keys.setdefault(idempotency_key, new)
        self._listening.setdefault(made.subscriber_id, made)
        return made

    async def unsubscribe(self, subscriber_id: str) -> None:
        """See base class."""
        self._called("unsubscribe")
        self._listening.pop(subscriber_id, None)

    @property
    def _listening(self) -> dict[str, EventSubscriber]:
        found: dict[str, EventSubscriber] = self.__dict__.setdefault("_event_subscribers", {})
        return found


def _wanted(kind: str, type_: str) -> bool:
    return not kind or kind == type_ or kind == f"{type_.partition('.')[0]}.*"
