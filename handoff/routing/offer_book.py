"""The book of offers: to whom a request is offered, who would not have it, and how long they are not asked again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from conversation.identity import AgentIdentity
from handoff import ledger
from handoff.ledger import Escalation
from runtime.clock import SHANGHAI
from runtime.postgres import Connection

_OFFER = """
    update escalations set state = 'offered', offered_to = $2, offer_due = $3 where escalation_id = $1
"""

_TAKE_BACK = """
    update escalations set state = 'waiting', offered_to = null, offer_due = null, offers_spent = offers_spent + 1
    where escalation_id = $1
"""

_REFUSE = """
    insert into offer_refusals (escalation_id, agent_id, why, reason, at, until) values ($1, $2, $3, $4, $5, $6)
    on conflict (escalation_id, agent_id) do update
    set why = excluded.why, reason = excluded.reason, at = excluded.at, until = excluded.until
"""

_OF_AGENT = """
    select o.escalation_id, o.conversation_id, o.offer_due,
        (select detail from escalation_events v where v.conversation_id = o.conversation_id
         and v.escalation_id = o.escalation_id and v.name = 'escalation.offered'
         order by v.event_id desc limit 1) as why
    from escalations o where o.state = 'offered' and o.offered_to = $1 order by o.offer_due
"""


class Refusal(str, Enum):
    """Why an offer came to nothing."""

    DECLINED = "declined"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class Standing:
    """One offer on an agent's desk; `why` is the path of the decision that led to it."""

    escalation_id: int
    conversation_id: str
    due_at: datetime
    why: dict[str, object]


async def offer(connection: Connection, escalation: Escalation, agent: AgentIdentity, due_at: datetime) -> Escalation:
    """Writes to whom a request is offered."""
    await connection.execute(_OFFER, escalation.escalation_id, agent.agent_id, due_at)
    return await ledger.get(connection, escalation.escalation_id)


async def take_back(
    connection: Connection,
    escalation: Escalation,
    agent: AgentIdentity,
    why: Refusal,
    *,
    at: datetime,
    until: datetime,
    reason: str = "",
) -> Escalation:
    """Lets the request wait again and keeps who would not have it, until when."""
    await connection.execute(_REFUSE, escalation.escalation_id, agent.agent_id, why.value, reason or None, at, until)
    await connection.execute(_TAKE_BACK, escalation.escalation_id)
    return await ledger.get(connection, escalation.escalation_id)


async def has_refused(connection: Connection, escalation_id: int, agent_id: str) -> bool:
    """Whether an offer of this request to this agent has come to nothing before."""
    found = await connection.fetchval(
        "select exists (select from offer_refusals where escalation_id = $1 and agent_id = $2)",
        escalation_id,
        agent_id,
    )
    return bool(found)


async def of_agent(connection: Connection, agent_id: str) -> list[Standing]:
    """Reads the offers on an agent's desk, the most urgent clock first."""
    rows = await connection.fetch(_OF_AGENT, agent_id)
    return [
        Standing(
            row["escalation_id"],
            row["conversation_id"],
            row["offer_due"].astimezone(SHANGHAI),
            dict((row["why"] or {}).get("path") or {}),
        )
        for row in rows
    ]
