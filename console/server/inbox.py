"""The inbox as the desk shows it: conversations and the queue, read in one query each; it changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from console.server.waiting_limits import Limit, WaitingLimits
from conversation.events import EscalationState, Owner
from conversation.identity import AgentIdentity
from handoff.card.takeover import display_name
from handoff.errors import UnknownConversation
from handoff.phrases import Phrases
from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from runtime.privacy import mask_text

MOST_ROWS = 200
_PREVIEW_CHARACTERS = 80
_OPEN = frozenset({EscalationState.WAITING, EscalationState.OFFERED, EscalationState.SERVING})

# Each list names the conversations it is about first, so that the rest is read for those rows only.
_WAITING = """(select c.* from conversations c join escalations w on w.conversation_id = c.conversation_id
               where w.state in ('waiting', 'offered')
               order by least(w.priority, w.raised_to), w.requested_at limit $1)"""
_MINE = """(select c.* from conversations c join escalations s on s.conversation_id = c.conversation_id
            where s.state = 'serving' and s.agent_id = $1)"""
_LATEST = "(select * from conversations order by updated_at desc limit $1)"
_ONE = "(select * from conversations where conversation_id = $1)"

_SUMMARY = """
    select c.conversation_id, c.channel, c.owner, c.epoch, c.agent_id, a.name as agent_name, c.last_seq,
           c.customer_read_seq, c.agent_read_seq, c.profile, c.mood,
           case c.owner when 'agent' then case when spoken.seq is null then e.accepted_at else unanswered.since end
                        when 'queue' then e.requested_at end as waiting_since,
           array(select p.agent_id from pings p where p.conversation_id = c.conversation_id and p.kind = 'mention'
               and p.at > c.updated_at - interval '7 days') as named,
           coalesce(asked.text, last.text) as last_text, coalesce(last.created_at, c.updated_at) as last_at,
           (select count(*) from messages m where m.conversation_id = c.conversation_id and m.role = 'customer'
                                              and m.seq > c.agent_read_seq) as unread,
           e.escalation_id, e.state, e.skill, e.priority, e.reason, e.requested_at,
           coalesce(e.offered_to, e.agent_id) as served_by
    from {source} c
    left join agents a on a.agent_id = c.agent_id
    left join lateral (
        select m.body ->> 'text' as text, m.created_at from messages m
        where m.conversation_id = c.conversation_id and m.role not in ('note', 'system')
          and m.delivery is distinct from 'suppressed'
        order by m.seq desc limit 1
    ) last on true
    left join lateral (
        select m.body ->> 'text' as text from messages m
        where m.conversation_id = c.conversation_id and m.role = 'customer'
        order by m.seq desc limit 1
    ) asked on c.owner = 'queue'
    left join lateral (
        select * from escalations where conversation_id = c.conversation_id order by escalation_id desc limit 1
    ) e on true
    left join lateral (
        select m.seq from messages m
        where m.conversation_id = c.conversation_id and m.role = 'agent' and m.created_at >= e.accepted_at
        order by m.seq desc limit 1
    ) spoken on c.owner = 'agent'
    left join lateral (
        select min(m.created_at) as since from messages m
        where m.conversation_id = c.conversation_id and m.role = 'customer' and m.seq > spoken.seq
    ) unanswered on c.owner = 'agent'
