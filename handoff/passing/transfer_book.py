"""The book of transfers: what was asked of whom, until when, and what became of it; it decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from conversation.identity import AgentIdentity
from handoff.errors import UnknownTransfer
from handoff.ledger import Target
from runtime.clock import SHANGHAI
from runtime.postgres import Connection

_SELECT = """
    select t.*, e.conversation_id, f.name as from_name, o.name as to_name
    from transfers t join escalations e on e.escalation_id = t.escalation_id
    join agents f on f.agent_id = t.from_agent left join agents o on o.agent_id = t.to_agent
"""

_INSERT = """
    insert into transfers (escalation_id, from_agent, to_agent, to_skill, note, asked_at, due_at)
    values ($1, $2, $3, $4, $5, $6, $7) returning transfer_id
"""

_END = "update transfers set ended_at = $2, outcome = $3, ended_by = $4 where transfer_id = $1 and ended_at is null"

_VOID = """
    update transfers set ended_at = $2, outcome = 'void' where escalation_id = $1 and ended_at is null
    returning from_agent, to_agent
"""

# What stands on an agent's desk: asked of them, asked of a skill of theirs, or asked by them.
_OF_AGENT = """
    where t.ended_at is null and (t.from_agent = $1 or t.to_agent = $1 or (
        $1 <> all(t.declined_by) and exists (
            select from agents a where a.agent_id = $1 and t.to_skill is not null
            and (t.to_skill = any(a.skills) or 'all' = any(a.skills) or t.to_skill = 'general'))))
    order by t.asked_at
"""


class Outcome(str, Enum):
    """How a transfer ends; `void`: the conversation went another way meanwhile."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    VOID = "void"


@dataclass(frozen=True)
class Transfer:
    """One conversation that is being passed on; it is asked of a colleague or of whoever has a skill."""

    transfer_id: int
    escalation_id: int
    conversation_id: str
    giver: AgentIdentity
    colleague: AgentIdentity | None
    skill: str
    note: str
    asked_at: datetime
    due_at: datetime
    declined_by: tuple[str, ...]
    outcome: Outcome | None
    ended_by: str | None


async def insert(
    connection: Connection,
    escalation_id: int,
    giver: AgentIdentity,
    target: Target,
    note: str,
    *,
    at: datetime,
    due_at: datetime,
) -> Transfer:
    """Writes a transfer that waits for a yes."""
    to_agent = target.colleague.agent_id if target.colleague else None
    to_skill = None if target.colleague else target.skill
    transfer_id = await connection.fetchval(
        _INSERT, escalation_id, giver.agent_id, to_agent, to_skill, note, at, due_at
    )
    return await get(connection, transfer_id)


async def get(connection: Connection, transfer_id: int) -> Transfer:
    """Reads one. Raises UnknownTransfer."""
    row = await connection.fetchrow(_SELECT + " where t.transfer_id = $1", transfer_id)
    if row is None:
        raise UnknownTransfer(transfer_id=transfer_id)
    return _transfer(row)


async def open_of(connection: Connection, escalation_id: int) -> Transfer | None:
    """Reads the one that is open for a request; there is at most one."""
    row = await connection.fetchrow(_SELECT + " where t.escalation_id = $1 and t.ended_at is null", escalation_id)
    return _transfer(row) if row else None


async def of_agent(connection: Connection, agent_id: str) -> list[Transfer]:
    """Reads the open ones that this agent is asked, or has asked, for, oldest first."""
    return [_transfer(row) for row in await connection.fetch(_SELECT + _OF_AGENT, agent_id)]


async def end(connection: Connection, transfer_id: int, outcome: Outcome, by: str, *, at: datetime) -> None:
    """Writes down how one ended."""
    await connection.execute(_END, transfer_id, at, outcome.value, by)


async def leave_to_others(connection: Connection, transfer_id: int, agent_id: str) -> None:
    """Takes an agent out of those who are asked as having the skill."""
    await connection.execute(
        "update transfers set declined_by = array_append(declined_by, $2)"
        " where transfer_id = $1 and $2 <> all(declined_by)",
        transfer_id,
        agent_id,
    )


async def void(connection: Connection, escalation_id: int, *, at: datetime) -> frozenset[str]:
    """Ends what is open for a request that goes another way; returns the agents whose desks it leaves."""
    row = await connection.fetchrow(_VOID, escalation_id, at)
    return frozenset({row["from_agent"], row["to_agent"] or "*"}) if row else frozenset()


def _transfer(row: Any) -> Transfer:
    return Transfer(
        transfer_id=row["transfer_id"],
        escalation_id=row["escalation_id"],
        conversation_id=row["conversation_id"],
        giver=AgentIdentity(row["from_agent"], row["from_name"]),
        colleague=AgentIdentity(row["to_agent"], row["to_name"]) if row["to_agent"] else None,
        skill=row["to_skill"] or "",
        note=row["note"],
        asked_at=row["asked_at"].astimezone(SHANGHAI),
        due_at=row["due_at"].astimezone(SHANGHAI),
        declined_by=tuple(row["declined_by"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        ended_by=row["ended_by"],
    )
