"""Asks for a person: the directive of docs/architecture.md section 8, with what the person should know already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.visit import Visit
from actions.wording import plain
from conversation.skills import skill_for
from runtime.privacy import mask_account

__all__ = ["Handoff", "directive", "hand_over", "leave_queue", "skill_for", "speaks_of_queue", "waits_for_person"]

PRIORITY_DANGER, PRIORITY_LIFE_SUPPORT, PRIORITY_KEY_ACCOUNT, PRIORITY_COMPLAINT, PRIORITY_OTHER = 0, 1, 2, 3, 5
_QUEUE = "queue"
# What a person is told of the slots, in this order; a check code or an internal mark never is.
_TOLD = (
    "account_no",
    "bill_period",
    "address",
    "outage_scope",
    "neighbor_power",
    "fault_symptom",
    "breaker_state",
    "danger_sign",
    "phone",
    "ticket_no",
    "complaint_text",
)


@dataclass(frozen=True)
class Handoff:
    """A request for a person; `known` adds to, or overrides, what the slots tell."""

    reason: str
    skill: str = ""
    priority: int = PRIORITY_OTHER
    orders: tuple[str, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)


def hand_over(visit: Visit, handoff: Handoff) -> None:
    """Sends the directive; the reception commits it with the turn and tells the place in the queue."""
    visit.dispatcher.utter_message(json_message={"handoff": directive(visit, handoff)})


def waits_for_person(visit: Visit) -> bool:
    """Whether the customer is in the queue for a person."""
    return (visit.tracker.latest_message.get("metadata") or {}).get("owner") == _QUEUE


def wants_no_person(visit: Visit) -> bool:
    """Whether the message says that no person is wanted, or not any more."""
    return visit.wording.patterns["no_person"].fullmatch(plain(visit.text)) is not None


def leave_queue(visit: Visit) -> None:
    """Ends the wait for a person; the reception says so."""
    visit.dispatcher.utter_message(json_message={"leave_queue": True})


def speaks_of_queue(visit: Visit) -> bool:
    """Serves who waits for a person and says no more than that they wait no longer, or asks how long it takes.

    The place in the queue is told by asking for the person again.
    """
    if not waits_for_person(visit) or visit.tracker.active_loop_name:
        return False
    if wants_no_person(visit):
        leave_queue(visit)
        return True
    if not visit.option("queue_asked") or visit.option("queue_not"):
        return False
    hand_over(visit, Handoff("asked"))
    return True


def directive(visit: Visit, handoff: Handoff) -> dict[str, Any]:
    """Returns the request as the reception reads it."""
    topic = visit.topic
    return {
        "skill": handoff.skill or skill_for(topic),
        "reason": handoff.reason,
        "priority": handoff.priority,
        "summary": {"intent": topic, "slots": _told(visit, handoff.known), "orders": list(handoff.orders)},
    }


def _told(visit: Visit, known: Mapping[str, str]) -> list[dict[str, str]]:
    labels = visit.wording.of("utter_handoff_words")
    return [{"name": name, "label": labels[name], "value": value} for name, value in _values(visit, known)]


def _values(visit: Visit, known: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for name in _TOLD:
        value = str((known[name] if name in known else visit.slot(name)) or "")
        if value:
            yield name, mask_account(value) if name == "account_no" else value
