"""The base of every form: one class reads, checks and asks; it refuses to leave anyone stuck in a question.

Rasa opens the loop and calls `validate_<form>` each turn; the questions are sent from here, so one turn is one call.
A message that answers nothing and belongs to another business is left to the rules (the form rejects), and the
question is put again afterwards. The second useless answer in a row offers a person, the third hands over.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from enum import Enum
from typing import Any, ClassVar

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT

from actions.asks import asks_in, left_over, said_besides
from actions.attachments import receive_in_form
from actions.base import Event, ServiceAction, forget
from actions.handoff import Handoff, hand_over
from actions.visit import STEERING, Services, Visit
from conversation.message import is_wordless

COMPLETE, ABANDONED = "complete", "abandoned"
_OFFER_AT, _HAND_OVER_AT = 2, 3
# These never lead out of a form by themselves: they are answers, good or bad.
_ANSWERING = frozenset({"affirm", "deny", "correct_info", "nlu_fallback", ""})
# What the model only guesses is no new business while a question is open: less than this, and danger less than the
# confidence from which the safety policy believes it without the gate.
_SURE, _SURE_OF_DANGER = 0.5, 0.7


class Call(Enum):
    """Why Rasa calls the form: it has just opened, the customer answered, or a digression is over."""

    OPENED = "opened"
    ANSWERED = "answered"
    RESUMED = "resumed"


class FormVisit(Visit):
    """A visit inside a form: what this turn fills, and whether it ends the form."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services, form: Form) -> None:
        super().__init__(dispatcher, tracker, services)
        self._topic = form.topic
        self.call = call_of(tracker.events, form.form)
        self.changes: dict[str, Any] = {}
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
    def text(self) -> str:
        """See base class; the line that stands for a picture is nobody's words."""
        return "" if self.wordless else super().text

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
    def requested(self) -> str:
        """The slot that the customer was asked for, if this message may answer it."""
        return str(super().slot(REQUESTED_SLOT) or "") if self.call is Call.ANSWERED else ""

    def slot(self, name: str) -> Any:
        """See base class; what this turn filled counts already."""
        return self.changes[name] if name in self.changes else super().slot(name)

    def fill(self, **values: Any) -> None:
        """Remembers values."""
        self.changes |= values

    def refuse(self, response: str, **values: str | int) -> None:
        """Tells what is wrong with the answer and what to send instead."""
        self.say(response, **values)
        self.refused = True

    def end(self, response: str, **values: str | int) -> None:
        """Leaves the form without its business, saying why."""
        self.say(response, **values)
        self.ended = True


class Form(ServiceAction):
    """A form; a subclass names what it owns and writes `read`, `missing` and `ask`."""

    form: ClassVar[str]
    topic: ClassVar[str]
    slots: ClassVar[tuple[str, ...]]
    intents: ClassVar[frozenset[str]]

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

    async def serve(self, visit: FormVisit) -> list[Event]:
        """See base class."""
        if visit.call is Call.RESUMED:
            return await self._go_on(visit)
        if visit.call is Call.ANSWERED and self._leaves(visit):
            return self._leave(visit)
        if visit.call is Call.ANSWERED and self._is_alarm(visit):
            return _rejected(visit)
        await self.read(visit)
        if visit.ended:
            return self._leave(visit)
        if visit.call is Call.ANSWERED and self._is_digression(visit):
            return _rejected(visit)
        if visit.call is Call.OPENED or visit.changes:
            visit.changes.setdefault("invalid_answers", 0)
            return await self._go_on(visit)
        if visit.wordless and not visit.refused:
            # Rasa takes a form that fills nothing for one that leaves the message to the rules.
            visit.fill(invalid_answers=visit.slot("invalid_answers"), **await receive_in_form(visit))
            return await self._go_on(visit)
        return await self._count_useless(visit)

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
        """See base class."""
        return [*forget(*self.slots, "invalid_answers", "paused_form"), *_closing(ABANDONED)]

    def _leave(self, visit: FormVisit) -> list[Event]:
        """Ends this form; the one it had interrupted goes on, unless a person was asked for."""
        paused = visit.slot("paused_form")
        events = self.give_up(visit)
        if not paused or visit.intent == "request_human":
            return events
        visit.say("utter_form_taken_up")
        return [*events, FollowupAction(paused)]

    def _leaves(self, visit: FormVisit) -> bool:
        if visit.wording.is_exactly(visit.requested, visit.text):
            return False
        if visit.intent == "cancel_flow" and not visit.slot("paused_form"):
            visit.say("utter_cancelled")
        elif visit.intent == "request_human":
            hand_over(visit, Handoff("asked"))
        return visit.intent in {"cancel_flow", "request_human"}

    def _is_alarm(self, visit: FormVisit) -> bool:
        return visit.intent == "danger_report" and "danger_report" not in self.intents

    def _is_digression(self, visit: FormVisit) -> bool:
        """Another business, and no answer to the question either: what else it mentions is not for this form."""
        return not self._has_answer(visit) and visit.intent not in _ANSWERING | self.intents

    def _has_answer(self, visit: FormVisit) -> bool:
        return visit.refused or visit.requested in visit.changes

    async def _go_on(self, visit: FormVisit) -> list[Event]:
        slot = await self.missing(visit)
        filled = [SlotSet(name, value) for name, value in visit.changes.items()]
        if slot is None:
            return [*filled, *_closing(COMPLETE)]
        if not visit.refused:
            await self.ask(visit, slot)
        return [*filled, SlotSet(REQUESTED_SLOT, slot)]

    async def _count_useless(self, visit: FormVisit) -> list[Event]:
        count = int(visit.slot("invalid_answers") or 0) + 1
        visit.fill(invalid_answers=count)
        if count >= _HAND_OVER_AT:
            visit.say("utter_form_hand_over")
            hand_over(visit, Handoff("misunderstood"))
            return self.give_up(visit)
        if count >= _OFFER_AT:
            visit.refuse("utter_form_offer_human")
        elif not visit.refused:
            visit.say("utter_form_not_understood")
        return await self._go_on(visit)


def call_of(events: Iterable[Event], form: str) -> Call:
    """Reads from the tracker's events why the form is called."""
    for event in reversed(list(events)):
        if event["event"] == "user":
            return Call.ANSWERED
        if event["event"] == "active_loop" and event.get("name") == form:
            return Call.OPENED
        if event["event"] == "action" and event.get("name") != form:
            return Call.RESUMED
    return Call.OPENED


def _rejected(visit: FormVisit) -> list[Event]:
    """No event at all is how a form leaves the message to the rules."""
    visit.rejected = True
    return []


def _closing(outcome: str) -> list[Event]:
    return [SlotSet("form_outcome", outcome), SlotSet(REQUESTED_SLOT, None)]
