"""Forms that another business has interrupted: kept with what they hold, taken up again later; it asks nothing.

A form that was open when another one opens waits on a stack (`paused_form`) and goes on by itself. A form that was left
for a day, or for a danger, becomes one of the open asks: it is offered, never forced.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rasa_sdk.events import FollowupAction, SlotSet

from actions.asks import joined, keep, open_asks
from actions.visit import Visit
from conversation.offer import Ask

# So many forms may wait for another one to end; of more the oldest is let go.
_DEPTH = 4
Event = dict[str, Any]


@dataclass(frozen=True)
class HeldForm:
    """A form, the business it is for, and what its slots hold."""

    form: str
    topic: str
    slots: Mapping[str, Any]

    def to_wire(self) -> dict[str, Any]:
        """Returns `{"form", "topic", "slots"}`."""
        return {"form": self.form, "topic": self.topic, "slots": dict(self.slots)}

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any] | str) -> HeldForm:
        """Reads what `to_wire` wrote, or the bare name of a form."""
        return cls(wire, "", {}) if isinstance(wire, str) else cls(wire["form"], wire["topic"], wire["slots"])

    def to_ask(self) -> Ask:
        """Returns the unfinished business as something that can be offered."""
        return Ask(self.topic, "", form=self.form, held=dict(self.slots))


def held_by(ask: Ask) -> HeldForm:
    """Reads the form back that `to_ask` made an ask of."""
    return HeldForm(ask.form, ask.intent, ask.held)


def at_hand(visit: Visit) -> HeldForm | None:
    """The open form with what it holds now."""
    form = visit.tracker.active_loop_name
    if not form:
        return None
    known = visit.tracker.slots.get("form_at_hand") or {}
    if known.get("form") != form:
        return HeldForm(form, visit.topic, {})
    values = {name: visit.tracker.slots.get(name) for name in known["slots"]}
    return HeldForm(form, known["topic"], {name: value for name, value in values.items() if value is not None})


def paused(visit: Visit) -> list[HeldForm]:
    """The forms that wait for another one to end, the last one first to go on."""
    kept = visit.slot("paused_form") or []
    return [HeldForm.from_wire(wire) for wire in ([kept] if isinstance(kept, str) else kept)]


def keep_paused(forms: Iterable[HeldForm]) -> Event:
    """Keeps these forms waiting, and no others."""
    wires = [held.to_wire() for held in forms][-_DEPTH:]
    event: Event = SlotSet("paused_form", wires or None)
    return event


def make_room(visit: Visit, form: str, instead_of: Iterable[str], prefilled: Mapping[str, Any]) -> list[Event]:
    """Fills `form` and has the open one wait; what `form` held when it was itself interrupted comes back."""
    waiting, open_now = paused(visit), at_hand(visit)
    before = next((held for held in waiting if held.form == form), None)
    stack = [held for held in waiting if held.form != form]
    if open_now and open_now.form not in (form, *instead_of):
        stack.append(open_now)
    said = {name: value for name, value in prefilled.items() if value is not None}
    given = {**prefilled, **(before.slots if before else {}), **said}
    events: list[Event] = [SlotSet(name, value) for name, value in given.items()]
    return events if stack == waiting else [*events, keep_paused(stack)]


def take_up(visit: Visit, held: HeldForm) -> list[Event]:
    """Goes on with a form where it was."""
    visit.say("utter_form_taken_up")
    return [SlotSet("taken_up", held.to_wire()), FollowupAction(held.form)]


def take_up_last(visit: Visit) -> list[Event]:
    """Goes on with the form that was interrupted last, if one waits."""
    waiting = paused(visit)
    if not waiting:
        return []
    return [keep_paused(waiting[:-1]), *take_up(visit, waiting[-1])]


def put_aside(visit: Visit, *, served: Collection[str] = (), more: Iterable[Ask] = ()) -> list[Event]:
    """Keeps the open form, and those that wait for it, as asks to be offered later, and `more` with them.

    What is `served` is let go.
    """
    open_now = at_hand(visit)
    left = [held for held in (*([open_now] if open_now else []), *reversed(paused(visit))) if held.topic]
    before = open_asks(visit)
    asks = joined(joined(before, [held.to_ask() for held in left]), more)
    kept = [ask for ask in asks if ask.intent not in served]
    names = {name for held in left for name in held.slots}
    emptied = [SlotSet(name, None) for name in (*sorted(names), "requested_slot", "invalid_answers", "paused_form")]
    return [*emptied, keep(kept)]


def taken_up_now(events: Sequence[Mapping[str, Any]], form: str) -> HeldForm | None:
    """What `form` is to go on with, when it was taken up in the running turn."""
    for event in reversed(events):
        if event["event"] == "user":
            return None
        if event["event"] == "slot" and event.get("name") == "taken_up" and event.get("value"):
            held = HeldForm.from_wire(event["value"])
            return held if held.form == form else None
    return None
