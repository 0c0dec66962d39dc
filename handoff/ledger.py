"""The books of the fork: requests for a person and their timeline; it writes what happened and decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conversation.events import EscalationState
from conversation.identity import AgentIdentity
from conversation.reply import HandoffRequest
from handoff.errors import UnknownEscalation
from runtime.clock import SHANGHAI
from runtime.postgres import Connection

WAITING_STATES = frozenset({EscalationState.WAITING, EscalationState.OFFERED})

GENERAL = "general"

_SELECT = """
    select e.escalation_id, e.conversation_id, e.state, e.skill, e.priority, least(e.priority, e.raised_to) as urgency,
           e.reason, e.summary, e.requested_at, coalesce(e.requeued_at, e.requested_at) as queued_at,
           e.accepted_at, e.agent_id, a.name as agent_name,
           e.offered_to, o.name as offered_name, e.offer_due, e.offers_spent, e.alerted_at, e.previous_agent_id
    from escalations e
    left join agents a on a.agent_id = e.agent_id
    left join agents o on o.agent_id = e.offered_to
"""

_INSERT = """
    insert into escalations (conversation_id, state, skill, priority, reason, summary, requested_at)
    values ($1, 'waiting', $2, $3, $4, $5, $6) returning escalation_id
"""

_RECORD = """
    insert into escalation_events (escalation_id, conversation_id, name, actor, detail, at)
    values ($1, $2, $3, $4, $5, $6)
"""

_REQUEUE = """
    update escalations set state = 'waiting', previous_agent_id = agent_id, agent_id = null,
        raised_to = least(raised_to, $2), requeued_at = $3, offers_spent = 0, alerted_at = null
    where escalation_id = $1
"""


@dataclass(frozen=True)
class Offer:
    """To whom a request is offered, and until when."""

    agent: AgentIdentity
    due_at: datetime


@dataclass(frozen=True)
class Escalation:
    """One request for a person.

    Attributes:
        urgency: its place in the queue; the priority, raised by age and by a lost agent.
        queued_at: since when it waits this time; `requested_at` is since when at all.
        offers_spent: how many offers came to nothing since it waits.
        alerted_at: since when supervisors are asked too.
        previous_agent_id: who served it before it had to wait again.
    """

    escalation_id: int
    conversation_id: str
    state: EscalationState
    skill: str
    priority: int
    urgency: int
    reason: str
    summary: dict[str, Any]
    requested_at: datetime
    queued_at: datetime
    accepted_at: datetime | None = None
    agent: AgentIdentity | None = None
    offer: Offer | None = None
    offers_spent: int = 0
    alerted_at: datetime | None = None
    previous_agent_id: str | None = None


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened to a request, by whom."""

    name: str
    actor: str
    at: datetime
    detail: dict[str, Any]

    def to_wire(self) -> dict[str, Any]:
        """Returns `{"name", "actor", "at", "detail"}`."""
        return {
            "name": self.name,
            "actor": self.actor,
            "at": self.at.isoformat(timespec="milliseconds"),
            "detail": self.detail,
        }


@dataclass(frozen=True)
class Target:
    """Where a conversation can be passed on to: a colleague, or whoever has a skill."""

    skill: str = ""
    colleague: AgentIdentity | None = None


async def transfer_target(connection: Connection, to: str) -> Target | None:
    """Finds the active agent of that number, or the skill somebody has; the general queue is everybody's."""
    row = await connection.fetchrow("select agent_id, name from agents where agent_id = $1 and active", to)
    if row:
        return Target(colleague=AgentIdentity(row["agent_id"], row["name"]))
    known = await connection.fetchval("select exists (select from agents where active and $1 = any(skills))", to)
    return Target(skill=to) if known or to == GENERAL else None


async def get(connection: Connection, escalation_id: int) -> Escalation:
    """Reads one request. Raises UnknownEscalation."""
    row = await connection.fetchrow(_SELECT + " where e.escalation_id = $1", escalation_id)
    if row is None:
        raise UnknownEscalation(escalation_id=escalation_id)
    return _escalation(row)


async def open_in(connection: Connection, conversation_id: str) -> Escalation | None:
    """Reads the request that is still open in a conversation; there is at most one."""
    row = await connection.fetchrow(
        _SELECT + " where e.conversation_id = $1 and e.state in ('waiting', 'offered', 'serving')", conversation_id
    )
    return _escalation(row) if row else None


