"""Suggestions for the agent who has the word: found after the message is theirs, so that nobody waits for them."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from bot.reception.claim import Claim
from handoff import live
from handoff.desk_help import suggestions
from handoff.desk_help.suggestions import Suggestion
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.errors import StoreUnavailable
from runtime.postgres import CONNECTION_ERRORS, Pool, transaction

# Later than this an agent has answered without; and so many are looked for at the same time.
_PATIENCE_S = 5.0
_AT_ONCE = 4
_LEAST_CHARACTERS = 2


class Advises(Protocol):
    """Finds suggestions (`bot.advice.Adviser`)."""

    async def advise(self, conversation_id: str, text: str, message_id: str) -> list[Suggestion]:
        """Returns up to three."""


class AdviceDesk:
    """Looks for suggestions beside the turns; one that is lost with its worker is missed by nobody."""

    def __init__(self, pool: Pool, bus: Bus, clock: Clock, adviser: Advises) -> None:
        self._pool = pool
        self._bus = bus
        self._clock = clock
        self._adviser = adviser
        self._running: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(_AT_ONCE)

    def look_for(self, claim: Claim) -> None:
        """Starts to look, for words only."""
        if len(claim.spoken.strip()) < _LEAST_CHARACTERS:
            return
        task = asyncio.get_running_loop().create_task(self._look(claim))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def drain(self) -> None:
        """Waits for what is looked for now."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _look(self, claim: Claim) -> None:
        log = structlog.get_logger().bind(conversation_id=claim.conversation_id, seq=claim.seq)
        async with self._room:
            try:
                asked = self._adviser.advise(claim.conversation_id, claim.spoken, claim.message_id)
                found = await asyncio.wait_for(asked, _PATIENCE_S)
                if found:
                    await self._keep(claim, found)
            except asyncio.TimeoutError:
                log.warning("bot.advice.late")
            except (StoreUnavailable, *CONNECTION_ERRORS) as error:
                log.warning("bot.advice.lost", error=str(error))

    async def _keep(self, claim: Claim, found: list[Suggestion]) -> None:
        async with transaction(self._pool) as connection:
            await suggestions.store(connection, claim.conversation_id, claim.seq, found, at=self._clock.now())
        await live.announce_area(self._bus, "suggestions", conversation_id=claim.conversation_id)
