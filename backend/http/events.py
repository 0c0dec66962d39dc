"""Asks the utility what has happened, over its REST interface."""

from __future__ import annotations

from collections.abc import Sequence

from backend.http.client import Client, part
from backend.models import EventPage, EventSubscriber
from backend.transport import Call
from backend.wire import events as wire
from backend.wire.reading import read, read_list


class EventsClient(Client):
    """The calls about events over HTTP."""

    async def events(self, after: str = "", *, kind: str = "", most: int = 50) -> EventPage:
        """See base class."""
        given = {"after": after, "type": kind, "limit": str(most)}
        query = {name: value for name, value in given.items() if value}
        return read(wire.event_page, await self._get("/events", None, query=query))

    async def subscribers(self) -> list[EventSubscriber]:
        """See base class."""
        return read_list(wire.subscriber, "subscribers", await self._get("/subscribers", None))

    async def subscribe(
        self, url: str, types: Sequence[str], *, batch: int = 1, idempotency_key: str
    ) -> EventSubscriber:
        """See base class."""
        body, headers = {"url": url, "types": list(types), "batch": batch}, {"Idempotency-Key": idempotency_key}
        call = Call("POST", "/subscribers", repeatable=True, headers=headers, body=body)
        return read(wire.subscriber, await self._transport.send(call))

    async def unsubscribe(self, subscriber_id: str) -> None:
        """See base class."""
        headers = {"Idempotency-Key": f"end-{part(subscriber_id)}"}
        path = f"/subscribers/{part(subscriber_id)}"
        await self._transport.send(Call("DELETE", path, repeatable=True, headers=headers))
