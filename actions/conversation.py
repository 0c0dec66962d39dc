"""Yes, corrections and the like outside a form: tied to what was said before, or asked what they are about.

Also what keeps an unfinished business when the talk moves on: a form left for a long time, and a new session.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk.events import ActionExecuted, ActiveLoop, FollowupAction, SessionStarted, SlotSet

from actions.account import account_number_said
from actions.application_estimate import persons_said
from actions.asks import said_again, whole
from actions.base import Event, ServiceAction
from actions.errands import drop_waiting, tell_waiting
from actions.handoff import Handoff, hand_over, leave_queue, waits_for_person
from actions.held import put_aside, take_up_last
from actions.steering import Steer, steer_of
from actions.visit import Visit
from conversation.meaning import SAME, meant_by

# What a correction of the last answer asks for again, and the entities that make it one.
_AGAIN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "bill_query": ("action_show_bill", ("bill_period", "account_no")),
    "balance_query": ("action_show_balance", ("account_no",)),
    "outage_info_query": ("action_show_outages", ("address",)),
    "repair_progress_query": ("action_show_repair", ("ticket_no",)),
}
# A danger of yesterday is no form to go on with: a person was called at once.
_OVER_BY_THEN = frozenset({"danger_report"})
# What a new session does not inherit.
_OF_A_SESSION = frozenset(
    {"requested_slot", "form_at_hand", "taken_up", "ask_now", "invalid_answers", "session_started_metadata"}
)


class TakeOffer(ServiceAction):
    """A yes after the bot offered a person is a request for one; any other yes is asked what it is for.

    While a request waits for the company, a mere "all right" is told again that it does.
    """

    title = "action_take_offer"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        if _offers_human(visit):
            hand_over(visit, Handoff("offered"))
        elif not tell_waiting(visit):
            visit.say("utter_yes_to_what")
        return []


def _offers_human(visit: Visit) -> bool:
    """The bot's last words led with the button for a person."""
    said = (event for event in reversed(visit.tracker.events) if event.get("event") == "bot" and event.get("text"))
    last: Mapping[str, Any] = next(said, {})
    buttons = (last.get("data") or {}).get("buttons") or []
    return bool(buttons) and buttons[0].get("payload") == visit.wording.value("payload_human")


class TakeCorrection(ServiceAction):
    """A correction with no form open: asks the last question again with it, or asks what it belongs to."""

    title = "action_take_correction"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        if served_as_talk(visit):
            return []
        action, entities = _AGAIN.get(visit.topic, ("", ()))
        if visit.slot("apply_suggest") and persons_said(visit):
            return [FollowupAction("action_apply")]
        business = visit.option("business")
        if business:
            return [SlotSet("ask_now", whole(visit, business).to_wire()), FollowupAction("action_serve_ask")]
        if any(visit.entity(name) for name in entities):
            return [FollowupAction(action)]
        if visit.topic == "notice_subscription" and visit.digit_runs():
            # "make it 80": the limit of the warning just set
            return [FollowupAction("action_manage_notices")]
        number = account_number_said(visit)
        if number:
            visit.say("utter_account_what_for", tail=number[-4:])
            return [SlotSet("said_account", number)]
        visit.say("utter_correct_what")
        return []


def served_as_talk(visit: Visit) -> bool:
    """Serves what is said to the talk outside a form: the last answer again, or patience; tells whether it was that."""
    steer = steer_of(visit)
    if steer is Steer.WAIT:
        visit.say("utter_wait")
        return True
    return steer in (Steer.AGAIN, Steer.EXPLAIN) and _repeat(visit)


def _repeat(visit: Visit) -> bool:
    """Says once more what was said in the turn before this one."""
    heard = 0
    lines: list[Mapping[str, Any]] = []
    for event in reversed(visit.tracker.events):
        heard += event.get("event") == "user"
        if heard > 1:
            break
        if heard == 1 and event.get("event") == "bot" and event.get("text"):
            lines.insert(0, event)
    for line in lines:
        data = line.get("data") or {}
        card = (data.get("custom") or {}).get("card")
        extra = {"card": card} if card else None
        visit.dispatcher.utter_message(text=line["text"], buttons=data.get("buttons") or [], json_message=extra)
    return bool(lines)


class ServeMeant(ServiceAction):
    """Hands a message that was misread back to the dialogue as what its words mean."""

    title = "action_serve_meant"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        link = bool(visit.slot("payment_order"))
        meant = meant_by(visit.text, visit.intent, visit.wording.patterns, has_link=link) or visit.intent
        intent = (visit.topic_before or visit.intent) if meant == SAME else meant
        return [SlotSet("ask_now", whole(visit, intent).to_wire()), FollowupAction("action_serve_ask")]

    def left_over(self, visit: Visit) -> list[Event]:
        """See base class; the message is still to be served."""
        return []


class TakeUpForm(ServiceAction):
    """Goes on with the form that waited for another business, where that business did not do so itself."""

    title = "action_take_up_form"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        return take_up_last(visit)

    def left_over(self, visit: Visit) -> list[Event]:
        """See base class; nothing was served here."""
        return []


class LeaveForm(ServiceAction):
    """Puts an open form aside that was left for long: the message is new business, the form is offered after it."""

    title = "action_leave_form"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        return [*put_aside(visit, served=_OVER_BY_THEN), ActiveLoop(None), *said_again(visit)]

    def left_over(self, visit: Visit) -> list[Event]:
        """See base class; the message is still to be served."""
        return []


class StartSession(ServiceAction):
    """Begins a session with what is known; a form that was open is put aside, to be offered."""

    title = "action_session_start"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        aside = {event["name"]: event["value"] for event in put_aside(visit)}
        kept = {**visit.tracker.slots, **aside}
        known = [
            SlotSet(name, value) for name, value in kept.items() if name not in _OF_A_SESSION and value is not None
        ]
        return [SessionStarted(), *known, ActionExecuted("action_listen")]

    def left_over(self, visit: Visit) -> list[Event]:
        """See base class; nothing was said yet."""
        return []


class Leave(ServiceAction):
    """A "never mind" with no form open: what waits for the company is let go, else the queue is left."""

    title = "action_leave"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class; a visit that is named is asked about."""
        if visit.option("visit_named") and await visit.bindings():
            return [FollowupAction("action_manage_appointment")]
        if drop_waiting(visit):
            return []
        if waits_for_person(visit):
            leave_queue(visit)
        else:
            visit.say("utter_nothing_to_cancel")
        return []


ACTIONS: tuple[type[ServiceAction], ...] = (
    Leave,
    LeaveForm,
    ServeMeant,
    StartSession,
    TakeCorrection,
    TakeOffer,
    TakeUpForm,
)
