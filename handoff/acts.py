"""What every transition is made of: who acts when, what it left behind, and the rows it writes; it decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conversation.events import Ownership
from conversation.identity import AgentIdentity
from conversation.message import Line, Role
from handoff import ledger, transcript
from handoff.errors import NotOwner
from handoff.ledger import Escalation
from runtime.postgres import Connection

# Concerns every desk: a transfer to whoever has a skill.
EVERYBODY = "*"


@dataclass(frozen=True)
class Change:
    """What a transition did.

    Attributes:
        conversation_id: where.
        ownership: who owns the conversation now.
        escalation: the request as it stands now.
        lines: what was added to the transcript.
        concerned: the agents whose offers or transfers it changed (`EVERYBODY`: all).
        handed: whether it may have changed the owner; an offer or a transfer that is asked for does not.
    """

    conversation_id: str
    ownership: Ownership
    escalation: Escalation
    lines: tuple[Line, ...] = ()
    concerned: frozenset[str] = frozenset()
    handed: bool = True


@dataclass(frozen=True)
class Act:
    """One transition under way: where it writes, when, and who does it."""

    connection: Connection
    at: datetime
    actor: str
    agent: AgentIdentity | None = None

    @classmethod
    def of(cls, connection: Connection, agent: AgentIdentity, at: datetime) -> Act:
        """Returns the act of an agent."""
        return cls(connection, at, agent.agent_id, agent)

    async def append(self, conversation_id: str, role: Role, owned: Ownership, body: dict[str, Any]) -> Line:
        """Adds a line to the transcript, in the agent's name when an agent acts."""
        agent_id = self.agent.agent_id if self.agent else None
        return await transcript.append(
            self.connection, conversation_id, role, body, at=self.at, epoch=owned.epoch, agent_id=agent_id
        )

    async def record(self, escalation: Escalation, owned: Ownership, name: str, **detail: object) -> None:
        """Adds the transition's row to the timeline; `handoff.voice` reads owner and epoch there."""
        where = {"owner": owned.owner.value, "epoch": owned.epoch}
        await ledger.record(self.connection, escalation, name, self.actor, at=self.at, **where, **detail)

    async def held(self, conversation_id: str) -> Escalation:
        """Locks the conversation and returns its request if the acting agent owns it. Raises NotOwner."""
        owned = await transcript.lock(self.connection, conversation_id)
        standing = await ledger.open_in(self.connection, conversation_id)
        if owned.agent is None or owned.agent.agent_id != self.actor or standing is None:
            raise NotOwner(owned.agent, conversation_id=conversation_id)
        return standing
