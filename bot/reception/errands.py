"""The errand desk: does later what the company could not take at once, and tells the customer what came of it.

What was said to be kept is durable, done once (one idempotency key through all attempts) and told by one voice: while
a person has the word the result is a note for them, and the customer hears it from the bot when it has the word again.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, Protocol

import structlog

from bot.messenger import Fate, Outcome
from bot.reception import errand_book
from bot.reception.errand_book import Claimed
from bot.reception.turns import LEARN, House
from conversation.errand import Errand
from conversation.events import Owner, Ownership
from conversation.message import Line, Role
from conversation.reply import HandoffRequest, Reply, Turn
from handoff import live, transcript
from handoff.escalations import Change
from runtime.postgres import Connection, transaction
from runtime.tasks import go_rounds

# How many a worker runs at the same time, and how often it looks.
_AT_ONCE = 4
_ROUND_S = 1.0


class Runner(Protocol):
    """Tries an errand once (`bot.messenger.Messenger`)."""

    async def run(self, conversation_id: str, errand_id: int, errand: Errand) -> Outcome:
        """Returns what came of it."""


class ErrandDesk:
    """One worker's share of the errands of the house."""

    def __init__(self, house: House, runner: Runner) -> None:
        self._house = house
        self._runner = runner
        self._log = structlog.get_logger()

    async def sweep(self) -> None:
        """Runs what is due and tells what is owed, until cancelled."""
        await go_rounds(self.round, every_s=_ROUND_S, failed="bot.errands.failed")

    async def round(self) -> None:
        """Runs the errands that are due now, and tells what people could not be told before."""
        due = await errand_book.claim(self._house.pool, now=self._house.clock.now(), most=_AT_ONCE)
        ends = await asyncio.gather(*(self._run(claimed) for claimed in due), return_exceptions=True)
        for claimed, error in zip(due, ends, strict=True):
            if isinstance(error, Exception):
                # Nothing of it is written: the claim runs out and it is tried again, under the same key.
                self._log.error("bot.errand.broken", errand_id=claimed.errand_id, exc_info=error)
        for conversation_id in await errand_book.creditors(self._house.pool):
            await self._pay(conversation_id)

    async def _run(self, claimed: Claimed) -> None:
        outcome = await self._runner.run(claimed.conversation_id, claimed.errand_id, claimed.errand)
        log = self._log.bind(
            errand_id=claimed.errand_id,
            action=claimed.errand.action,
            conversation_id=claimed.conversation_id,
            attempt=claimed.attempt,
        )
        now = self._house.clock.now()
        if outcome.fate is Fate.LATER and now - claimed.created_at < errand_book.GIVE_UP_AFTER:
            log.warning("bot.errand.put_off", why=outcome.why)
            await self._put_off(claimed, outcome.why, now)
        elif outcome.fate in (Fate.LATER, Fate.BROKEN):
            log.error("bot.errand.given_up", why=outcome.why)
            await self._end(claimed, "given_up", self._given_up(claimed.errand), outcome.why)
        else:
            log.info("bot.errand.ended", fate=outcome.fate.value, why=outcome.why)
            await self._end(claimed, outcome.fate.value, outcome.turn, outcome.why)

    async def _put_off(self, claimed: Claimed, why: str, now: datetime) -> None:
        until = min(now + errand_book.pause(claimed.attempt), claimed.created_at + errand_book.GIVE_UP_AFTER)
        async with transaction(self._house.pool) as connection:
            await errand_book.put_off(connection, claimed, until=until, why=why)

    def _given_up(self, errand: Errand) -> Turn:
        """What is said of an errand that cannot be done: honestly, and with a person who gets all of it."""
        text = self._house.phrases.say("utter_reception_errand_given_up", wish=errand.wish)
        return Turn((Reply(text),), HandoffRequest.from_wire(errand.handoff))

    async def _end(self, claimed: Claimed, state: str, turn: Turn, why: str) -> None:
        """Records the end of an errand: its result, who hears it, and a request for a person, all or nothing."""
        conversation_id, at = claimed.conversation_id, self._house.clock.now()
        bodies = [reply.to_body() for reply in turn.replies]
        change = None
        async with transaction(self._house.pool) as connection:
            owned = await transcript.lock(connection, conversation_id)
            held = owned.owner is Owner.AGENT
            if not await errand_book.end(connection, claimed, state, bodies, owed=held, why=why, at=at):
                return
            if held:
                lines = [await self._note(connection, claimed, owned, turn)]
            else:
                lines = await self._say(connection, conversation_id, owned, bodies)
            if turn.profile:
                await connection.execute(LEARN, conversation_id, turn.profile)
            if turn.handoff:
                change = await self._house.escalations.request(connection, conversation_id, turn.handoff, at=at)
        await self._tell(conversation_id, lines, change)

    async def _pay(self, conversation_id: str) -> None:
        """Says what the customer could not be told while a person had the word."""
        async with transaction(self._house.pool) as connection:
            owned = await transcript.lock(connection, conversation_id)
            if owned.owner is Owner.AGENT:
                return
            bodies = await errand_book.pay(connection, conversation_id)
            lines = await self._say(connection, conversation_id, owned, bodies)
        await self._tell(conversation_id, lines)

    async def _say(
        self, connection: Connection, conversation_id: str, owned: Ownership, bodies: list[dict[str, Any]]
    ) -> list[Line]:
        at = self._house.clock.now()
        return [
            await transcript.append(connection, conversation_id, Role.BOT, body, at=at, epoch=owned.epoch)
            for body in bodies
        ]

    async def _note(self, connection: Connection, claimed: Claimed, owned: Ownership, turn: Turn) -> Line:
        said = "\n".join(reply.text for reply in turn.replies)
        text = self._house.phrases.say("utter_reception_errand_note", wish=claimed.errand.wish, text=said)
        return await transcript.append(
            connection,
            claimed.conversation_id,
            Role.NOTE,
            {"text": text},
            at=self._house.clock.now(),
            epoch=owned.epoch,
        )

    async def _tell(self, conversation_id: str, lines: list[Line], change: Change | None = None) -> None:
        for line in lines[-1:]:
            await self._house.wire.tell(conversation_id, {"kind": "message", "seq": line.seq})
        await live.announce_lines(self._house.bus, conversation_id, lines)
        if change:
            await self._house.wire.tell(conversation_id, {"kind": "owner"})
            await live.announce_change(self._house.bus, change)
