"""Being called back by a person: offered when nobody is at the desk, and to whoever asks to be called.

The company keeps the request; what the customer told stays in the chat's queue besides. No hour is promised.
"""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions.base import Event, FormEnd, ServiceAction, open_form
from actions.form import FormVisit
from actions.handoff import skill_for
from actions.questions import PhoneQuestion, QuestionForm
from actions.questions.base import slots_of
from actions.questions.phone import NO_PHONE, ON_FILE, phone_given
from actions.visit import Visit
from backend.models import BoundAccount

_WORDS = "utter_callback_words"
_ALWAYS_LIVE = frozenset({"fault", "danger"})
_CLOSED = "closed"


def is_wanted(visit: Visit) -> bool:
    """Whether a call-back is to be offered: it was asked for, or nobody is there for this business now."""
    if visit.option("call_me") is not None:
        return True
    return is_night(visit) and not visit.slot("callback_no")


def is_night(visit: Visit) -> bool:
    """Whether this business waits until people are back; faults and danger never do."""
    metadata = visit.tracker.latest_message.get("metadata") or {}
    return metadata.get("desk") == _CLOSED and skill_for(visit.topic) not in _ALWAYS_LIVE


def offer(visit: Visit) -> list[Event]:
    """Asks under which number; what the talk is about is remembered as the reason."""
    return open_form(visit, CallbackForm.form, callback_reason=_reason(visit), phone=None, phone_other=None)


def _reason(visit: Visit) -> str:
    words = visit.wording.of("utter_wish_words")
    return str(words.get(visit.topic) or visit.wording.of(_WORDS)["any"])


class CallbackForm(QuestionForm):
    """Asks for the phone: one question."""

    form = "callback_form"
    topic = "request_human"
    intents = frozenset[str]()
    questions = (PhoneQuestion("utter_callback_ask_phone"),)
    given = ("callback_reason",)
    slots = slots_of(questions, *given)

    async def ask(self, visit: FormVisit, slot: str) -> None:
        """See base class; the number on file is named, so that nobody types what is known."""
        account = await _on_file(visit)
        if account and not visit.slot("phone_other"):
            visit.say("utter_callback_ask_on_file", phone=account.phone_masked)
        else:
            await super().ask(visit, slot)


class AskCallback(FormEnd):
    """Has the company keep the request, and says what happens next."""

    title = "action_ask_callback"
    needs = CallbackForm.slots

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        done = self.done(visit)
        if visit.slot("phone") == NO_PHONE:
            visit.say("utter_callback_none")
            return done
        account = await _on_file(visit)
        kept = await visit.backend.ask_callback(
            str(visit.slot("callback_reason")),
            visit.user,
            phone=phone_given(visit),
            account_no=account.account_no if account and visit.slot("phone") == ON_FILE else "",
            idempotency_key=visit.key(self.title),
        )
        visit.say("utter_callback_noted", number=kept.callback_no, phone=kept.phone_masked)
        return [SlotSet("callback_no", kept.callback_no), *done]


async def _on_file(visit: Visit) -> BoundAccount | None:
    bound = await visit.bindings()
    known = next((one for one in bound if one.account_no == visit.slot("known_account")), None)
    account = known or (bound[0] if len(bound) == 1 else None)
    return account if account and account.phone_masked else None


ACTIONS: tuple[type[ServiceAction], ...] = (AskCallback, CallbackForm)
