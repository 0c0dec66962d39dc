"""What routing looks at, read in two queries: who waits with what need, and who could serve; it decides nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from conversation.identity import AgentIdentity
from handoff.ledger import Escalation
from handoff.routing.decision import Candidate, Need
from handoff.routing.presence import Presence, Status
from handoff.routing.rules import Rules
from runtime.clock import SHANGHAI
from runtime.postgres import Connection

# What is on an agent's hands: what they serve, what is offered to them, and what a colleague asks them to take.
_CANDIDATES = """
    with held as (
        select coalesce(e.offered_to, e.agent_id) as agent_id, c.channel
        from escalations e join conversations c on c.conversation_id = e.conversation_id
        where e.state in ('offered', 'serving')
        union all
        select t.to_agent, c.channel
        from transfers t join escalations e on e.escalation_id = t.escalation_id
        join conversations c on c.conversation_id = e.conversation_id
        where t.ended_at is null and t.to_agent is not null
    ), loads as (
        select agent_id, sum(coalesce(($1::jsonb ->> channel)::float, $2::float)) as load from held group by agent_id
    )
    select a.agent_id, a.name, a.role, a.skills, a.regions, a.classes, a.languages, a.max_chats,
           p.status, p.since, p.seen_at, p.idle_since, coalesce(l.load, 0) as load,
           coalesce(r.until > $4, false) as resting
    from agents a
    left join presences p on p.agent_id = a.agent_id
    left join loads l on l.agent_id = a.agent_id
    left join offer_refusals r on r.escalation_id = $3 and r.agent_id = a.agent_id
    where a.active and a.role in ('agent', 'supervisor') order by a.agent_id
"""

_NEED = """
    select c.channel, c.profile, array(
        select e.agent_id from escalations e
        where e.agent_id is not null and e.ended_at > $2 and e.conversation_id = any(
            array[c.conversation_id] || array(
                select case when l.conversation_id = c.conversation_id then l.source_id else l.conversation_id end
                from identity_links l
                where l.conversation_id = c.conversation_id or l.source_id = c.conversation_id))
        order by e.ended_at desc limit 3) as served_by
    from conversations c where c.conversation_id = $1
"""


async def read_need(connection: Connection, escalation: Escalation, rules: Rules, *, at: datetime) -> Need:
    """Reads what a waiting customer asks of an agent."""
    since = at - timedelta(days=rules.sticky_days)
    row = await connection.fetchrow(_NEED, escalation.conversation_id, since)
    told = {**row["profile"], **{key: value for key, value in escalation.summary.items() if value}}
    before = (escalation.previous_agent_id,) if escalation.previous_agent_id else ()
    return Need(
        skill=escalation.skill,
        region=str(told.get("region") or ""),
        customer_class=str(told.get("customer_class") or ""),
        language=str(told.get("language") or ""),
        priority=escalation.priority,
        weight=rules.weight(row["channel"]),
        waited_s=max(0.0, (at - escalation.queued_at).total_seconds()),
        alerted=escalation.alerted_at is not None,
        known_to=tuple(dict.fromkeys((*before, *row["served_by"]))),
    )


async def read_candidates(
    connection: Connection, escalation_id: int | None, rules: Rules, *, at: datetime
) -> list[Candidate]:
    """Reads everybody who may work here, as they stand now; `escalation_id` None: not for any request."""
    rows = await connection.fetch(_CANDIDATES, dict(rules.weights), rules.default_weight, escalation_id, at)
    return [_candidate(row, rules, at) for row in rows]


def _candidate(row: Any, rules: Rules, at: datetime) -> Candidate:
    seen = Presence(Status(row["status"]), row["since"], row["seen_at"]) if row["status"] else None
    return Candidate(
        agent=AgentIdentity(row["agent_id"], row["name"]),
        supervises=row["role"] == "supervisor",
        skills=tuple(row["skills"]),
        regions=tuple(row["regions"]),
        classes=tuple(row["classes"]),
        languages=tuple(row["languages"]),
        max_chats=row["max_chats"],
        status=seen.now(at, rules.seen_s) if seen else Status.OFFLINE,
        load=float(row["load"]),
        idle_since=(row["idle_since"] or at).astimezone(SHANGHAI),
        resting=row["resting"],
    )
