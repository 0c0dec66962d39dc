"""One open desk socket as the rest of the server sees it: a bounded line of events to one agent's browser."""

from __future__ import annotations

import asyncio
from typing import Any

from console.server.sessions import Session

# A browser this far behind reconnects and reads the state anew: cheaper than a memory that grows.
MOST_EVENTS = 256

# Close codes of the socket; 44xx are ours (docs/architecture.md section 5 uses the same).
GOING_AWAY, TOO_SLOW, MALFORMED, SESSION_ENDED = 1001, 1013, 4400, 4401

Event = dict[str, Any]


class Seat:
    """Takes events without waiting; when the browser does not keep up, the seat is given up."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.events: asyncio.Queue[Event] = asyncio.Queue(MOST_EVENTS)
        self.ended = asyncio.Event()
        self.close_code = 1000

    def offer(self, event: Event) -> None:
        """Queues an event, or ends the seat of a browser that is too slow."""
        try:
            self.events.put_nowait(event)
        except asyncio.QueueFull:
            self.end(TOO_SLOW)

    def end(self, close_code: int) -> None:
        """Asks the socket's handler to send what is queued, when it can, and to close."""
        if not self.ended.is_set():
            self.close_code = close_code
            self.ended.set()
