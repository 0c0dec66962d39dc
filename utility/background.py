"""What the process does by itself: it makes the rounds and sends events out, for ever, whatever fails.

Of several processes on the same books one at a time does each: it holds an advisory lock for as long as it works, which
PostgreSQL frees when that process dies.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from runtime.tasks import end_tasks
from utility.company import Company
from utility.events.courier import Courier
from utility.rounds import make_rounds_guarded
from utility.settings import UtilitySettings


class Background:
    """The tasks of one process beside its doors."""

    def __init__(self, company: Company, settings: UtilitySettings) -> None:
        self._company, self._every_s = company, settings.round_s
        self._courier = Courier(company, days=settings.webhook_days)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Starts the tasks; with `UTILITY_ROUND_S` 0 there are none."""
        if self._every_s <= 0:
            return
        rounds = self._repeat("rounds", self._every_s, self._make_rounds)
        sending = self._repeat("events", min(self._every_s, 1.0), self._courier.send_due)
        self._tasks = [asyncio.create_task(rounds), asyncio.create_task(sending)]

    async def stop(self) -> None:
        """Ends the tasks."""
        await end_tasks(self._tasks)
        await self._courier.close()

    async def _make_rounds(self) -> None:
        await make_rounds_guarded(self._company)

    async def _repeat(self, name: str, every_s: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await self._alone(name, work)
            except Exception as error:  # noqa: BLE001  # the last stop: the next round comes whatever this one met
                structlog.get_logger().error("utility.background.failed", task=name, exc_info=error)
            await asyncio.sleep(every_s)

    async def _alone(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        async with held(self._company, f"utility.{name}") as mine:
            if mine:
                await work()


@asynccontextmanager
async def held(company: Company, name: str) -> AsyncIterator[bool]:
    """Holds the advisory lock `name` for the block; gives False when another process has it."""
    async with company.pool.acquire(timeout=5) as connection:
        mine = await connection.fetchval("select pg_try_advisory_lock(hashtext($1))", name)
        try:
            yield bool(mine)
        finally:
            if mine:
                await connection.execute("select pg_advisory_unlock(hashtext($1))", name)
