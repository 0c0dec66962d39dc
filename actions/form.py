"""The base of every form: one class reads, checks and asks; it refuses to leave anyone stuck in a question.

Rasa opens the loop and calls `validate_<form>` each turn; the questions are sent from here, so one turn is one call.
A message that answers nothing and belongs to another business is left to the rules (the form rejects), and the
question is put again afterwards. The second useless answer in a row offers a person, the third hands over.
What a customer says to the talk itself (again, why, wait, anew, that was wrong) is served before the form reads, the
same way in every form (docs/skills/conversation.md).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from enum import Enum
from typing import Any, ClassVar

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT

from actions.asks import asks_in, joined, keep, left_over, open_asks, said_besides
from actions.attachments import receive_in_form
from actions.base import Event, ServiceAction, forget
from actions.form_talk import read_as_correction, steered
from actions.handoff import Handoff, hand_over
from actions.held import keep_paused, paused, take_up_last, taken_up_now
from actions.steering import corrects
from actions.visit import Services, Visit
from conversation.message import is_wordless
from conversation.topic import STEERING

COMPLETE, ABANDONED = "complete", "abandoned"
_OFFER_AT, _HAND_OVER_AT = 2, 3
# These never lead out of a form by themselves: they are answers, good or bad.
_ANSWERING = frozenset({"affirm", "deny", "correct_info", "nlu_fallback", ""})
# What the model only guesses is no new business while a question is open: less than this, and danger less than the
# confidence from which the safety policy believes it without the gate.
_SURE, _SURE_OF_DANGER = 0.5, 0.7


class Call(Enum):
    """Why Rasa calls the form: it has just opened, the customer answered, a digression is over, or it goes on."""

    OPENED = "opened"
    ANSWERED = "answered"
    RESUMED = "resumed"
    TAKEN_UP = "taken up"


class FormVisit(Visit):
    """A visit inside a form: what this turn fills, and whether it ends the form."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services, form: Form) -> None:
        super().__init__(dispatcher, tracker, services)
        self._topic = form.topic
        self.held = taken_up_now(tracker.events, form.form)
        self.call = Call.TAKEN_UP if self.held else call_of(tracker.events, form.form)
        self.changes: dict[str, Any] = {}
        self._aim: tuple[str, str] | None = None
        self.refused = False
        self.ended = False
        self.rejected = False

    @property
    def topic(self) -> str:
        """See base class; inside a form it is the form's business."""
        return self._topic

    @property
    def wordless(self) -> bool:
        """The message is a place, a picture or a voice nobody understood."""
        return self.call is Call.ANSWERED and is_wordless(self.tracker.latest_message.get("metadata") or {})

    @property
    def intent(self) -> str:
        """See base class; a guess at another business, or at none of ours, is read as an answer to the question."""
        meant = "" if self.wordless else super().intent
        if self.call is Call.ANSWERED and meant == "out_of_scope" and not (self.emergency or self.responsible):
            return "nlu_fallback"
        if self.call is not Call.ANSWERED or meant in STEERING:
            return meant
        confidence = (self.tracker.latest_message.get("intent") or {}).get("confidence")
        sure_from = _SURE_OF_DANGER if meant == "danger_report" else _SURE
        return meant if confidence is None or float(confidence) >= sure_from else "nlu_fallback"

    @property
    def text(self) -> str:
        """See base class; of a correction of an earlier answer what it is corrected to; a picture says nothing."""
        return "" if self.wordless else self._aim[1] if self._aim else super().text

    @property
    def requested(self) -> str:
        """The slot that the customer was asked for, if this message may answer it."""
        if self.call is not Call.ANSWERED:
            return ""
        return self._aim[0] if self._aim else self.asked

    @property
    def asked(self) -> str:
        """The slot that was asked for last."""
        return str(super().slot(REQUESTED_SLOT) or "")

    def aim(self, slot: str, text: str) -> None:
        """Has the message read as if `text` were the answer to the question of `slot`."""
        self._aim = (slot, text)

    def slot(self, name: str) -> Any:
        """See base class; what this turn filled counts already."""
        return self.changes[name] if name in self.changes else super().slot(name)

    def fill(self, **values: Any) -> None:
        """Remembers values."""
        self.changes |= values

    def before(self, name: str) -> Any:
        """What was remembered under `name` before this turn."""
        return super().slot(name)

    def refuse(self, response: str, **values: str | int) -> None:
        """Tells what is wrong with the answer and what to send instead."""
        self.say(response, **values)
        self.refused = True

    def end(self, response: str, **values: str | int) -> None:
        """Leaves the form without its business, saying why."""
        self.say(response, **values)
        self.ended = True


