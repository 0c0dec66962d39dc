"""Live events inside this worker and between workers; they wake, the truth is read from PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from conversation.events import conversation_topic
from runtime.bus import Bus

EventListener = Callable[[str, dict[str, Any]], Awaitable[None]]
_TOPIC = conversation_topic("")


class Wire:
    """Tells listeners here at once, and everybody else through the bus; a dead bus does not silence this worker."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._worker = uuid.uuid4().hex
        self._listeners: list[EventListener] = []

    def on_event(self, listener: EventListener) -> None:
        """Adds a listener for every conversation's events."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Begins to hear the other processes."""
        self._bus.listen(_TOPIC + "*", self._heard)

    async def tell(self, conversation_id: str, event: dict[str, Any]) -> None:
        """Tells an event of a conversation."""
        await self._spread(conversation_id, event)
        await self._bus.publish(conversation_topic(conversation_id), {**event, "from": self._worker})

    async def _heard(self, topic: str, event: dict[str, Any]) -> None:
        if event.get("from") != self._worker:
            await self._spread(topic[len(_TOPIC) :], event)

    async def _spread(self, conversation_id: str, event: dict[str, Any]) -> None:
        for listener in self._listeners:
            await listener(conversation_id, event)
