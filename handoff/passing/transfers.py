"""Passing a conversation on: it is asked for, and only a yes moves it (decision 0015).

Until then the giver owns it (the first taker's duty): a no, a withdrawal or a silent colleague leave all as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from conversation.identity import AgentIdentity
from conversation.message import Role
from handoff import ledger, transcript
from handoff.acts import EVERYBODY, Act, Change
from handoff.errors import AlreadyAccepted, NotYours, TransferOver, TransferPending, UnknownTarget
from handoff.ledger import Target
from handoff.passing import transfer_book
from handoff.passing.transfer_book import Outcome, Transfer
from handoff.routing.picking import covers
from handoff.steps import Steps
from runtime.postgres import Connection


@dataclass(frozen=True)
class Transfers:
    """The transitions of passing on, each inside the caller's transaction."""

    steps: Steps

    async def ask(
        self,
        connection: Connection,
        conversation_id: str,
        agent: AgentIdentity,
        to: str,
        note: str,
        *,
        at: datetime,
        due_at: datetime,
    ) -> Change:
        """Asks a colleague, or whoever has a skill, to take the conversation; the note says what stands.

        Raises:
            NotOwner: the agent does not own the conversation.
            UnknownTarget: nobody is called `to`, and nobody has that skill.
            TransferPending: somebody else is asked already.
        """
        act = Act.of(connection, agent, at)
        escalation = await act.held(conversation_id)
        owned = await transcript.ownership(connection, conversation_id)
        target = await _target(connection, to, agent)
        pending = await transfer_book.open_of(connection, escalation.escalation_id)
        if target.colleague == agent or (pending and _asked_of(pending, target)):
            return Change(conversation_id, owned, escalation, handed=False)
        if pending:
            raise TransferPending(conversation_id=conversation_id, transfer_id=pending.transfer_id)
        transfer = await transfer_book.insert(
            connection, escalation.escalation_id, agent, target, note, at=at, due_at=due_at
        )
        await act.record(escalation, owned, "escalation.transfer_asked", **_detail(transfer))
        lines = [await act.append(conversation_id, Role.NOTE, owned, {"text": note})] if note else []
        return Change(conversation_id, owned, escalation, tuple(lines), _concerned(transfer), handed=False)

    async def accept(self, connection: Connection, transfer_id: int, agent: AgentIdentity, *, at: datetime) -> Change:
        """Takes over what was asked for.

        Raises:
            UnknownTransfer: there is none.
            AlreadyAccepted: a colleague was faster.
            TransferOver: it was withdrawn, has lapsed or was declined.
            NotYours: it was not asked of this agent.
        """
        transfer, act = await _locked(connection, transfer_id, agent, at)
        escalation = await ledger.get(connection, transfer.escalation_id)
        if transfer.outcome is Outcome.ACCEPTED and transfer.ended_by != agent.agent_id:
            winner = AgentIdentity(transfer.ended_by or "", await _name(connection, transfer.ended_by))
            raise AlreadyAccepted(escalation.agent or winner, transfer_id=transfer_id)
        if transfer.outcome is Outcome.ACCEPTED:
            owned = await transcript.ownership(connection, transfer.conversation_id)
            return Change(transfer.conversation_id, owned, escalation, handed=False)
        await _check_open(connection, transfer, agent)
        await transfer_book.end(connection, transfer_id, Outcome.ACCEPTED, agent.agent_id, at=at)
        if transfer.skill:
            escalation = await ledger.set_skill(connection, escalation, transfer.skill)
        passed = await self.steps.serve(
            act, escalation, "escalation.transferred", "utter_human_changed", **_detail(transfer)
        )
        concerned = passed.concerned | _concerned(transfer)
        return Change(passed.conversation_id, passed.ownership, passed.escalation, passed.lines, concerned)

    async def decline(
        self, connection: Connection, transfer_id: int, agent: AgentIdentity, reason: str, *, at: datetime
    ) -> Change:
        """Says no; the giver keeps it. Of those who have a skill the others are still asked.

        Raises:
            UnknownTransfer, TransferOver, NotYours: see accept.
        """
        transfer, act = await _locked(connection, transfer_id, agent, at)
        again = transfer.outcome is Outcome.DECLINED and transfer.ended_by == agent.agent_id
        if again or agent.agent_id in transfer.declined_by:
            return await self._unchanged(connection, transfer)
        await _check_open(connection, transfer, agent)
        if transfer.skill:
            await transfer_book.leave_to_others(connection, transfer_id, agent.agent_id)
        else:
            await transfer_book.end(connection, transfer_id, Outcome.DECLINED, agent.agent_id, at=at)
        return await self._recorded(act, transfer, "escalation.transfer_declined", said=reason)

    async def withdraw(self, connection: Connection, transfer_id: int, agent: AgentIdentity, *, at: datetime) -> Change:
        """Takes back what was asked for, while nobody has said yes.

        Raises:
            UnknownTransfer, TransferOver, NotYours: see accept; only the giver withdraws.
        """
        transfer, act = await _locked(connection, transfer_id, agent, at)
        if transfer.giver != agent:
            raise NotYours(transfer_id=transfer_id)
        if transfer.outcome is Outcome.WITHDRAWN:
            return await self._unchanged(connection, transfer)
        if transfer.outcome:
            raise TransferOver(transfer_id=transfer_id, outcome=transfer.outcome.value)
        await transfer_book.end(connection, transfer_id, Outcome.WITHDRAWN, agent.agent_id, at=at)
        return await self._recorded(act, transfer, "escalation.transfer_withdrawn")

    async def lapse(self, connection: Connection, transfer_id: int, *, at: datetime) -> Change | None:
        """Ends one that nobody has answered in time; None: it was answered, or is not due yet."""
        transfer = await transfer_book.get(connection, transfer_id)
        await transcript.lock(connection, transfer.conversation_id)
        transfer = await transfer_book.get(connection, transfer_id)
        if transfer.outcome or transfer.due_at > at:
            return None
        act = Act(connection, at, "system")
        await transfer_book.end(connection, transfer_id, Outcome.LAPSED, act.actor, at=at)
        return await self._recorded(act, transfer, "escalation.transfer_lapsed")

    async def _recorded(self, act: Act, transfer: Transfer, name: str, **detail: object) -> Change:
        escalation = await ledger.get(act.connection, transfer.escalation_id)
        owned = await transcript.ownership(act.connection, transfer.conversation_id)
        await act.record(escalation, owned, name, **_detail(transfer), **detail)
        return Change(transfer.conversation_id, owned, escalation, (), _concerned(transfer), handed=False)

    async def _unchanged(self, connection: Connection, transfer: Transfer) -> Change:
        escalation = await ledger.get(connection, transfer.escalation_id)
        owned = await transcript.ownership(connection, transfer.conversation_id)
        return Change(transfer.conversation_id, owned, escalation, handed=False)


