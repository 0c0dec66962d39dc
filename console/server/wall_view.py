"""A chat and an agent as the wall shows them; who is at work is read here, and nowhere else on the wall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.server.services_book import Measures
from console.server.wall_limits import wall_limits
from handoff.card.takeover import display_name
from handoff.phrases import Phrases
from handoff.routing.presence import Presence, Status
from runtime.clock import SHANGHAI


@dataclass(frozen=True)
class Chat:
    """A conversation that waits for a person or is served by one."""

    conversation_id: str
    display_name: str
    channel: str
    mood: int | None
    waits: bool
    skill: str
    priority: int
    reason: str
    requested_at: datetime
    accepted_at: datetime | None
    agent_id: str | None
    answered: bool
    unanswered_since: datetime | None
    attended: bool

    def to_wire(self) -> dict[str, Any]:
        """Returns the chat with the limits that hold for it, in seconds."""
        limits = wall_limits()
        kind = limits.wait if self.waits else limits.silence if self.answered else limits.first_response
        return {
            "conversation_id": self.conversation_id,
            "display_name": self.display_name,
            "channel": self.channel,
            "mood": self.mood,
            "skill": self.skill,
            "priority": self.priority,
            "reason": self.reason,
            "requested_at": moment(self.requested_at),
            "accepted_at": moment(self.accepted_at),
            "agent_id": self.agent_id,
            "answered": self.answered,
            "open_since": moment(self.open_since),
            "limit": kind.of(self.skill, self.priority).to_wire(),
            "attended": self.attended,
        }

    @property
    def open_since(self) -> datetime | None:
        """Since when the customer waits: for a person, for the first answer, or for the next."""
        if self.waits:
            return self.requested_at
        return self.unanswered_since if self.answered else self.accepted_at


_UNREADY = {Status.OFFLINE: "offline", Status.AWAY: "away", Status.BUSY: "paused"}


@dataclass(frozen=True)
class Seat:
    """An agent: whether at work, since when so, with how many chats."""

    agent_id: str
    name: str
    role: str
    skills: tuple[str, ...]
    max_chats: int
    state: str
    since: datetime | None
    load: int

    @property
    def takes_work(self) -> bool:
        """Whether at the desk and ready: who takes a break or serves on only is neither free nor covers a skill."""
        return self.state in {"idle", "busy", "full"}

    def to_wire(self, today: Measures | None) -> dict[str, Any]:
        """Returns the agent, with the figures of the day where there are any."""
        return {
            "id": self.agent_id,
            "name": self.name,
            "role": self.role,
            "skills": list(self.skills),
            "max_chats": self.max_chats,
            "state": self.state,
            "since": moment(self.since),
            "load": self.load,
            "today": today.to_wire() if today else None,
        }


def chat_of(row: Any, phrases: Phrases) -> Chat:
    """Reads a chat."""
    return Chat(
        conversation_id=row["conversation_id"],
        display_name=display_name(row["profile"], row["conversation_id"], phrases),
        channel=row["channel"],
        mood=row["mood"],
        waits=row["state"] != "serving",
        skill=row["skill"],
        priority=row["priority"],
        reason=row["reason"],
        requested_at=row["requested_at"],
        accepted_at=row["accepted_at"],
        agent_id=row["agent_id"],
        answered=row["said_at"] is not None,
        unanswered_since=row["unanswered_since"],
        attended=bool(row["attended_by"]),
    )


def seat_of(row: Any, chats: Sequence[Chat], now: datetime, seen_s: float) -> Seat:
    """Reads an agent: busy is who serves, full who may take no more, paused who serves on and takes nothing new."""
    mine = [chat for chat in chats if not chat.waits and chat.agent_id == row["agent_id"]]
    presence = Presence.of_row(row)
    status = presence.now(now, seen_s) if presence else Status.OFFLINE
    state, since = _UNREADY.get(status, ""), presence.since if presence and status is not Status.OFFLINE else None
    if presence and status is Status.ONLINE:
        state = "full" if len(mine) >= row["max_chats"] else "busy" if mine else "idle"
        moments = [chat.accepted_at for chat in mine if chat.accepted_at]
        since = min(moments) if moments else max(presence.since, row["freed_at"] or presence.since)
    return Seat(
        agent_id=row["agent_id"],
        name=row["name"],
        role=row["role"],
        skills=tuple(row["skills"]),
        max_chats=row["max_chats"],
        state=state,
        since=since,
        load=len(mine),
    )


def moment(at: datetime | None) -> str | None:
    """A moment on the wire."""
    return at.astimezone(SHANGHAI).isoformat(timespec="milliseconds") if at else None
