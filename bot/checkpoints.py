"""Where the memory of a long talk begins: what was known at one of its turns, written down as Rasa's own events.

A tracker is a list of events, and everything Rasa does walks it. Policies, forms and actions look back a few messages,
never to the beginning: so once in a while a checkpoint is appended to the stored events, and the next turn reads what
it knew and the events after its place. Nothing stored is ever changed; without a checkpoint the session is read whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    ConversationPaused,
    Event,
    FollowupAction,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from conversation.message import is_wordless
from conversation.topic import STEERING

CHECKPOINT = "checkpoint"
# So many messages of the customer are always read as they were said; who looks back farther must be told (a test holds
# the settings of config.yml against it), and so many events more make the next checkpoint worth its row.
KEPT_MESSAGES = 8
_WORTH = 32
# From this position on the events are read, after what was known before them.
_FROM, _KNOWN = "resumes_at", "known"

Stored = dict[str, Any]


def place_of(events: Sequence[Event]) -> int | None:
    """Where the events may begin that are read as they are: at a message, so many messages before the end."""
    heard = 0
    for index in range(len(events) - 1, 0, -1):
        if _is_new_message(events, index):
            heard += 1
        if heard >= KEPT_MESSAGES and _is_new_message(events, index):
            return index
    return None


def _is_new_message(events: Sequence[Event], index: int) -> bool:
    """The customer said it when the bot listened; a message handed back to the dialogue was said before."""
    if not isinstance(events[index], UserUttered):
        return False
    before = (event for event in reversed(events[:index]) if isinstance(event, (ActionExecuted, UserUttered)))
    first = next(before, None)
    if not isinstance(first, ActionExecuted) or first.action_name != ACTION_LISTEN_NAME:
        return False
    earlier = next((event for event in before if isinstance(event, UserUttered)), None)
    return earlier is None or _number(earlier) is None or _number(earlier) != _number(events[index])


def _number(message: Event) -> Any:
    return (message.metadata or {}).get("message_id")


def is_worth_it(place: int, known: int) -> bool:
    """Enough events before `place` would no longer be read, beside the `known` ones that an older checkpoint told."""
    return place - known >= _WORTH


def known_before(events: Sequence[Event], place: int, slots: Iterable[Slot]) -> list[Event]:
    """What the events before `place` have left behind: replayed, these leave the tracker in the same state."""
    past = events[:place]
    tracker = DialogueStateTracker.from_events("past", list(past), slots)
    known: list[Event] = [*_still_spoken_of(past), *_form_of(tracker, past)]
    known += [SlotSet(slot.name, slot.value) for slot in tracker.slots.values() if _is_told(slot)]
    known += [ConversationPaused()] if tracker.is_paused() else []
    known.append(ActionExecuted(ACTION_LISTEN_NAME))
    known += [FollowupAction(tracker.followup_action)] if tracker.followup_action else []
    for event in known:
        event.timestamp = event.timestamp if isinstance(event, UserUttered) else events[place].timestamp
    return [SessionStarted(events[place].timestamp), *known]


def _still_spoken_of(past: Sequence[Event]) -> list[Event]:
    """The messages that are read from any distance: the last one outside forms, the business before, the form's own.

    What is said inside a form names no business; a message heard in another form stands behind that one here, too.
    """
    form: str | None = None
    business: list[Event] = []
    outside: list[Event] = []
    opening: list[Event] = []
    heard: list[Event] = []
    for event in past:
        if isinstance(event, ActiveLoop):
            form, opening = event.name, heard if event.name else []
        elif isinstance(event, UserUttered):
            heard = [*([ActiveLoop(form)] if form else []), event]
            if form is None and not is_wordless(event.metadata or {}):
                business = business if _steers(outside) else outside
                outside = [event]
    return [*business, *outside, *(event for event in opening if all(event is not one for one in outside))]


def _steers(message: Sequence[Event]) -> bool:
    """The message names no business, or there is none."""
    return not message or message[0].intent_name in STEERING


def _form_of(tracker: DialogueStateTracker, past: Sequence[Event]) -> Iterator[Event]:
    """The open form, and in which order it has asked."""
    form = tracker.active_loop
    if form is None:
        return
    yield ActionExecuted(form.name)
    yield ActiveLoop(form.name)
    for name in _asked_for(past):
        yield SlotSet(REQUESTED_SLOT, name)
    if form.rejected:
        yield ActionExecutionRejected(form.name)


def _asked_for(past: Sequence[Event]) -> list[str]:
    """What the open form has asked for, each once, what it asked for last at the end."""
    asked: dict[str, None] = {}
    for event in past:
        if isinstance(event, ActiveLoop):
            asked = {}
        elif isinstance(event, SlotSet) and event.key == REQUESTED_SLOT and event.value:
            asked.pop(event.value, None)
            asked[event.value] = None
    return list(asked)


def _is_told(slot: Slot) -> bool:
    """Somebody has set it to something else than nothing."""
    return bool(slot.has_been_set) and (slot.value is not None or slot.initial_value is not None)


def checkpoint(known: Iterable[Event], resumes_at: int, at: float) -> Stored:
    """The checkpoint as it is stored; it stands behind the events of its turn."""
    return {"event": CHECKPOINT, "timestamp": at, _FROM: resumes_at, _KNOWN: [slim(event.as_dict()) for event in known]}


def opened(rows: Iterable[Mapping[str, Any]]) -> list[tuple[int, Stored]]:
    """The events that rows of a session stand for, with their positions; what a checkpoint knew has none, 0.

    Only the last checkpoint counts, and of the rows those from where it resumes.
    """
    stored = [(int(row["position"]), row["event"]) for row in rows]
    last = next((event for _, event in reversed(stored) if event.get("event") == CHECKPOINT), None)
    told = [(place, event) for place, event in stored if event.get("event") != CHECKPOINT]
    if last is None:
        return told
    return [*((0, event) for event in last[_KNOWN]), *((place, one) for place, one in told if place >= last[_FROM])]


# Of what was understood in a message only the best guesses are kept; words and tokens can be had from its text.
_GUESSES_KEPT = 3
_NOT_KEPT = frozenset({"text_tokens"})
_TWICE = ("text", "message_id", "metadata")


def slim(event: Stored) -> Stored:
    """A message's event without what nobody reads again and what it says twice; Rasa reads it as before."""
    parsed = event.get("parse_data")
    if event.get("event") != UserUttered.type_name or not parsed:
        return event
    kept = {
        name: value
        for name, value in parsed.items()
        if name not in _NOT_KEPT and not (name in _TWICE and value == event.get(name))
    }
    if "intent_ranking" in kept:
        kept["intent_ranking"] = kept["intent_ranking"][:_GUESSES_KEPT]
    return {**event, "parse_data": kept}