async def _locked(connection: Connection, transfer_id: int, agent: AgentIdentity, at: datetime) -> tuple[Transfer, Act]:
    """Reads a transfer as it stands now that nobody else can change it."""
    transfer = await transfer_book.get(connection, transfer_id)
    await transcript.lock(connection, transfer.conversation_id)
    return await transfer_book.get(connection, transfer_id), Act.of(connection, agent, at)


async def _check_open(connection: Connection, transfer: Transfer, agent: AgentIdentity) -> None:
    if transfer.outcome:
        raise TransferOver(transfer_id=transfer.transfer_id, outcome=transfer.outcome.value)
    if transfer.giver == agent or not await _is_asked(connection, transfer, agent):
        raise NotYours(transfer_id=transfer.transfer_id)


async def _is_asked(connection: Connection, transfer: Transfer, agent: AgentIdentity) -> bool:
    if transfer.colleague:
        return transfer.colleague == agent
    skills = await connection.fetchval("select skills from agents where agent_id = $1 and active", agent.agent_id)
    return covers(tuple(skills or ()), transfer.skill)


async def _target(connection: Connection, to: str, agent: AgentIdentity) -> Target:
    target = await ledger.transfer_target(connection, to)
    if target is None:
        raise UnknownTarget("Nobody is called so, and nobody has this skill.", to=to)
    return target


async def _name(connection: Connection, agent_id: str | None) -> str:
    return str(await connection.fetchval("select name from agents where agent_id = $1", agent_id))


def _asked_of(transfer: Transfer, target: Target) -> bool:
    return (transfer.colleague, transfer.skill) == (target.colleague, "" if target.colleague else target.skill)


def _concerned(transfer: Transfer) -> frozenset[str]:
    asked = transfer.colleague.agent_id if transfer.colleague else EVERYBODY
    return frozenset({transfer.giver.agent_id, asked})


def _detail(transfer: Transfer) -> dict[str, object]:
    asked = transfer.colleague.to_wire() if transfer.colleague else None
    return {"transfer": transfer.transfer_id, "giver": transfer.giver.to_wire(), "to": asked, "skill": transfer.skill}
