"""The ear: looks through every line an agent has sent for promises, once, and has them watched."""

from __future__ import annotations

import structlog

from bot.promises.detector import find
from handoff import live
from handoff.desk_help import promises
from runtime.bus import Bus
from runtime.clock import SHANGHAI, Clock
from runtime.postgres import Pool, transaction
from runtime.tasks import go_rounds

_ROUND_S = 0.5
_AT_ONCE = 50

# Lines of several workers' rounds are never the same; a line whose round died is taken by the next.
_UNHEARD = """
    select conversation_id, seq, agent_id, body ->> 'text' as text, created_at from messages
    where role = 'agent' and heard_at is null and agent_id is not null
    order by created_at limit $1 for update skip locked
"""
_HEARD = "update messages set heard_at = $3 where conversation_id = $1 and seq = $2"


class PromiseEar:
    """One worker's share of listening; what agents said while no worker ran is heard afterwards."""

    def __init__(self, pool: Pool, bus: Bus, clock: Clock) -> None:
        self._pool = pool
        self._bus = bus
        self._clock = clock
        self._log = structlog.get_logger()

    async def sweep(self) -> None:
        """Listens until cancelled."""
        await go_rounds(self._hear_all, every_s=_ROUND_S, failed="bot.promises.failed")

    async def _hear_all(self) -> None:
        while await self.round() == _AT_ONCE:
            pass

    async def round(self) -> int:
        """Hears the lines that wait; returns how many there were."""
        at, told = self._clock.now(), set()
        async with transaction(self._pool) as connection:
            rows = await connection.fetch(_UNHEARD, _AT_ONCE)
            for row in rows:
                conversation_id, seq = row["conversation_id"], row["seq"]
                await connection.execute(_HEARD, conversation_id, seq, at)
                for found in find(row["text"] or "", row["created_at"].astimezone(SHANGHAI)):
                    made = await promises.make(
                        connection, conversation_id, row["agent_id"], found.text, found.due_at, at=at, seq=seq
                    )
                    told |= {conversation_id} if made else set()
        for conversation_id in told:
            await live.announce_area(self._bus, "promises", conversation_id=conversation_id)
            self._log.info("bot.promise.heard", conversation_id=conversation_id)
        return len(rows)
