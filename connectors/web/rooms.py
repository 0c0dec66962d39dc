"""Who listens: the live sockets and polls of each visitor, each with the number of the last line it has."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

from connectors.shared.errors import TooMany
from connectors.shared.ports import Reception
from conversation.message import Line

SendFrame = Callable[[dict[str, Any]], Awaitable[None]]


class Listener:
    """One socket of a visitor; lines reach it in order, from the last number it has."""

    def __init__(
        self, reception: Reception, conversation_id: str, send: SendFrame, last_seq: int, *, has: int = 0
    ) -> None:
        """Lines follow after `last_seq`; up to `has` the window says that it has them."""
        self._reception = reception
        self._conversation_id = conversation_id
        self._send = send
        self._last_seq = last_seq
        self._unconfirmed = has > 0
        self._turn = asyncio.Lock()

    async def catch_up(self) -> None:
        """Sends every line after the last one sent.

        Raises:
            StoreUnavailable: what was sent may not be recorded as sent; the next call says so first.
        """
        async with self._turn:
            if self._unconfirmed:
                await self._reception.confirm(self._conversation_id, self._last_seq)
            self._unconfirmed = True
            self._last_seq = await self._reception.replay(self._conversation_id, self._last_seq, self._send_line)
            self._unconfirmed = False

    async def tell(self, frame: dict[str, Any]) -> None:
        """Sends a frame that is not a line."""
        async with self._turn:
            await self._send(frame)

    async def _send_line(self, line: Line) -> None:
        await self._send({"type": "message", "message": public(line)})
        self._last_seq = line.seq


def public(line: Line) -> dict[str, Any]:
    """A line as the visitor sees it: without the desk's delivery marks."""
    wire = line.to_wire()
    wire.pop("delivery", None)
    return wire


class Rooms:
    """The listeners of every visitor connected to this worker."""

    def __init__(self, *, most: int = 8) -> None:
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self._most = most

    def enter(self, conversation_id: str, listener: Listener) -> None:
        """Adds a listener.

        Raises:
            TooMany: the visitor has too many windows open.
        """
        if len(self._listeners[conversation_id]) >= self._most:
            raise TooMany("web.sockets.too_many", f"At most {self._most} windows of one visitor are served.")
        self._listeners[conversation_id].add(listener)

    def leave(self, conversation_id: str, listener: Listener) -> None:
        """Removes a listener."""
        self._listeners[conversation_id].discard(listener)
        if not self._listeners[conversation_id]:
            del self._listeners[conversation_id]

    def of(self, conversation_id: str) -> list[Listener]:
        """Lists a visitor's listeners."""
        return list(self._listeners.get(conversation_id, ()))

    def conversations(self) -> list[str]:
        """Lists the conversations somebody listens to."""
        return list(self._listeners)
