"""Bounded room at the counter: so many requests at work, so many waiting a short while, everybody else comes again.

Work never waits for a connection of the pool: whoever is let in finds one, so nothing is given up half way.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from utility.errors import Busy


class Gate:
    """Lets at most `most` requests work at a time; up to `waiting` others wait `patience_s` seconds for a place.

    A semaphore under `asyncio.wait_for` would do, if that did not lose a cancellation now and then in Python 3.10.
    """

    def __init__(self, most: int, *, waiting: int, patience_s: float) -> None:
        self._free, self._room, self._patience_s = most, waiting, patience_s
        self._queue: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[None]:
        """Holds a place for the block.

        Raises:
            Busy: too many wait already, or no place came free in time.
        """
        await self._enter()
        try:
            yield
        finally:
            self._leave()

    async def _enter(self) -> None:
        if self._free:
            self._free -= 1
            return
        if len(self._queue) >= self._room:
            raise Busy(self._patience_s)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        alarm = asyncio.get_running_loop().call_later(self._patience_s, self._turn_away, place)
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():  # it was handed over in the moment of the cancellation
                self._leave()
            raise
        finally:
            alarm.cancel()
            if place in self._queue:
                self._queue.remove(place)

    def _turn_away(self, place: asyncio.Future[None]) -> None:
        if not place.done():
            place.set_exception(Busy(self._patience_s))

    def _leave(self) -> None:
        """Hands the place to whoever has waited longest, or leaves it free."""
        while self._queue:
            place = self._queue.popleft()
            if not place.done():
                place.set_result(None)
                return
        self._free += 1
