"""The outbox of doors that push: lines leave in order, each round under the conversation's share lock, until all have a
final state.

A round that carried its lines and then lost the store repeats them: a line is delivered once or, in that moment, twice.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.reception.choices import are_counted
from bot.reception.delivery_book import DeliveryBook
from bot.reception.wire import Wire
from connectors.shared.ports import Carry, Later, Outcome, Parcel, Posted, Sent
from connectors.shared.promised import Promised
from conversation.events import Owner, Ownership
from conversation.message import Line, Role
from handoff import transcript
from handoff.errors import UnknownConversation
from handoff.voice import hold
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, at_once, transaction

# Lines handed over under one lock.
_ROUND = 10
# A line the platform would not take this often is given up.
ATTEMPTS = 8
_LONGEST_WAIT_S = 120.0
# Whoever wrote a line has had this long to deliver it himself.
_GRACE = timedelta(seconds=2)

_TRIES = """
    select delivery_attempts, next_try_at, reply_to, rest, failed_ways from messages
    where conversation_id = $1 and seq = any($2) order by seq
"""

# The buttons of the same turn that are there already, and how many messages still wait for their turn.
_BESIDE = """
    select (select jsonb_agg(m.body -> 'buttons' order by m.seq) from messages m
            where m.conversation_id = $1 and m.reply_to = $2 and m.seq < $3 and m.body ? 'buttons'
                and m.delivery in ('pending', 'sent')) as earlier,
        (select count(*) from messages m where m.conversation_id = $1 and m.turn = 'pending') as coming
"""

_UNDELIVERED = """
    select distinct m.conversation_id from messages m join conversations c using (conversation_id)
    where m.delivery = 'pending' and c.channel = $1 and m.created_at < $2
        and (m.next_try_at is null or m.next_try_at <= $3)
