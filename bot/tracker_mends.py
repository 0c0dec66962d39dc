"""Mends of Rasa's tracker: it is copied and read many times in a turn, by replaying or walking its whole history.

Every result is the one Rasa computes itself (tests/unit/bot/test_tracker_mends.py holds them side by side).
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections import deque
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import Enum, auto

from rasa.core.actions.action import ActionExtractSlots, ActionSessionStart
from rasa.core.channels import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    ACTION_SESSION_START_NAME,
    ACTION_VALIDATE_SLOT_MAPPINGS,
    DEFAULT_SLOT_NAMES,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    FollowupAction,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.slot_mends import mend_slots

# What Rasa does itself, by what stands in for it.
STOCK = {
    (DialogueStateTracker, "copy"): DialogueStateTracker.copy,
    (DialogueStateTracker, "applied_events"): DialogueStateTracker.applied_events,
    (ActionExtractSlots, "run"): ActionExtractSlots.run,
}
_replayed = DialogueStateTracker.copy
_carried_over = ActionSessionStart._slot_set_events_from_tracker
_extract = ActionExtractSlots.run
_INERT, _APPLIED = "_gridtalk_extracts_nothing", "_gridtalk_applied"


def mend_trackers() -> None:
    """Applies the mends, those of the slots with them; doing it twice is the same as once."""
    mend_slots()
    DialogueStateTracker.copy = copied
    DialogueStateTracker.applied_events = applied_events
    ActionSessionStart._slot_set_events_from_tracker = staticmethod(carried_over)
    ActionExtractSlots.run = extracted


def copied(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """Stands in for `DialogueStateTracker.copy`, which replays every event before every action: copies the state."""
    followup = _followup_of(tracker.events)
    if followup is _UNKNOWN:
        return _replayed(tracker)
    other = DialogueStateTracker(
        tracker.sender_id, (), tracker._max_event_history, is_rule_tracker=tracker.is_rule_tracker
    )
    other.slots = dict(tracker.slots)  # a slot is never changed where it stands (bot/slot_mends.py)
    other.events = deque(tracker.events, tracker._max_event_history)
    other._paused = tracker._paused
    other.followup_action = followup
    other.latest_action = tracker.latest_action
    other.latest_message = tracker.latest_message
    other.latest_bot_utterance = tracker.latest_bot_utterance
    other.active_loop = dataclasses.replace(tracker.active_loop) if tracker.active_loop else None
    known = tracker.__dict__.get(_APPLIED)
    if known is not None and known.events is tracker.events:
        other.__dict__[_APPLIED] = dataclasses.replace(known, events=other.events, applied=list(known.applied))
    return other


_UNKNOWN = "cannot be told from the last events"


def _followup_of(events: Sequence[Event]) -> str | None:
    """The action that the events ask for next; a tracker forgets it when it is predicted, a replay does not."""
    for event in reversed(events):
        if isinstance(event, FollowupAction):
            return str(event.action_name)
        if isinstance(event, (ActionExecuted, UserUttered)):
            return None
        if isinstance(event, Restarted):
            return str(ACTION_SESSION_START_NAME)
        if isinstance(event, (UserUtteranceReverted, ActionReverted)):
            return _UNKNOWN
        if isinstance(event, SessionStarted):
            break
    return str(ACTION_LISTEN_NAME)


class _Kind(Enum):
    """What an event means for those before it."""

    BEGINS = auto()
    TAKES_ACTION_BACK = auto()
    TAKES_MESSAGE_BACK = auto()
    ACTS = auto()
    OTHER = auto()


@functools.cache
def _kind_of(event: type[Event]) -> _Kind:
    """Rasa asks five abstract classes about each event; the answer hangs on its class alone."""
    kinds = {
        _Kind.BEGINS: (Restarted, SessionStarted),
        _Kind.TAKES_ACTION_BACK: (ActionReverted,),
        _Kind.TAKES_MESSAGE_BACK: (UserUtteranceReverted,),
        _Kind.ACTS: (ActionExecuted,),
    }
    return next((kind for kind, classes in kinds.items() if issubclass(event, classes)), _Kind.OTHER)


@functools.cache
def _is_loop(event: type[Event]) -> bool:
    return issubclass(event, ActiveLoop)


@dataclass
class _Applied:
    """What of a tracker's first `count` events applies, when its loops are these."""

    events: deque[Event]
    loops: frozenset[str]
    count: int = 0
    applied: list[Event] = field(default_factory=list)

    def is_of(self, tracker: DialogueStateTracker, loops: frozenset[str]) -> bool:
        """The tracker has only gained events since, and no loop that might change what was done before."""
        return self.events is tracker.events and self.loops == loops and self.count <= len(tracker.events)


