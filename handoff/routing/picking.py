"""Who may take a waiting request by hand: a setting, from everybody's queue to offers only."""

from __future__ import annotations

from enum import Enum

from conversation.identity import AgentIdentity
from handoff.errors import NotYours
from handoff.ledger import GENERAL, Escalation
from runtime.postgres import Connection

ALL_SKILLS = "all"
_DANGER = 0


class Pick(str, Enum):
    """What an agent may take from the queue without an offer; danger may be taken by everybody, always."""

    ANY = "any"
    SKILLS = "skills"
    OFF = "off"


def covers(skills: tuple[str, ...], skill: str) -> bool:
    """Whether somebody with these skills serves this one; the general queue is everybody's."""
    return skill == GENERAL or skill in skills or ALL_SKILLS in skills


async def check_pick(connection: Connection, pick: Pick, escalation: Escalation, agent: AgentIdentity) -> None:
    """Lets an agent take what waits for their skills; supervisors take what they like.

    Raises:
        NotYours: the agent may not.
    """
    if pick is Pick.ANY or escalation.priority == _DANGER:
        return
    row = await connection.fetchrow("select role, skills from agents where agent_id = $1", agent.agent_id)
    if row["role"] == "supervisor":
        return
    if pick is Pick.OFF or not covers(tuple(row["skills"]), escalation.skill):
        raise NotYours(escalation_id=escalation.escalation_id, skill=escalation.skill)
