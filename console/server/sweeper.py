"""The sweeper: rounds of `handoff.routing.router`, when the bus says that something moved and every second without it.

Safe in several processes, and without Redis only slower: the due times stand in PostgreSQL.
"""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from console.server.attendance import Attendance
from console.server.floor import Floor
from conversation.events import DESK_TOPIC
from handoff.routing.router import Router
from runtime.bus import Bus
from runtime.errors import StoreUnavailable
from runtime.tasks import end_tasks

SWEEP_EVERY_S = 1.0
# A storm of events is one round, not one for each.
_BREATH_S = 0.05


class Sweeper:
    """Runs the rounds of one process and keeps the desks it holds marked as open."""

    def __init__(self, router: Router, attendance: Attendance, floor: Floor, bus: Bus) -> None:
        self._router = router
        self._attendance = attendance
        self._floor = floor
        self._bus = bus
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._log = structlog.get_logger()

    def open(self) -> None:
        """Starts sweeping."""
        sweeping = asyncio.get_running_loop().create_task(self._sweep())
        sweeping.add_done_callback(self._log_end)
        self._tasks = [sweeping, self._bus.listen(DESK_TOPIC, self._hear)]

    @property
    def sweeping(self) -> bool:
        """Whether who waits is still looked after; `/health` asks."""
        return bool(self._tasks) and not self._tasks[0].done()

    async def close(self) -> None:
        """Stops sweeping."""
        await end_tasks(self._tasks)

    async def _hear(self, topic: str, payload: dict[str, Any]) -> None:
        if payload["kind"] in {"queue", "presence"}:
            self._wake.set()

    async def _sweep(self) -> None:
        while True:
            try:
                await self._attendance.beat(self._floor.agents())
                await self._router.round()
            except StoreUnavailable as error:
                self._log.error("console.sweeper.blind", error=str(error))
            await self._rest()

    async def _rest(self) -> None:
        await asyncio.sleep(_BREATH_S)
        try:
            await asyncio.wait_for(self._wake.wait(), SWEEP_EVERY_S)
        except asyncio.TimeoutError:
            return
        self._wake.clear()

    def _log_end(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            self._log.error("console.sweeper.stopped", exc_info=task.exception())