"""


class Postbag:
    """Posts the lines of one conversation after the other to whoever carries them."""

    def __init__(self, pool: Pool, clock: Clock, wire: Wire) -> None:
        self._pool = pool
        self._clock = clock
        self._wire = wire
        self.book = DeliveryBook(pool, clock)
        self._log = structlog.get_logger()

    async def post(self, conversation_id: str, carry: Carry) -> Posted:
        """Carries the next lines that wait.

        Raises:
            StoreUnavailable: nothing is known to be delivered; the lines wait.
        """
        promises: list[Promised] = []
        try:
            return await self._post(conversation_id, carry, promises)
        finally:
            for promise in promises:
                await promise.settle(False)

    async def _post(self, conversation_id: str, carry: Carry, promises: list[Promised]) -> Posted:
        """Carries them in one transaction; what was promised leaves behind its commit and is no promise any more."""
        async with transaction(self._pool) as connection:
            try:
                owned = await hold(connection, conversation_id)
            except UnknownConversation:
                return Posted(more=False)
            lines = await transcript.undelivered(connection, conversation_id, limit=_ROUND)
            if not lines:
                return Posted(more=False)
            if silenced := [line.seq for line in lines if _is_silenced(line, owned)]:
                await self.book.suppress(connection, conversation_id, silenced)
                return Posted(more=True)
            parcel, wait = await self._parcel(connection, conversation_id, lines)
            if wait > timedelta(0):
                return Posted(more=True, wait=wait)
            outcome = await carry(parcel)
            if isinstance(outcome, Sent) and outcome.promised:
                promises.append(outcome.promised)
            wait = await self._record(connection, parcel, outcome)
        while promises:
            await promises.pop().settle(True)
        if isinstance(outcome, Sent):
            await self._tell_desk(parcel)
        # What was written meanwhile has an event of its own.
        return Posted(more=bool(wait) or len(parcel.lines) < len(lines) or len(lines) == _ROUND, wait=wait)

    async def undelivered(self, channel: str) -> list[str]:
        """Lists conversations whose lines are due and were not delivered by who wrote them. Raises StoreUnavailable."""
        now = self._clock.now()
        async with at_once(self._pool) as connection:
            rows = await connection.fetch(_UNDELIVERED, channel, now - _GRACE, now)
        return [row["conversation_id"] for row in rows]

    async def _parcel(
        self, connection: Connection, conversation_id: str, lines: Sequence[Line]
    ) -> tuple[Parcel, timedelta]:
        """Packs the first lines that leave together; returns also how long they have to wait."""
        tries = await connection.fetch(_TRIES, conversation_id, [line.seq for line in lines])
        first = tries[0]
        many = _together(lines, tries, waited=first["next_try_at"] is not None)
        more = _together(lines, tries, waited=True) - many
        together = lines[:many]
        turn = next((row["reply_to"] for row in reversed(tries[:many]) if row["reply_to"]), None)
        beside = await connection.fetchrow(_BESIDE, conversation_id, turn, lines[0].seq)
        earlier = [button for buttons in beside["earlier"] or () for button in buttons]
        shown = [*earlier, *(button for line in together for button in line.body.get("buttons", ()))]
        first_choice = len(earlier) + 1 if are_counted(shown) else 0
        parcel = Parcel(
            conversation_id,
            tuple(together),
            attempt=first["delivery_attempts"] + 1,
            first_choice=first_choice,
            rest=first["rest"] or "",
            failed_ways=tuple(first["failed_ways"]),
            coming=more + beside["coming"],
        )
        due: datetime | None = first["next_try_at"]
        return parcel, due - self._clock.now() if due else timedelta(0)

    async def _record(self, connection: Connection, parcel: Parcel, outcome: Outcome) -> timedelta:
        """Records what came of a parcel; returns how long the next round has to wait."""
        if isinstance(outcome, Sent):
            await self.book.sent(connection, parcel, outcome)
            return timedelta(0)
        wait = _wait(parcel.attempt, outcome)
        is_final = not isinstance(outcome, Later) or (outcome.counts and parcel.attempt >= ATTEMPTS)
        self._log.warning(
            "bot.delivery.failed" if is_final else "bot.delivery.postponed",
            conversation_id=parcel.conversation_id,
            seqs=[line.seq for line in parcel.lines],
            attempt=parcel.attempt,
            reason=outcome.reason,
        )
        if isinstance(outcome, Later) and not is_final:
            await self.book.postponed(connection, parcel, outcome, wait)
            return wait
        await self.book.failed(connection, parcel, outcome)
        return timedelta(0)

    async def _tell_desk(self, parcel: Parcel) -> None:
        """Has the agent see that their words arrived."""
        for line in parcel.lines:
            if line.role is Role.AGENT:
                await self._wire.tell(parcel.conversation_id, {"kind": "delivered", "seq": line.seq})


def _is_silenced(line: Line, owned: Ownership) -> bool:
    return line.role is Role.BOT and owned.owner is Owner.AGENT


def _together(lines: Sequence[Line], rows: Sequence[Any], *, waited: bool) -> int:
    """How many of the lines leave as one.

    Lines of one turn, or of none, that were tried as often; behind a line that has waited, those of later turns too,
    unless a number would be read as a choice of the wrong turn. A rest leaves alone.
    """
    count = 1
    while count < len(rows) and _belongs(rows[0], rows[count], lines[:count], waited=waited):
        count += 1
    return count


def _belongs(first: Any, row: Any, before: Sequence[Line], *, waited: bool) -> bool:
    if first["rest"] or row["rest"] or row["failed_ways"] != first["failed_ways"]:
        return False
    same_turn = first["reply_to"] is None or row["reply_to"] in (None, first["reply_to"])
    if same_turn and row["delivery_attempts"] == first["delivery_attempts"]:
        return True
    return waited and not any(line.body.get("buttons") for line in before)


def _wait(attempt: int, outcome: Outcome) -> timedelta:
    """Doubles with every attempt, up to two minutes, never twice the same for everybody."""
    seconds = min(2.0 ** (attempt - 1), _LONGEST_WAIT_S) * random.uniform(0.75, 1.25)
    least = outcome.after if isinstance(outcome, Later) and outcome.after else timedelta(0)
    least += timedelta(seconds=random.uniform(0, min(5.0, least.total_seconds() / 10)))
    if isinstance(outcome, Later) and not outcome.counts:
        return least  # no try of its own: nothing to grow by
    return max(timedelta(seconds=seconds), least)
