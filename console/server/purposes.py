"""Which chat somebody may read, and for what: the one place that decides, for pages, pictures, live events and search.

An agent reads what they serve, what is offered to them, what waits in a queue of their skills, the chat they served
last while nobody else has it, and one in which a note names them. A supervisor reads all, a quality reader what a
person served. Nobody else reads any.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from console.server.errors import NotAllowed
from console.server.inbox import Summary
from console.server.rights import RIGHTS, Access
from console.server.sessions import Session
from conversation.events import Owner
from runtime.privacy import mask_text


class Purpose(str, Enum):
    """Why somebody may read a chat."""

    SERVING = "serving"
    OFFERED = "offered"
    QUEUE = "queue"
    AFTERCARE = "aftercare"
    NAMED = "named"
    SUPERVISION = "supervision"
    QUALITY = "quality"


@dataclass(frozen=True)
class Standing:
    """What the decision looks at: who holds the chat, and what its latest request asked for."""

    conversation_id: str
    owner: str
    agent_id: str | None
    skill: str | None = None
    # Who serves the request, served it last, or is offered it.
    served_by: str | None = None
    # Whom a note of the last days names.
    named: frozenset[str] = frozenset()

    @classmethod
    def of(cls, summary: Summary) -> Standing:
        """Returns the standing of a conversation of the inbox."""
        escalation = summary.escalation
        return cls(
            conversation_id=summary.conversation_id,
            owner=summary.owner.value,
            agent_id=summary.agent.agent_id if summary.agent else None,
            skill=escalation.skill if escalation else None,
            served_by=escalation.served_by if escalation else None,
            named=summary.named,
        )


def purpose_of(session: Session, standing: Standing) -> Purpose | None:
    """Names the purpose for which somebody may read a chat, or nothing: then it is refused."""
    if RIGHTS.allow(session.role, Access.DESK):
        purpose = _service(session, standing)
        if purpose:
            return purpose
        if session.agent.agent_id in standing.named and not RIGHTS.allow(session.role, Access.READ_ALL):
            return Purpose.NAMED
    if RIGHTS.allow(session.role, Access.READ_ALL):
        return Purpose.SUPERVISION
    if RIGHTS.allow(session.role, Access.READ_SERVED) and standing.served_by is not None:
        return Purpose.QUALITY
    return None


class Reach(Enum):
    """Which chats somebody may find who looks at none of them in particular."""

    ALL = "all"
    SERVED = "served"
    NONE = "none"


def reach_of(session: Session) -> Reach:
    """Returns what a search may find: where `purpose_of` has an answer for who leads or reads for quality."""
    if RIGHTS.allow(session.role, Access.READ_ALL):
        return Reach.ALL
    return Reach.SERVED if RIGHTS.allow(session.role, Access.READ_SERVED) else Reach.NONE


def may_read(session: Session, summary: Summary) -> bool:
    """Tells whether somebody may read a conversation; lists leave out what they may not."""
    return purpose_of(session, Standing.of(summary)) is not None


def check_may_read(session: Session, summary: Summary) -> Purpose:
    """Returns for what somebody may read a conversation.

    Raises:
        NotAllowed: this chat is not for them.
    """
    purpose = purpose_of(session, Standing.of(summary))
    if purpose is None:
        raise NotAllowed(conversation_id=summary.conversation_id, agent_id=session.agent.agent_id)
    return purpose


def check_may_take(session: Session, summary: Summary) -> None:
    """Lets an agent take what nobody holds, if its latest request is of their skills or there has been none.

    A chat that a colleague holds passes: the fork answers who holds it.

    Raises:
        NotAllowed: the matter is another skill's.
    """
    standing = Standing.of(summary)
    held = standing.agent_id is not None
    unasked = standing.owner == Owner.BOT.value and standing.skill is None
    mine = standing.skill is not None and RIGHTS.serves(session.skills, standing.skill)
    if not (held or unasked or mine or purpose_of(session, standing)):
        raise NotAllowed(conversation_id=summary.conversation_id, agent_id=session.agent.agent_id)


def shown_line(wire: dict[str, Any], purpose: Purpose | None) -> dict[str, Any]:
    """Returns a line as it is shown: in full to who serves the customer, with its numbers masked to everybody else."""
    if purpose is Purpose.SERVING:
        return wire
    return {name: _masked(value) if name in _MASKED else value for name, value in wire.items()}


_MASKED = frozenset({"text", "buttons", "card", "location", "attachment"})
_KEPT = frozenset({"media_id", "mime", "kind"})


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, list):
        return [_masked(each) for each in value]
    if isinstance(value, dict):
        return {name: each if name in _KEPT else _masked(each) for name, each in value.items()}
    return value


def _service(session: Session, standing: Standing) -> Purpose | None:
    me = session.agent.agent_id
    if standing.agent_id == me:
        return Purpose.SERVING
    if standing.agent_id is not None:
        return None
    if standing.served_by == me:
        return Purpose.OFFERED if standing.owner == Owner.QUEUE.value else Purpose.AFTERCARE
    if standing.owner == Owner.QUEUE.value and RIGHTS.serves(session.skills, standing.skill or ""):
        return Purpose.QUEUE
    return None
