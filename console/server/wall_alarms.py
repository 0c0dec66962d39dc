"""What a supervisor must not overlook: danger that waits, limits broken, anger, silence, a failing bot, late calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from console.server.wall_limits import wall_limits
from console.server.wall_view import Chat, Seat, moment

_ALL_SKILLS = "all"
_OF_ANYBODY = "general"


class AlarmKind(str, Enum):
    """What is wrong, the worst first."""

    DANGER_WAITING = "danger_waiting"
    UNCOVERED = "uncovered"
    WAIT_BROKEN = "wait_broken"
    FIRST_RESPONSE_BROKEN = "first_response_broken"
    AGENT_SILENT = "agent_silent"
    ANGRY = "angry"
    BOT_ERRORS = "bot_errors"
    CALL_MISSED = "call_missed"
    RAN_OUT = "ran_out"
    FOLLOW_UP_LATE = "follow_up_late"


_ORDER = {kind: place for place, kind in enumerate(AlarmKind)}


@dataclass(frozen=True)
class Alarm:
    """One thing that is wrong, since when, and about whom."""

    kind: AlarmKind
    since: datetime | None = None
    chat: Chat | None = None
    agent_id: str | None = None
    skill: str | None = None
    count: int = 1

    def to_wire(self) -> dict[str, Any]:
        """Returns the alarm; what it is not about is null."""
        return {
            "kind": self.kind.value,
            "since": moment(self.since),
            "conversation_id": self.chat.conversation_id if self.chat else None,
            "display_name": self.chat.display_name if self.chat else None,
            "agent_id": self.agent_id,
            "skill": self.skill,
            "count": self.count,
        }


@dataclass(frozen=True)
class Scene:
    """What the alarms are read from."""

    now: datetime
    chats: Sequence[Chat]
    seats: Sequence[Seat]
    bot_errors: int
    late_follow_ups: int
    missed_calls: int = 0
    ran_out: int = 0


def alarms_of(scene: Scene) -> tuple[Alarm, ...]:
    """Returns the alarms of a moment, the worst first, then the oldest."""
    found = [alarm for chat in scene.chats for alarm in _of_chat(chat, scene.now)]
    found += _uncovered(scene)
    if scene.bot_errors >= wall_limits().errors.amber:
        found.append(Alarm(AlarmKind.BOT_ERRORS, count=scene.bot_errors))
    if scene.missed_calls:
        found.append(Alarm(AlarmKind.CALL_MISSED, count=scene.missed_calls))
    if scene.ran_out:
        found.append(Alarm(AlarmKind.RAN_OUT, count=scene.ran_out))
    if scene.late_follow_ups:
        found.append(Alarm(AlarmKind.FOLLOW_UP_LATE, count=scene.late_follow_ups))
    return tuple(sorted(found, key=lambda alarm: (_ORDER[alarm.kind], alarm.since or scene.now)))


def _of_chat(chat: Chat, now: datetime) -> Iterator[Alarm]:
    limits = wall_limits()
    if chat.mood is not None and chat.mood >= limits.angry:
        yield Alarm(AlarmKind.ANGRY, chat.requested_at, chat, chat.agent_id, chat.skill)
    if chat.waits and chat.priority == 0:
        yield Alarm(AlarmKind.DANGER_WAITING, chat.requested_at, chat, None, chat.skill)
        return
    since = chat.open_since
    if since is None:
        return
    kind, limit = AlarmKind.AGENT_SILENT, limits.silence
    if chat.waits:
        kind, limit = AlarmKind.WAIT_BROKEN, limits.wait
    elif not chat.answered:
        kind, limit = AlarmKind.FIRST_RESPONSE_BROKEN, limits.first_response
    if (now - since).total_seconds() >= limit.of(chat.skill, chat.priority).red:
        yield Alarm(kind, since, chat, chat.agent_id, chat.skill)


def _uncovered(scene: Scene) -> list[Alarm]:
    """Skills somebody waits for and nobody at the desk has."""
    present = {skill for seat in scene.seats if seat.takes_work and seat.role == "agent" for skill in seat.skills}
    waiting: dict[str, datetime] = {}
    for chat in scene.chats:
        if chat.waits and chat.skill != _OF_ANYBODY and not {chat.skill, _ALL_SKILLS} & present:
            waiting[chat.skill] = min(chat.requested_at, waiting.get(chat.skill, chat.requested_at))
    return [Alarm(AlarmKind.UNCOVERED, since, skill=skill) for skill, since in waiting.items()]
