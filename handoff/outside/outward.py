"""Tells the other desk of requests for a person and of every line since, in order; what fails is told again.

A case is held by its row lock while it is told: two workers never tell it at once, and one that dies lets it go.
A line told twice by that is one line there: its key is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from conversation.events import DESK_TOPIC
from handoff import ledger, transcript
from handoff.card.takeover import takeover_card
from handoff.desk import Desk
from handoff.outside import books
from handoff.outside.books import DueCase
from handoff.outside.errors import OutsideError
from handoff.outside.letters import Letters
from handoff.outside.port import Case, OtherDesk
from handoff.phrases import Phrases
from runtime.postgres import Connection, transaction

# Danger and life support: our own desk is called at the first failure.
_AT_ONCE = 1
_PAGE = 200


@dataclass(frozen=True)
class Outward:
    """The way to the other desk."""

    other: OtherDesk
    desk: Desk
    letters: Letters
    phrases: Phrases
    alarm_after: timedelta

    async def adopt(self) -> None:
        """Takes in the requests that nobody has told the other desk of."""
        async with transaction(self.desk.pool) as connection:
            await books.adopt(connection, self.other.name, at=self.desk.clock.now())

    async def tell_one(self) -> bool:
        """Tells what is due of one case; whether there was one."""
        at = self.desk.clock.now()
        alarmed = False
        async with transaction(self.desk.pool) as connection:
            case = await books.take_case(connection, self.other.name, at=at)
            if case is None:
                return False
            try:
                await self._tell(connection, case)
            except OutsideError as error:
                await books.failed(connection, case, error.code, at=at)
                alarmed = await self._alarm(connection, case, error, at)
        if alarmed:
            await self.desk.bus.publish(DESK_TOPIC, {"kind": "queue"})
        return True

    async def _tell(self, connection: Connection, case: DueCase) -> None:
        if case.state == "opening" and case.over:
            await books.reached(connection, case, case_ref=case.case_ref or "", seq=case.last_seq, ended=True)
        elif case.state == "opening":
            await self._open(connection, case)
        else:
            await self._go_on(connection, case)

    async def _open(self, connection: Connection, case: DueCase) -> None:
        card = await takeover_card(connection, case.conversation_id, self.phrases)
        request = await ledger.get(connection, case.escalation_id)
        after = max(0, case.last_seq - _PAGE)
        lines = await transcript.read(connection, case.conversation_id, after=after, limit=_PAGE, for_customer=False)
        ref = await self.other.open(
            Case(
                case.escalation_id,
                case.conversation_id,
                card.display_name,
                case.channel,
                case.skill,
                case.priority,
            )
        )
        for line in self.letters.opening(case, card, request.reason, lines):
            await self.other.tell(ref, line)
        await books.reached(connection, case, case_ref=ref, seq=lines[-1].seq if lines else 0)
        await ledger.record(
            connection, request, "escalation.outside", self.other.name, at=self.desk.clock.now(), case=ref
        )

    async def _go_on(self, connection: Connection, case: DueCase) -> None:
        """Tells the lines since; those told before a failure are not told again."""
        ref, seq = case.case_ref or "", case.told_seq
        lines = await transcript.read(connection, case.conversation_id, after=seq, limit=_PAGE, for_customer=False)
        try:
            for number, line in self.letters.since(lines):
                if line:
                    await self.other.tell(ref, line)
                seq = number
            more = len(lines) == _PAGE
            if case.over and not more:
                await self.other.end(ref)
        except OutsideError:
            if seq > case.told_seq:
                await books.reached(connection, case, case_ref=ref, seq=seq)
            raise
        await books.reached(connection, case, case_ref=ref, seq=seq, ended=case.over and not more)

    async def _alarm(self, connection: Connection, case: DueCase, error: OutsideError, at: datetime) -> bool:
        """Calls our own desk when a customer would wait unseen: at once for danger, else after a while."""
        waiting = case.state == "opening" and not case.over
        due = case.priority <= _AT_ONCE or at - case.begun_at >= self.alarm_after
        if case.alarmed_at or not (waiting and due):
            return False
        request = await ledger.get(connection, case.escalation_id)
        await ledger.record(connection, request, "escalation.outside_failed", self.other.name, at=at, reason=error.code)
        await books.alarmed(connection, case, at=at)
        structlog.get_logger().error(
            "handoff.outside.fell_back",
            conversation_id=case.conversation_id,
            escalation_id=case.escalation_id,
            desk=self.other.name,
            error_code=error.code,
            priority=case.priority,
        )
        return True
