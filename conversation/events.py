"""What happened to a conversation: its owner, and the names of the events other rooms hear of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from conversation.identity import AgentIdentity


class Owner(str, Enum):
    """Who may speak to the customer: in the queue the bot still serves, an agent silences it."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"


class EscalationState(str, Enum):
    """The life of a request for a person."""

    WAITING = "waiting"
    OFFERED = "offered"
    SERVING = "serving"
    RETURNED = "returned"
    CLOSED = "closed"
    ABANDONED = "abandoned"


@dataclass(frozen=True)
class Ownership:
    """Who owns a conversation now; the epoch grows by one at every change of owner."""

    owner: Owner
    epoch: int
    agent: AgentIdentity | None = None


def conversation_topic(conversation_id: str) -> str:
    """The live topic of one conversation."""
    return f"conversation:{conversation_id}"


DELIVERIES_TOPIC = "deliveries"
DESK_TOPIC = "desk"