"""

_QUEUED = " order by least(e.priority, e.raised_to), e.requested_at, e.escalation_id"


@dataclass(frozen=True)
class EscalationView:
    """The latest request for a person in a conversation."""

    escalation_id: int
    state: EscalationState
    skill: str
    priority: int
    reason: str
    requested_at: datetime
    served_by: str | None
    limit: Limit | None = None

    @property
    def open(self) -> bool:
        """Whether somebody still waits for it or serves it."""
        return self.state in _OPEN


@dataclass(frozen=True)
class Summary:
    """One conversation in one row of the desk."""

    conversation_id: str
    channel: str
    display_name: str
    owner: Owner
    epoch: int
    agent: AgentIdentity | None
    last_text: str
    last_at: datetime
    last_seq: int
    unread: int
    customer_read: int
    escalation: EscalationView | None
    agent_read: int = 0
    mood: int | None = None
    waiting_since: datetime | None = None
    limit: Limit | None = None
    named: frozenset[str] = frozenset()

    def to_wire(self, now: datetime) -> dict[str, Any]:
        """Returns the `Summary` of docs/architecture.md section 6."""
        shown = self.escalation is not None and self.escalation.open
        return {
            "id": self.conversation_id,
            "channel": self.channel,
            "display_name": self.display_name,
            "owner": self.owner.value,
            "epoch": self.epoch,
            "agent": self.agent.to_wire() if self.agent else None,
            "last_text": self.last_text,
            "last_at": self.last_at.isoformat(timespec="milliseconds"),
            "last_seq": self.last_seq,
            "unread": self.unread,
            "customer_read": self.customer_read,
            "agent_read": self.agent_read,
            "mood": self.mood,
            "waiting_s": _seconds(self.waiting_since, now) if self.waiting_since else None,
            **(self.limit.to_wire() if self.limit else {"limit_s": None, "amber_s": None}),
            "escalation": self.escalation_to_wire(now) if shown else None,
        }

    def escalation_to_wire(self, now: datetime) -> dict[str, Any]:
        """Returns the `Escalation` of docs/architecture.md section 6."""
        escalation = self.escalation
        if escalation is None:
            raise UnknownConversation(conversation_id=self.conversation_id)
        return {
            "id": escalation.escalation_id,
            "conversation_id": self.conversation_id,
            "state": escalation.state.value,
            "skill": escalation.skill,
            "priority": escalation.priority,
            "reason": escalation.reason,
            "requested_at": escalation.requested_at.isoformat(timespec="milliseconds"),
            "waiting_s": _seconds(escalation.requested_at, now),
            **(escalation.limit.to_wire() if escalation.limit else {"limit_s": None, "amber_s": None}),
            "display_name": self.display_name,
            "channel": self.channel,
            "last_text": self.last_text,
        }


@dataclass(frozen=True)
class Inbox:
    """Reads summaries; visitors without a nickname are named by `phrases`."""

    phrases: Phrases
    limits: WaitingLimits = field(default_factory=WaitingLimits.load)

    async def one(self, connection: Connection, conversation_id: str) -> Summary:
        """Reads one conversation. Raises UnknownConversation."""
        row = await connection.fetchrow(_SUMMARY.format(source=_ONE), conversation_id)
        if row is None:
            raise UnknownConversation("There is no such conversation.", conversation_id=conversation_id)
        return self._summary(row)

    async def queue(self, connection: Connection) -> list[Summary]:
        """Reads who waits: the most urgent first, then who has waited longest."""
        rows = await connection.fetch(
            _SUMMARY.format(source=_WAITING)
            + " order by least(e.priority, e.raised_to), e.requested_at, e.escalation_id",
            MOST_ROWS,
        )
        return [self._summary(row) for row in rows]

    async def mine(self, connection: Connection, agent_id: str) -> list[Summary]:
        """Reads the conversations an agent owns, the latest first."""
        rows = await connection.fetch(_SUMMARY.format(source=_MINE) + " order by last_at desc", agent_id)
        return [self._summary(row) for row in rows]

    async def all(self, connection: Connection) -> list[Summary]:
        """Reads the conversations that moved last, whoever owns them."""
        rows = await connection.fetch(_SUMMARY.format(source=_LATEST) + " order by c.updated_at desc", MOST_ROWS)
        return [self._summary(row) for row in rows]

    def _summary(self, row: Any) -> Summary:
        return Summary(
            conversation_id=row["conversation_id"],
            channel=row["channel"],
            display_name=display_name(row["profile"], row["conversation_id"], self.phrases),
            owner=Owner(row["owner"]),
            epoch=row["epoch"],
            agent=AgentIdentity(row["agent_id"], row["agent_name"]) if row["agent_id"] else None,
            last_text=mask_text(row["last_text"] or "")[:_PREVIEW_CHARACTERS],
            last_at=row["last_at"].astimezone(SHANGHAI),
            last_seq=row["last_seq"],
            unread=row["unread"],
            customer_read=row["customer_read_seq"],
            escalation=self._escalation(row) if row["escalation_id"] else None,
            agent_read=row["agent_read_seq"],
            mood=row["mood"],
            waiting_since=row["waiting_since"],
            limit=self._limit(row),
            named=frozenset(row["named"]),
        )

    def _limit(self, row: Any) -> Limit | None:
        """How long this customer may wait now: for a person, or for a person's words."""
        if not row["escalation_id"] or row["owner"] == Owner.BOT.value:
            return None
        find = self.limits.of_queue if row["owner"] == Owner.QUEUE.value else self.limits.of_answer
        return find(row["skill"], row["priority"])

    def _escalation(self, row: Any) -> EscalationView:
        return EscalationView(
            escalation_id=row["escalation_id"],
            state=EscalationState(row["state"]),
            skill=row["skill"],
            priority=row["priority"],
            reason=row["reason"],
            requested_at=row["requested_at"].astimezone(SHANGHAI),
            served_by=row["served_by"],
            limit=self.limits.of_queue(row["skill"], row["priority"]),
        )


def _seconds(since: datetime, now: datetime) -> int:
    return max(0, int((now - since).total_seconds()))
