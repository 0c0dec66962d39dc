"""Asks the utility what has happened, over its REST interface."""

from __future__ import annotations

from backend.http.client import Client
from backend.models import EventPage
from backend.wire import events as wire
from backend.wire.reading import read


class EventsClient(Client):
    """The calls about events over HTTP."""

    async def events(self, after: str = "", *, kind: str = "", most: int = 50) -> EventPage:
        """See base class."""
        given = {"after": after, "type": kind, "limit": str(most)}
        query = {name: value for name, value in given.items() if value}
        return read(wire.event_page, await self._get("/events", None, query=query))