async def insert(connection: Connection, conversation_id: str, request: HandoffRequest, *, at: datetime) -> Escalation:
    """Writes a new waiting request."""
    escalation_id = await connection.fetchval(
        _INSERT, conversation_id, request.skill, request.priority, request.reason, request.summary, at
    )
    return await get(connection, escalation_id)


async def amend(connection: Connection, escalation: Escalation, request: HandoffRequest) -> Escalation:
    """Gives an open request another skill, priority, reason and summary."""
    await connection.execute(
        "update escalations set skill = $2, priority = $3, reason = $4, summary = $5 where escalation_id = $1",
        escalation.escalation_id,
        request.skill,
        request.priority,
        request.reason,
        request.summary,
    )
    return await get(connection, escalation.escalation_id)


async def serve(connection: Connection, escalation: Escalation, agent_id: str, *, at: datetime) -> Escalation:
    """Writes down who serves a request; the time of the first acceptance stays."""
    await connection.execute(
        "update escalations set state = 'serving', agent_id = $2, accepted_at = coalesce(accepted_at, $3),"
        " offered_to = null, offer_due = null where escalation_id = $1",
        escalation.escalation_id,
        agent_id,
        at,
    )
    return await get(connection, escalation.escalation_id)


async def requeue(connection: Connection, escalation: Escalation, *, urgency: int, at: datetime) -> Escalation:
    """Lets a served request wait again, at least this urgent; since when it waits at all stays."""
    await connection.execute(_REQUEUE, escalation.escalation_id, urgency, at)
    return await get(connection, escalation.escalation_id)


async def set_skill(connection: Connection, escalation: Escalation, skill: str) -> Escalation:
    """Gives a request to those who have another skill."""
    await connection.execute(
        "update escalations set skill = $2 where escalation_id = $1", escalation.escalation_id, skill
    )
    return await get(connection, escalation.escalation_id)


async def end(
    connection: Connection, escalation: Escalation, state: EscalationState, *, note: str | None, at: datetime
) -> Escalation:
    """Writes down how a request ended."""
    await connection.execute(
        "update escalations set state = $2, note = $3, ended_at = $4, offered_to = null, offer_due = null"
        " where escalation_id = $1",
        escalation.escalation_id,
        state.value,
        note,
        at,
    )
    return await get(connection, escalation.escalation_id)


async def record(
    connection: Connection, escalation: Escalation, name: str, actor: str, *, at: datetime, **detail: object
) -> None:
    """Adds one row to the timeline."""
    await connection.execute(_RECORD, escalation.escalation_id, escalation.conversation_id, name, actor, detail, at)


async def timeline(connection: Connection, conversation_id: str) -> list[TimelineEntry]:
    """Reads what happened to the requests of a conversation, oldest first."""
    rows = await connection.fetch(
        "select name, actor, detail, at from escalation_events where conversation_id = $1 order by event_id",
        conversation_id,
    )
    return [TimelineEntry(row["name"], row["actor"], row["at"].astimezone(SHANGHAI), row["detail"]) for row in rows]


async def agent_owned_after(connection: Connection, conversation_id: str, epoch: int) -> bool:
    """Tells whether an agent took the conversation in any epoch after `epoch`."""
    found = await connection.fetchval(
        "select exists (select 1 from escalation_events where conversation_id = $1"
        " and detail ->> 'owner' = 'agent' and (detail ->> 'epoch')::int > $2)",
        conversation_id,
        epoch,
    )
    return bool(found)


def _escalation(row: Any) -> Escalation:
    offered = AgentIdentity(row["offered_to"], row["offered_name"]) if row["offered_to"] else None
    return Escalation(
        escalation_id=row["escalation_id"],
        conversation_id=row["conversation_id"],
        state=EscalationState(row["state"]),
        skill=row["skill"],
        priority=row["priority"],
        urgency=row["urgency"],
        reason=row["reason"],
        summary=row["summary"],
        requested_at=row["requested_at"].astimezone(SHANGHAI),
        queued_at=row["queued_at"].astimezone(SHANGHAI),
        accepted_at=row["accepted_at"].astimezone(SHANGHAI) if row["accepted_at"] else None,
        agent=AgentIdentity(row["agent_id"], row["agent_name"]) if row["agent_id"] else None,
        offer=Offer(offered, row["offer_due"].astimezone(SHANGHAI)) if offered else None,
        offers_spent=row["offers_spent"],
        alerted_at=row["alerted_at"].astimezone(SHANGHAI) if row["alerted_at"] else None,
        previous_agent_id=row["previous_agent_id"],
    )
