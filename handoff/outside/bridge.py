"""Keeps the seam to another desk going: woken by live events and by a look at PostgreSQL every second."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from conversation.events import conversation_topic
from handoff.desk import Desk
from handoff.outside.inward import Inward, OnResolve
from handoff.outside.letters import Letters
from handoff.outside.outward import Outward
from handoff.outside.port import OtherDesk
from handoff.phrases import Phrases
from runtime.errors import StoreUnavailable
from runtime.tasks import end_tasks

LOOK_EVERY_S = 1.0


@dataclass
class Bridge:
    """Both ways across the seam; several may run beside each other."""

    outward: Outward
    inward: Inward
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    def of(
        cls, other: OtherDesk, desk: Desk, phrases: Phrases, *, on_resolve: OnResolve, alarm_after: timedelta
    ) -> Bridge:
        """Builds the bridge to a desk."""
        letters = Letters.of(other.name)
        return cls(Outward(other, desk, letters, phrases, alarm_after), Inward(other, desk, letters, on_resolve))

    def open(self) -> None:
        """Starts."""
        loop = asyncio.get_running_loop()
        listening = self.inward.desk.bus.listen(conversation_topic("*"), self._hear)
        self._tasks = [loop.create_task(self._follow()), listening]

    @property
    def following(self) -> bool:
        """Whether it still looks; `/health` asks."""
        return bool(self._tasks) and not self._tasks[0].done()

    async def close(self) -> None:
        """Stops."""
        await end_tasks(self._tasks)

    async def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        """Takes in a webhook: verified, durable, then done; returns how many of its events are new.

        Raises:
            OutsideError: it is forged or old.
            StoreUnavailable: it could not be kept; the other desk sends it again.
        """
        events = self.inward.other.read(headers, body, at=self.inward.desk.clock.now())
        new = await self.inward.keep(events)
        self._wake.set()
        return new

    async def settle(self) -> None:
        """Does everything that is due now."""
        await self.outward.adopt()
        while await self.inward.do_one():
            pass
        while await self.outward.tell_one():
            pass

    async def _hear(self, topic: str, payload: dict[str, Any]) -> None:
        if payload["kind"] in {"message", "owner"}:
            self._wake.set()

    async def _follow(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.settle()
            except StoreUnavailable as error:
                structlog.get_logger().error("handoff.outside.blind", error=str(error))
            try:
                await asyncio.wait_for(self._wake.wait(), LOOK_EVERY_S)
            except asyncio.TimeoutError:
                continue
