"""Many webhooks at once become few commits: what comes in while one commit is under way goes with the next.

Each is answered only after its commit. Where more waits than a worker should hold the next is sent away with a time to
come again: the company keeps it and sends it again, in order.
"""

from __future__ import annotations

import asyncio

from backend.models import CompanyEvent
from notices.errors import TooMuch
from notices.intake import Intake
from runtime.errors import GridTalkError, StoreUnavailable

_AT_ONCE = 500
MOST_WAITING = 2000


class Gathering:
    """The intake's front: as `Intake.take`, for many callers at once."""

    def __init__(self, intake: Intake, *, most: int = MOST_WAITING) -> None:
        self._intake = intake
        self._most = most
        self._waiting: list[tuple[CompanyEvent, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def take(self, event: CompanyEvent) -> None:
        """Makes an event durable with those that come at the same time.

        Raises:
            TooMuch: there is no room now.
            StoreUnavailable: it is not kept; the company sends it again.
        """
        if len(self._waiting) >= self._most:
            raise TooMuch(retry_after=1)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        await done

    async def _write_all(self) -> None:
        while self._waiting:
            part, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
            error: GridTalkError = StoreUnavailable("the events were not kept")
            kept = False
            try:
                await self._intake.take([event for event, _ in part], "webhook")
                kept = True
            except GridTalkError as refused:  # everybody who waits for this commit hears it
                error = refused
            finally:
                _tell(part, None if kept else error)


def _tell(part: list[tuple[CompanyEvent, asyncio.Future[None]]], error: GridTalkError | None) -> None:
    """Lets those who wait go on; who has gone away meanwhile is not told."""
    for _, done in part:
        if done.done():
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
