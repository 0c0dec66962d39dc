"""Who is at the desk: sockets that open, what agents choose, and the heartbeat of the desks this process holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from conversation.events import DESK_TOPIC
from handoff.routing import presence
from handoff.routing.presence import Status
from handoff.routing.rules import Rules
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.postgres import Pool, transaction


@dataclass(frozen=True)
class Attendance:
    """Writes presence; routing and the desks read it."""

    pool: Pool
    bus: Bus
    clock: Clock
    rules: Rules

    async def arrive(self, agent_id: str) -> None:
        """Marks that a desk has opened; who had logged out is online again. Raises StoreUnavailable."""
        async with transaction(self.pool) as connection:
            await presence.arrive(connection, agent_id, at=self.clock.now())
        await self._tell(agent_id)

    async def choose(self, agent_id: str, status: Status) -> None:
        """Writes what the agent has chosen. Raises StoreUnavailable."""
        async with transaction(self.pool) as connection:
            await presence.choose(connection, agent_id, status, at=self.clock.now())
        await self._tell(agent_id)

    async def beat(self, agent_ids: Iterable[str]) -> None:
        """Marks that these desks are open. Raises StoreUnavailable."""
        async with transaction(self.pool) as connection:
            await presence.beat(connection, agent_ids, at=self.clock.now(), every_s=self.rules.beat_s)

    async def _tell(self, agent_id: str) -> None:
        await self.bus.publish(DESK_TOPIC, {"kind": "presence", "agent_id": agent_id})