class Form(ServiceAction):
    """A form; a subclass names what it owns and writes `read`, `missing` and `ask`.

    Attributes:
        form: the name of the loop in the domain.
        topic: the intent whose business it is.
        slots: what it fills and forgets.
        intents: what its own answers may sound like; they never lead out of it.
        given: slots that the opening action filled, which starting anew keeps.
    """

    form: ClassVar[str]
    topic: ClassVar[str]
    slots: ClassVar[tuple[str, ...]]
    intents: ClassVar[frozenset[str]]
    given: ClassVar[tuple[str, ...]] = ()

    def name(self) -> str:
        """See base class."""
        return f"validate_{self.form}"

    def receive(self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services) -> FormVisit:
        """See base class."""
        return FormVisit(dispatcher, tracker, services, self)

    @abstractmethod
    async def read(self, visit: FormVisit) -> None:
        """Fills what the message tells, refuses what cannot be, or ends the form."""

    @abstractmethod
    async def missing(self, visit: FormVisit) -> str | None:
        """Returns the slot to ask for next; None completes the form."""

    @abstractmethod
    async def ask(self, visit: FormVisit, slot: str) -> None:
        """Puts the question of `slot`."""

    def reopen(self, visit: FormVisit, slot: str) -> None:
        """Forgets the answer of `slot`, and what hangs on it, so that it is asked for again."""
        visit.fill(**{slot: None})

    async def serve(self, visit: FormVisit) -> list[Event]:
        """See base class."""
        if visit.call is Call.TAKEN_UP and visit.held:
            visit.fill(**{name: visit.held.slots.get(name) for name in self.slots}, invalid_answers=0)
            return await self._go_on(visit)
        if visit.call is Call.RESUMED:
            visit.say("utter_form_back")
            return await self._go_on(visit)
        if visit.call is Call.ANSWERED:
            served = await steered(self, visit)
            if served is not None:
                return served
        await self.read(visit)
        if visit.call is Call.ANSWERED and not visit.ended:
            await read_as_correction(self, visit)
        return await self._judge(visit)

    async def _judge(self, visit: FormVisit) -> list[Event]:
        """What comes after reading."""
        if visit.ended:
            return self.leave(visit)
        if visit.call is Call.ANSWERED and self._is_digression(visit):
            return self.reject(visit)
        if visit.call is Call.OPENED or visit.changes:
            visit.changes.setdefault("invalid_answers", 0)
            return await self._go_on(visit)
        if visit.wordless and not visit.refused:
            # Rasa takes a form that fills nothing for one that leaves the message to the rules.
            visit.fill(invalid_answers=visit.slot("invalid_answers"), **await receive_in_form(visit))
            return await self._go_on(visit)
        return await self.count_useless(visit)

    def left_over(self, visit: FormVisit) -> list[Event]:
        """See base class; another business after an answer waits; what is left to the rules is theirs to keep."""
        if visit.rejected:
            return []
        if visit.call is not Call.ANSWERED:
            return left_over(visit, self.intents, heard=False)
        other = visit.intent not in STEERING | self.intents and self._has_answer(visit)
        besides = said_besides(visit, visit.intent) if other and not asks_in(visit) else []
        return besides or left_over(visit, self.intents)

    def give_up(self, visit: Visit) -> list[Event]:
        """See base class; forms that waited for this one are offered later."""
        waiting = [held.to_ask() for held in paused(visit) if held.topic]
        later = [keep_paused(()), keep(joined(open_asks(visit), waiting))] if waiting else []
        return [*self.close(), *later]

    def close(self) -> list[Event]:
        """Ends this form without its business."""
        return [*forget(*self.slots, "invalid_answers"), *_closing(ABANDONED)]

    def leave(self, visit: FormVisit) -> list[Event]:
        """Ends this form; the one it had interrupted goes on, unless a person was asked for."""
        after = [keep_paused(())] if visit.intent == "request_human" else take_up_last(visit)
        return [*self.close(), *after]

    def reject(self, visit: FormVisit) -> list[Event]:
        """Leaves the message to the rules: no event at all is how a form does that."""
        visit.rejected = True
        return []

    def _is_digression(self, visit: FormVisit) -> bool:
        """Another business, and no answer to the question either: what else it mentions is not for this form."""
        if self._has_answer(visit) or self.is_corrected(visit):
            return False
        return visit.intent not in _ANSWERING | self.intents

    def is_corrected(self, visit: FormVisit) -> bool:
        """The message corrects something, and what it brings is for this form."""
        changed = any(visit.changes.get(name) is not None for name in self.slots)
        return changed and corrects(visit)

    def _has_answer(self, visit: FormVisit) -> bool:
        return visit.refused or visit.asked in visit.changes

    async def _go_on(self, visit: FormVisit) -> list[Event]:
        slot = await self.missing(visit)
        if visit.ended:
            return self.leave(visit)
        filled = [SlotSet(name, value) for name, value in visit.changes.items()]
        if slot is None:
            return [*filled, *_closing(COMPLETE)]
        if not visit.refused:
            await self.ask(visit, slot)
        if visit.ended:
            return self.leave(visit)
        filled = [SlotSet(name, value) for name, value in visit.changes.items()]
        return [*filled, self._stands(), SlotSet(REQUESTED_SLOT, slot)]

    def _stands(self) -> Event:
        """Tells the other actions what this form is and owns, should they have to interrupt it."""
        event: Event = SlotSet("form_at_hand", {"form": self.form, "topic": self.topic, "slots": list(self.slots)})
        return event

    async def ask_again(self, visit: FormVisit) -> list[Event]:
        """Puts the question once more; the message counts as neither good nor bad."""
        visit.changes.setdefault("invalid_answers", int(visit.slot("invalid_answers") or 0))
        return await self._go_on(visit)

    async def count_useless(self, visit: FormVisit) -> list[Event]:
        """Counts a message that answers nothing: says so, offers a person, hands over."""
        count = int(visit.slot("invalid_answers") or 0) + 1
        visit.fill(invalid_answers=count)
        if count >= _HAND_OVER_AT:
            visit.say("utter_form_hand_over")
            hand_over(visit, Handoff("misunderstood"))
            return [*self.close(), keep_paused(())]
        if count >= _OFFER_AT:
            visit.say("utter_form_offer_human")
        elif not visit.refused:
            visit.say("utter_form_not_understood")
        return await self._go_on(visit)


def call_of(events: Sequence[Event], form: str) -> Call:
    """Reads from the tracker's events why the form is called."""
    for event in reversed(events):
        if event["event"] == "user":
            return Call.ANSWERED
        if event["event"] == "active_loop" and event.get("name") == form:
            return Call.OPENED
        if event["event"] == "action" and event.get("name") != form:
            return Call.RESUMED
    return Call.OPENED


def _closing(outcome: str) -> list[Event]:
    return [SlotSet("form_outcome", outcome), SlotSet(REQUESTED_SLOT, None)]