def applied_events(tracker: DialogueStateTracker) -> list[Event]:
    """Stands in for `DialogueStateTracker.applied_events`: the same choice, made once for each event."""
    kinds = ((event, type(event)) for event in tracker.events)
    loops = frozenset(event.name for event, kind in kinds if _is_loop(kind) and event.name)  # type: ignore[arg-type]
    known = tracker.__dict__.get(_APPLIED)
    if known is None or not known.is_of(tracker, loops) or tracker._max_event_history is not None:
        known = tracker.__dict__[_APPLIED] = _Applied(tracker.events, loops)
    for event in itertools.islice(tracker.events, known.count, None):
        _apply(tracker, event, known)
    known.count = len(tracker.events)
    return list(known.applied)


def _apply(tracker: DialogueStateTracker, event: Event, known: _Applied) -> None:
    kind = _kind_of(type(event))  # type: ignore[arg-type]  # a class is hashable
    if kind is _Kind.OTHER:
        known.applied.append(event)
    elif kind is _Kind.ACTS:
        _apply_action(tracker, event, known.loops, known.applied)
    elif kind is _Kind.BEGINS:
        known.applied = []
    else:
        if kind is _Kind.TAKES_MESSAGE_BACK:
            tracker._undo_till_previous(UserUttered, known.applied)
        tracker._undo_till_previous(ActionExecuted, known.applied)


def _apply_action(
    tracker: DialogueStateTracker, action: ActionExecuted, loops: AbstractSet[str], applied: list[Event]
) -> None:
    name = action.action_name
    if name in loops and not tracker._first_loop_execution_or_unhappy_path(name, applied):
        tracker._undo_till_previous_loop_execution(name, applied)
    else:
        applied.append(action)


def carried_over(tracker: DialogueStateTracker) -> list[SlotSet]:
    """Stands in for what a new session sets: the last value of each slot, not every value it ever had."""
    last: dict[str, SlotSet] = {}
    for event in _carried_over(tracker):
        last.pop(event.key, None)
        last[event.key] = event
    return list(last.values())


async def extracted(
    action: ActionExtractSlots,
    output_channel: OutputChannel,
    nlg: NaturalLanguageGenerator,
    tracker: DialogueStateTracker,
    domain: Domain,
) -> list[Event]:
    """Stands in for `ActionExtractSlots.run`: where all slots are left to the actions, there is nothing to extract."""
    if _extracts_nothing(domain):
        return []
    events: list[Event] = await _extract(action, output_channel, nlg, tracker, domain)
    return events


def _extracts_nothing(domain: Domain) -> bool:
    known = domain.__dict__.get(_INERT)
    if known is None:
        slots = (slot for slot in domain.slots if slot.name not in DEFAULT_SLOT_NAMES)
        mappings = [mapping for slot in slots for mapping in slot.mappings]
        inert = all(mapping.get("type") == "custom" and not mapping.get("action") for mapping in mappings)
        known = domain.__dict__[_INERT] = inert and ACTION_VALIDATE_SLOT_MAPPINGS not in domain.user_actions
    return bool(known)
