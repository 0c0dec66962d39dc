"""Many webhooks at once become few commits: what comes in while one commit is under way goes with the next.

Each is answered only after its commit. Where more waits than a worker should hold, by number or by size, the next is
sent away with a time to come again: the company keeps it and sends it again, in order.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from backend.models import CompanyEvent
from notices.errors import TooMuch
from notices.intake import Intake
from runtime.errors import GridTalkError, StoreBusy, StoreUnavailable

_AT_ONCE = 500
MOST_WAITING = 2000
MOST_BYTES = 16 * 1024 * 1024


@dataclass
class _Call:
    """One webhook's events, and who waits for them."""

    events: Sequence[CompanyEvent]
    size: int
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def answer(self, error: GridTalkError | None) -> None:
        """Lets the one who waits go on; who has gone away meanwhile is not told."""
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


class Gathering:
    """The intake's front: as `Intake.take`, for many callers at once."""

    def __init__(self, intake: Intake, *, most: int = MOST_WAITING, most_bytes: int = MOST_BYTES) -> None:
        self._intake = intake
        self._most, self._most_bytes = most, most_bytes
        self._waiting: deque[_Call] = deque()
        self._many = self._bytes = 0
        self._writing: asyncio.Task[None] | None = None
        self._closed = False

    async def take(self, events: Sequence[CompanyEvent], size: int = 0) -> None:
        """Makes events durable with those that come at the same time; `size` is what they came in, in bytes.

        Raises:
            TooMuch: there is no room now.
            StoreUnavailable: they are not kept; the company sends them again.
        """
        full = self._many + len(events) > self._most or self._bytes + size > self._most_bytes
        if self._closed or (full and self._waiting):
            raise TooMuch(retry_after=1)
        call = _Call(events, size)
        self._waiting.append(call)
        self._many, self._bytes = self._many + len(events), self._bytes + size
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        await call.done

    async def close(self) -> None:
        """Lets nobody in any more and writes what waits; each is answered."""
        self._closed = True
        if self._writing is not None:
            await asyncio.wait([self._writing])

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                await self._write(self._next())
        finally:  # nobody is left waiting, whatever this met
            self._send_away(StoreUnavailable("the events were not kept"))

    async def _write(self, part: Sequence[_Call]) -> None:
        error: GridTalkError | None = StoreUnavailable("the events were not kept")
        try:
            await self._intake.take([event for call in part for event in call.events], "webhook")
            error = None
        except StoreBusy as busy:
            error = busy
        except GridTalkError as away:  # who waits behind these would wait for the same
            error = away
            self._send_away(away)
        finally:
            for call in part:
                call.answer(error)

    def _send_away(self, error: GridTalkError) -> None:
        while self._waiting:
            self._waiting.popleft().answer(error)
        self._many = self._bytes = 0

    def _next(self) -> list[_Call]:
        """Takes the calls of the next commit, at least one."""
        part = [self._waiting.popleft()]
        many = len(part[0].events)
        while self._waiting and many + len(self._waiting[0].events) <= _AT_ONCE:
            part.append(self._waiting.popleft())
            many += len(part[-1].events)
        self._many -= many
        self._bytes -= sum(call.size for call in part)
        return part
