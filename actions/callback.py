"""Being called back by a person: offered when nobody is at the desk, and to whoever asks to be called.

The company keeps the request; what the customer told stays in the chat's queue besides. At night the hour is told by
which somebody calls, as the desk's calendar promises it; by day no hour is promised.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rasa_sdk.events import SlotSet

from actions.base import Event, FormEnd, ServiceAction, forget, open_form, take_up_paused
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
# The reception tells whom nobody is there for, with `opens` and `promised` of each skill.
_DESK_CLOSED = "desk_closed"


def is_wanted(visit: Visit) -> bool:
    """Whether a call-back is to be offered: it was asked for, or nobody is there for this business now."""
    if visit.option("call_me") is not None:
        return True
    return is_night(visit) and not visit.slot("callback_no")


def is_night(visit: Visit) -> bool:
    """Whether this business waits until people are back; faults and danger never do."""
    return _absence(visit) is not None


def _absence(visit: Visit) -> dict[str, Any] | None:
    """When people for this business are back; None while they are there."""
    metadata, skill = visit.tracker.latest_message.get("metadata") or {}, skill_for(visit.topic)
    if skill in _ALWAYS_LIVE:
        return None
    if metadata.get("desk") == _CLOSED:
        return {}
    absence: dict[str, Any] | None = (metadata.get(_DESK_CLOSED) or {}).get(skill)
    return absence


def offer(visit: Visit) -> list[Event]:
    """Asks under which number; what the talk is about is remembered as the reason."""
    promised = (_absence(visit) or {}).get("promised")
    reason = _reason(visit)
    return open_form(
        visit, CallbackForm.form, callback_reason=reason, callback_promised=promised, phone=None, phone_other=None
    )


def offer_at_night(visit: Visit) -> list[Event]:
    """Offers a call-back to whom the bot hands over when nobody is there."""
    return offer(visit) if is_night(visit) and not visit.slot("callback_no") else []


def _reason(visit: Visit) -> str:
    words = visit.wording.of("utter_wish_words")
    return str(words.get(visit.topic) or visit.wording.of(_WORDS)["any"])


class CallbackForm(QuestionForm):
    """Asks for the phone: one question."""

    form = "callback_form"
    topic = "request_human"
    intents = frozenset[str]()
    questions = (PhoneQuestion("utter_callback_ask_phone"),)
    given = ("callback_reason", "callback_promised")
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
    needs = (*CallbackForm.slots, "known_account")
    wish = "request_human"
    deferrable = True

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        done = [*forget(*CallbackForm.slots), *take_up_paused(visit)]
        if visit.slot("phone") == NO_PHONE:
            visit.say("utter_callback_none")
            return done
        account = await _on_file(visit)
        kept = await visit.backend.ask_callback(
            _as_the_caller_reads(visit),
            visit.user,
            phone=phone_given(visit),
            account_no=account.account_no if account and visit.slot("phone") == ON_FILE else "",
            call_by=_promised(visit),
            idempotency_key=visit.key(self.title),
        )
        self._tell(visit, number=kept.callback_no, phone=kept.phone_masked)
        return [SlotSet("callback_no", kept.callback_no), *done]

    def give_up(self, visit: Visit) -> list[Event]:
        """See base class."""
        return forget(*CallbackForm.slots)

    def _tell(self, visit: Visit, **noted: str) -> None:
        promised = visit.slot("callback_promised")
        if promised:
            visit.say("utter_callback_promised", **noted, promised=visit.moment(datetime.fromisoformat(promised)))
        else:
            visit.say("utter_callback_noted", **noted)


def _promised(visit: Visit) -> datetime | None:
    promised = visit.slot("callback_promised")
    return datetime.fromisoformat(promised) if promised else None


def _as_the_caller_reads(visit: Visit) -> str:
    """The reason, with the hour that was promised: the company's list of calls shows both."""
    reason, promised = str(visit.slot("callback_reason")), visit.slot("callback_promised")
    if not promised:
        return reason
    when = datetime.fromisoformat(promised)
    shape = visit.wording.of("utter_shared_words")["moment_day"]
    told = shape.format(month=when.month, day=when.day, time=when.strftime("%H:%M"))
    return str(visit.wording.of(_WORDS)["promised"]).format(reason=reason, promised=told)


async def _on_file(visit: Visit) -> BoundAccount | None:
    bound = await visit.bindings()
    known = next((one for one in bound if one.account_no == visit.slot("known_account")), None)
    account = known or (bound[0] if len(bound) == 1 else None)
    return account if account and account.phone_masked else None


ACTIONS: tuple[type[ServiceAction], ...] = (AskCallback, CallbackForm)
