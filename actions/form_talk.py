"""Repairing the talk inside a form, the same in every form: again, why, wait, anew, that was wrong, something else.

It is called by `actions/form.py` before and after a form reads a message; what the words are stands in steering.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, Any

from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.forms import REQUESTED_SLOT

from actions.asks import part_of, whole
from actions.handoff import Handoff, hand_over
from actions.held import take_up_last
from actions.steering import Steer, corrected_to, corrects, is_left, leaves_for, named_slots, steer_of
from actions.visit import Visit
from actions.wording import plain
from conversation.offer import Ask
from conversation.topic import STEERING

if TYPE_CHECKING:
    from actions.form import Form, FormVisit

Event = dict[str, Any]
_SERVE = "action_serve_ask"
# The question that sums up says itself what a correction has changed (actions/questions/confirm.py).
_SUMMARY = "confirmed"


async def steered(form: Form, visit: FormVisit) -> list[Event] | None:
    """Serves a message that leaves the form or speaks to the talk; None leaves it to be read as an answer."""
    if visit.wording.is_exactly(visit.requested, visit.text):
        return None
    if visit.intent == "danger_report" and "danger_report" not in form.intents:
        return form.reject(visit)
    if _only_greets(form, visit):
        return form.reject(visit)
    steer = Steer.NOTHING if _is_useless_again(visit) else steer_of(visit)
    served = await _SERVED[steer](form, visit) if steer else None
    return served if served is not None else _left(form, visit)


def _only_greets(form: Form, visit: FormVisit) -> bool:
    """Nothing but a greeting: a question that takes any words takes not these. In danger no menu is read out."""
    calm = "danger_report" not in form.intents
    return calm and visit.intent == "small_talk" and bool(visit.wording.is_exactly("small_talk", visit.text))


def _is_useless_again(visit: FormVisit) -> bool:
    """The very words that answered nothing a moment ago; a question that takes any words in the end takes not these."""
    if not visit.slot("invalid_answers"):
        return False
    heard = [str(event.get("text") or "") for event in visit.tracker.events if event.get("event") == "user"]
    return len(heard) > 1 and plain(heard[-1]) == plain(heard[-2]) != ""


def _left(form: Form, visit: FormVisit) -> list[Event] | None:
    if visit.intent == "request_human":
        hand_over(visit, Handoff("asked"))
        return form.leave(visit)
    other = _other_business(form, visit)
    if other:
        visit.say("utter_form_switched")
        return [*form.close(), SlotSet("ask_now", other.to_wire()), FollowupAction(_SERVE)]
    if visit.intent != "cancel_flow":
        return None
    if not visit.slot("paused_form"):
        visit.say("utter_cancelled")
    return [*form.close(), *take_up_last(visit)]


def _other_business(form: Form, visit: FormVisit) -> Ask | None:
    """What the customer turns to, having left this business in so many words."""
    if not is_left(visit):
        return None
    named = leaves_for(visit)
    if visit.intent not in STEERING | form.intents:
        return whole(visit, visit.intent)
    if named and named[0] != form.topic:
        return part_of(visit, named[0], named[1], len(visit.text))
    return None


async def _again(form: Form, visit: FormVisit) -> list[Event]:
    visit.say("utter_form_again")
    return await form.ask_again(visit)


async def _explain(form: Form, visit: FormVisit) -> list[Event]:
    """The question with a word of help before it, where the domain has one: `<question>_help`."""
    events = await form.ask_again(visit)
    sent = visit.dispatcher.messages
    question = next((message.get("response") for message in reversed(sent) if message.get("response")), "")
    visit.say(_first(visit, f"{question}_help", f"utter_form_help_{visit.asked}", "utter_form_again"))
    sent.insert(0, sent.pop())
    return events


async def _why(form: Form, visit: FormVisit) -> list[Event]:
    visit.say(
        _first(visit, f"utter_form_why_{form.form}_{visit.asked}", f"utter_form_why_{visit.asked}", "utter_form_why")
    )
    return await form.ask_again(visit)


async def _wait(form: Form, visit: FormVisit) -> list[Event]:
    """Patience: the question stands and is not put again."""
    visit.say("utter_form_wait")
    return [SlotSet("invalid_answers", int(visit.slot("invalid_answers") or 0)), SlotSet(REQUESTED_SLOT, visit.asked)]


async def _restart(form: Form, visit: FormVisit) -> list[Event]:
    visit.fill(**{name: None for name in form.slots if name not in form.given}, invalid_answers=0)
    visit.say("utter_form_restarted")
    return await form.ask_again(visit)


async def _reopen(form: Form, visit: FormVisit) -> list[Event] | None:
    """Asks anew for what was wrong; what the open question asks for was not answered yet and is read by it."""
    slot = _wrong(form, visit)
    if slot is None:
        return None
    form.reopen(visit, slot)
    visit.say("utter_form_reopened")
    return await form.ask_again(visit)


async def _nothing(form: Form, visit: FormVisit) -> list[Event]:
    """An emoji or a dot is no answer; the question may say so in its own words, but fills nothing with it."""
    await form.read(visit)
    visit.changes.clear()
    return form.leave(visit) if visit.ended else await form.count_useless(visit)


_SERVED: dict[Steer, Callable[[Form, FormVisit], Awaitable[list[Event] | None]]] = {
    Steer.AGAIN: _again,
    Steer.EXPLAIN: _explain,
    Steer.WHY: _why,
    Steer.WAIT: _wait,
    Steer.RESTART: _restart,
    Steer.REOPEN: _reopen,
    Steer.NOTHING: _nothing,
}


async def read_as_correction(form: Form, visit: FormVisit) -> None:
    """Reads a correction that told nothing yet as the answer to an earlier question; says that it was taken."""
    if visit.refused or not corrects(visit):
        return
    if not visit.changes:
        await _read_at_earlier(form, visit)
    changed = next((name for name in form.slots if _is_changed(visit, name)), None)
    label = visit.wording.of("utter_form_slot_words").get(changed or "")
    if label and visit.asked != _SUMMARY and not visit.ended and not visit.refused:
        visit.say("utter_form_corrected", what=label)


async def _read_at_earlier(form: Form, visit: FormVisit) -> None:
    said = corrected_to(visit)
    if not said or visit.intent not in STEERING | form.intents or visit.wording.is_exactly("yes_no", visit.text):
        return
    named = [slot for slot in named_slots(visit) if _is_filled(form, visit, slot)]
    earlier = next(iter([*named, *_asked_before(form, visit)]), None)
    if earlier:
        visit.aim(earlier, said)
        await form.read(visit)


def _wrong(form: Form, visit: FormVisit) -> str | None:
    """The slot that the message calls wrong: the one it names, else the one asked for before."""
    named = named_slots(visit)
    mine = [slot for slot in named if slot in form.slots]
    filled = next((slot for slot in mine if _is_filled(form, visit, slot)), None)
    if filled or mine:
        return filled
    return next(_asked_before(form, visit), None)


def _is_filled(form: Form, visit: FormVisit, slot: str) -> bool:
    return slot in form.slots and visit.before(slot) not in (None, "")


def _is_changed(visit: FormVisit, slot: str) -> bool:
    before, now = visit.before(slot), visit.changes.get(slot)
    return slot != visit.asked and before not in (None, "") and now not in (None, "") and now != before


def _asked_before(form: Form, visit: FormVisit) -> Iterator[str]:
    """The slots that were asked for before the open question and are filled, the last one first."""
    asked = [
        str(event.get("value") or "")
        for event in visit.tracker.events
        if event.get("event") == "slot" and event.get("name") == REQUESTED_SLOT
    ]
    for slot in reversed(asked):
        if slot != visit.asked and _is_filled(form, visit, slot):
            yield slot


def _first(visit: Visit, *responses: str) -> str:
    """The first of these sentences that the domain has; the last one always is there."""
    return next((name for name in responses[:-1] if visit.wording.has(name)), responses[-1])
