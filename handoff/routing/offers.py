"""Offering: a waiting request is shown to one agent until a moment; the customer still waits and the bot still serves.

To whom is decided in `handoff.routing`; here stand the transitions, each inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from conversation.events import EscalationState
from conversation.identity import AgentIdentity
from handoff import ledger, transcript
from handoff.acts import Act, Change
from handoff.errors import AlreadyAccepted, NotOffered, NotWaiting
from handoff.ledger import WAITING_STATES, Escalation
from handoff.routing import offer_book
from handoff.routing.offer_book import Refusal
from runtime.postgres import Connection

_SYSTEM = "system"


async def offer(
    connection: Connection,
    escalation_id: int,
    agent: AgentIdentity,
    *,
    at: datetime,
    due_at: datetime,
    path: Mapping[str, Any],
) -> Change:
    """Offers a waiting request to one agent; `path` says why to them and is kept in the timeline.

    Raises:
        UnknownEscalation: there is no such request.
        NotWaiting: it is offered to somebody, served or ended.
    """
    escalation = await _locked(connection, escalation_id)
    if escalation.state is not EscalationState.WAITING:
        raise NotWaiting("This request does not wait.", escalation_id=escalation_id, state=escalation.state.value)
    offered = await offer_book.offer(connection, escalation, agent, due_at)
    detail = {"agent": agent.to_wire(), "due_at": due_at.isoformat(timespec="milliseconds"), "path": dict(path)}
    return await _recorded(Act(connection, at, _SYSTEM), offered, "escalation.offered", {agent.agent_id}, **detail)


async def decline(
    connection: Connection, escalation_id: int, agent: AgentIdentity, reason: str, *, at: datetime, until: datetime
) -> Change:
    """Refuses an offer: the request waits again by its old place, and this agent is not asked until a moment.

    A second refusal, and one of an offer that has lapsed, change nothing.

    Raises:
        UnknownEscalation: there is no such request.
        AlreadyAccepted: a colleague serves it by now.
        NotOffered: it was never offered to this agent.
    """
    escalation = await _locked(connection, escalation_id)
    if escalation.offer is None or escalation.offer.agent != agent:
        return await _declined_late(connection, escalation, agent)
    act = Act.of(connection, agent, at)
    waiting = await offer_book.take_back(
        connection, escalation, agent, Refusal.DECLINED, at=at, until=until, reason=reason
    )
    return await _recorded(act, waiting, "escalation.declined", {agent.agent_id}, said=reason)


async def lapse(connection: Connection, escalation_id: int, *, at: datetime, until: datetime) -> Change | None:
    """Takes back an offer whose time is over; None: it was answered meanwhile, or is not due yet."""
    escalation = await _locked(connection, escalation_id)
    if escalation.offer is None or escalation.offer.due_at > at:
        return None
    agent = escalation.offer.agent
    waiting = await offer_book.take_back(connection, escalation, agent, Refusal.LAPSED, at=at, until=until)
    act = Act(connection, at, _SYSTEM)
    return await _recorded(act, waiting, "escalation.lapsed", {agent.agent_id}, agent=agent.to_wire())


async def alert(connection: Connection, escalation_id: int, *, at: datetime, why: str) -> Change | None:
    """Calls the supervisors to a request that nobody takes; None: they are called already, or it is over."""
    escalation = await _locked(connection, escalation_id)
    if escalation.alerted_at or escalation.state not in WAITING_STATES:
        return None
    await connection.execute("update escalations set alerted_at = $2 where escalation_id = $1", escalation_id, at)
    alerted = await ledger.get(connection, escalation_id)
    return await _recorded(Act(connection, at, _SYSTEM), alerted, "escalation.alerted", set(), reason=why)


async def age(connection: Connection, escalation_id: int, *, at: datetime, urgency: int) -> Change | None:
    """Moves a request forward that has waited long; None: it is that urgent already, or over."""
    escalation = await _locked(connection, escalation_id)
    if escalation.urgency <= urgency or escalation.state not in WAITING_STATES:
        return None
    await connection.execute("update escalations set raised_to = $2 where escalation_id = $1", escalation_id, urgency)
    aged = await ledger.get(connection, escalation_id)
    return await _recorded(Act(connection, at, _SYSTEM), aged, "escalation.aged", set(), urgency=urgency)


async def _declined_late(connection: Connection, escalation: Escalation, agent: AgentIdentity) -> Change:
    owned = await transcript.ownership(connection, escalation.conversation_id)
    if escalation.state is EscalationState.SERVING and escalation.agent != agent:
        raise AlreadyAccepted(escalation.agent, escalation_id=escalation.escalation_id)
    if await offer_book.has_refused(connection, escalation.escalation_id, agent.agent_id):
        return Change(escalation.conversation_id, owned, escalation, handed=False)
    raise NotOffered(NotOffered.__doc__ or "", escalation_id=escalation.escalation_id)


async def _locked(connection: Connection, escalation_id: int) -> Escalation:
    conversation_id = (await ledger.get(connection, escalation_id)).conversation_id
    await transcript.lock(connection, conversation_id)
    return await ledger.get(connection, escalation_id)


async def _recorded(act: Act, escalation: Escalation, name: str, concerned: set[str], **detail: object) -> Change:
    owned = await transcript.ownership(act.connection, escalation.conversation_id)
    await act.record(escalation, owned, name, **detail)
    return Change(escalation.conversation_id, owned, escalation, (), frozenset(concerned), handed=False)
