"""When an action fails: an honest sentence at once, and for a business that may wait, everything to do it later.

The bot runs an errand by calling the action again (bot/messenger.py); then nobody waits for the answer, so a company
that is still down is told to the bot alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

import structlog

from actions.handoff import Handoff, directive
from actions.visit import Visit
from backend.errors import BackendError, BackendRefused
from conversation.errand import Errand
from conversation.reply import COMPANY_DOWN

T = TypeVar("T")
# What belongs to the talk and not to a business: it is none of an errand's.
OF_THE_TALK = frozenset(
    {
        "requested_slot",
        "paused_form",
        "form_at_hand",
        "taken_up",
        "form_outcome",
        "invalid_answers",
        "open_asks",
        "offer",
        "session_started_metadata",
    }
)
_OF_THE_MESSAGE = ("text", "intent", "entities", "metadata", "message_id")
_GAVE_UP = "errand_failed"


def is_retryable(error: Exception) -> bool:
    """The company could not be asked, or did not answer in time; later it may."""
    return isinstance(error, BackendError) and error.retryable


async def unless_down(question: Awaitable[T], otherwise: T) -> T:
    """Asks the company what would only spare the customer a question; `otherwise` while it cannot be asked."""
    try:
        return await question
    except BackendError as error:
        if not error.retryable:
            raise
        return otherwise


def log_failure(visit: Visit, error: Exception, action: str) -> None:
    """Writes down once why an action failed."""
    log = structlog.get_logger().bind(action=action, conversation_id=visit.tracker.sender_id)
    if isinstance(error, BackendRefused):
        log.warning("actions.backend.refused", error_code=error.code, reason=error.reason)
    elif isinstance(error, BackendError):
        log.error("actions.backend.failed", error_code=error.code, retryable=error.retryable)
    else:
        log.error("actions.action.failed", exc_info=error)


def apologise(visit: Visit, error: Exception) -> None:
    """Tells the customer honestly that it did not work, with a person as the way on."""
    if is_retryable(error):
        _report_down(visit)
    if isinstance(error, BackendRefused):
        visit.say("utter_backend_refused")
    elif not isinstance(error, BackendError):
        visit.say("utter_action_failed")
    elif not tell_waiting(visit):
        visit.say("utter_backend_down")


def keep_for_later(visit: Visit, action: str, wish: str, needs: tuple[str, ...] | None) -> None:
    """Tells the customer that the request is kept, and sends what it takes to do it later."""
    topic = wish or visit.topic
    words = visit.wording.of("utter_wish_words").get(topic) or visit.wording.of("utter_errand_words")["unnamed"]
    message = {name: visit.tracker.latest_message.get(name) for name in _OF_THE_MESSAGE}
    errand = Errand(action, topic, words, _snapshot(visit, needs), message, directive(visit, Handoff(_GAVE_UP)))
    visit.say("utter_kept_for_later", wish=words)
    visit.dispatcher.utter_message(json_message={"errand": errand.to_wire()})
    _report_down(visit)


def _snapshot(visit: Visit, needs: tuple[str, ...] | None) -> dict[str, Any]:
    slots: Mapping[str, Any] = visit.tracker.slots
    names = set(slots) - OF_THE_TALK if needs is None else needs
    return {name: slots[name] for name in sorted(names) if slots.get(name) is not None}


def tell_waiting(visit: Visit, action: str = "") -> bool:
    """Tells that a request still waits for the company, of one `action` or of any; False when none does."""
    wishes = [waiting["wish"] for waiting in visit.errands if action in ("", waiting["action"])]
    if wishes:
        visit.say("utter_errand_still_waiting", wish=_joined(visit, wishes))
    return bool(wishes)


def drop_waiting(visit: Visit) -> bool:
    """Lets go what waits for the company; False when nothing does."""
    if not visit.errands:
        return False
    visit.say("utter_errand_dropped", wish=_joined(visit, [waiting["wish"] for waiting in visit.errands]))
    visit.dispatcher.utter_message(json_message={"errands_dropped": [waiting["id"] for waiting in visit.errands]})
    return True


def _joined(visit: Visit, wishes: list[str]) -> str:
    return visit.wording.of("utter_errand_words")["separator"].join(dict.fromkeys(wishes))


def tell_result(visit: Visit) -> None:
    """Puts in front of an errand's answer what it answers; an answer without a word is no answer."""
    messages = visit.dispatcher.messages
    if not any(message.get("response") or message.get("text") for message in messages):
        _report(visit, "broken", "no words")
        return
    visit.say("utter_errand_result", wish=visit.errand["wish"])
    messages.insert(0, messages.pop())


def tell_failure(visit: Visit, error: Exception) -> None:
    """Tells the bot that an errand failed; the customer hears only of a refusal, which is theirs to decide on."""
    visit.dispatcher.messages.clear()
    code = error.code if isinstance(error, BackendError) else type(error).__name__
    if is_retryable(error):
        _report(visit, "later", code)
    elif isinstance(error, BackendRefused):
        visit.say("utter_errand_refused", wish=visit.errand["wish"])
        _report(visit, "refused", error.reason)
    else:
        _report(visit, "broken", code)


def _report_down(visit: Visit) -> None:
    """Tells the reception that the company did not answer; twice is a reason to call a person."""
    visit.dispatcher.utter_message(json_message={COMPANY_DOWN: True})


def _report(visit: Visit, state: str, why: str) -> None:
    visit.dispatcher.utter_message(json_message={"errand_result": {"state": state, "why": why}})
