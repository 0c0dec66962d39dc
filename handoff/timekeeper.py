"""Does what is due with time: places told anew, silences, promises of the night; several processes may run it.

The due times stand in PostgreSQL. Every piece is one transaction that takes its conversation with `skip locked`, so
two processes never do the same, and one that was down catches up.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from conversation.events import DESK_TOPIC
from conversation.message import Line, Role
from handoff import ledger, live, transcript
from handoff.escalations import Escalations
from handoff.hours import duty
from handoff.silences import steps
from handoff.silences.rules import silence_rules
from handoff.silences.watch import note_silences
from handoff.waiting import notices
from handoff.waiting.telling import queue_rules
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, transaction
from runtime.tasks import go_rounds

# How often it looks, and how much it does in one look.
_ROUND_S = 2.0
_AT_ONCE = 50

# The fork as a customer is spoken to: in the script they write.
EscalationsOf = Callable[[str], Awaitable[Escalations]]

_PROMISES = """
    select escalation_id, conversation_id from escalations
    where promised_at <= $1 and promise_warned_at is null and state in ('waiting', 'offered')
    order by promised_at limit $2
"""
_TAKE_PROMISE = """
    select e.promised_at from escalations e join conversations c using (conversation_id)
    where e.escalation_id = $1 and e.promise_warned_at is null and e.state in ('waiting', 'offered')
    for update of c skip locked
"""
_WARNED = "update escalations set promise_warned_at = $2 where escalation_id = $1"


class Timekeeper:
    """One process's share of the sweep."""

    def __init__(self, pool: Pool, bus: Bus, clock: Clock, escalations_of: EscalationsOf) -> None:
        self._pool = pool
        self._bus = bus
        self._clock = clock
        self._escalations_of = escalations_of
        self._log = structlog.get_logger()

    async def sweep(self) -> None:
        """Does what is due, until cancelled."""
        await go_rounds(self.round, every_s=_ROUND_S, failed="handoff.timekeeper.failed")

    async def round(self) -> None:
        """Does everything that is due now, once."""
        async with transaction(self._pool) as connection:
            await note_silences(connection, silence_rules())
        now = self._clock.now()
        for row in await self._pool.fetch(notices.DUE, now, _AT_ONCE):
            await self._tell_place(row["escalation_id"], row["conversation_id"], now)
        for row in await self._pool.fetch(steps.DUE, now, _AT_ONCE):
            await self._take_step(row["conversation_id"], now)
        soon = now + queue_rules().warn_before
        for row in await self._pool.fetch(_PROMISES, soon, _AT_ONCE):
            await self._warn(row["escalation_id"], row["conversation_id"], now)

    async def _tell_place(self, escalation_id: int, conversation_id: str, now: datetime) -> None:
        escalations = await self._escalations_of(conversation_id)
        async with transaction(self._pool) as connection:
            line = await notices.look_again(connection, escalation_id, escalations, now)
        if line:
            self._log.info("handoff.place.told", conversation_id=conversation_id, escalation_id=escalation_id)
            await live.announce_lines(self._bus, conversation_id, [line])

    async def _take_step(self, conversation_id: str, now: datetime) -> None:
        escalations = await self._escalations_of(conversation_id)
        async with transaction(self._pool) as connection:
            taken = await steps.take_due(connection, conversation_id, escalations, now)
        if taken is None:
            return
        self._log.info("handoff.silence.step", conversation_id=conversation_id, step=taken.deed.value)
        if taken.change:
            await live.announce_change(self._bus, taken.change)
        else:
            await live.announce_lines(self._bus, conversation_id, taken.lines)
        if taken.alert:
            await self._alert(conversation_id, "agent_silent")

    async def _warn(self, escalation_id: int, conversation_id: str, now: datetime) -> None:
        escalations = await self._escalations_of(conversation_id)
        async with transaction(self._pool) as connection:
            line = await _warn_of_promise(connection, escalation_id, escalations, now)
        if line:
            self._log.warning("handoff.promise.due", conversation_id=conversation_id, escalation_id=escalation_id)
            await live.announce_lines(self._bus, conversation_id, [line])
            await self._alert(conversation_id, "promise_due")

    async def _alert(self, conversation_id: str, why: str) -> None:
        """Has the supervisors' desks look at a conversation."""
        await self._bus.publish(DESK_TOPIC, {"kind": "alert", "conversation_id": conversation_id, "why": why})


async def _warn_of_promise(
    connection: Connection, escalation_id: int, escalations: Escalations, now: datetime
) -> Line | None:
    """Writes down, once, that a promise of the night runs out and nobody has come."""
    promised: datetime | None = await connection.fetchval(_TAKE_PROMISE, escalation_id)
    if promised is None:
        return None
    escalation = await ledger.get(connection, escalation_id)
    owned = await transcript.ownership(connection, escalation.conversation_id)
    await connection.execute(_WARNED, escalation_id, now)
    await ledger.record(connection, escalation, "escalation.promise_due", "rule", at=now, promised=promised.isoformat())
    when = duty.moment(escalations.phrases, promised, now)
    text = escalations.phrases.say("utter_human_note_promise", promised=when)
    return await transcript.append(
        connection, escalation.conversation_id, Role.NOTE, {"text": text}, at=now, epoch=owned.epoch
    )
