"""The fake company's events: what a test lets it tell, and nothing of its own."""

from __future__ import annotations

from dataclasses import replace

from backend.errors import BackendProtocolError
from backend.models import CompanyEvent, EventPage
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


def _wanted(kind: str, type_: str) -> bool:
    return not kind or kind == type_ or kind == f"{type_.partition('.')[0]}.*"
