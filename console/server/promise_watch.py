"""The watch over promises and ending replies: looks at what is due in PostgreSQL, in every process of the desk."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from handoff import live
from handoff.desk_help import canned, promises
from handoff.desk_help.promises import Patience
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.postgres import Pool, transaction
from runtime.tasks import end_tasks, go_rounds

_ROUND_S = 2.0


class PromiseWatch:
    """Reminds of promises in time; several watches share the work, and one that was away catches up."""

    def __init__(self, pool: Pool, bus: Bus, clock: Clock, patience: Patience, warn: timedelta) -> None:
        self._pool = pool
        self._bus = bus
        self._clock = clock
        self._patience = patience
        self._warn = warn
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Starts looking."""
        self._task = asyncio.get_running_loop().create_task(
            go_rounds(self.round, every_s=_ROUND_S, failed="console.promises.failed")
        )

    async def close(self) -> None:
        """Stops looking."""
        if self._task:
            await end_tasks([self._task])

    async def round(self) -> int:
        """Does what is due now; returns how much there was."""
        at = self._clock.now()
        async with transaction(self._pool) as connection:
            touched = await promises.sweep(connection, self._patience, at=at)
            touched += await canned.warn_ending(connection, warn=self._warn, at=at)
        if touched:
            await live.announce_area(self._bus, "pings")
            await live.announce_area(self._bus, "promises")
        return touched
