"""Several asks in one message, and answers to what the bot offered: served by one action, whatever the businesses are.

A message that holds several asks goes to `action_serve_ask`: it keeps all but one and hands that one back to the
dialogue with its own words. When a business is done, the next kept one is offered; a button pressed, a yes or a no is
read here, because what an offer meant is certain where the classifier only guesses.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.deterministic import DeterministicPolicy, last_intent
from conversation.offer import Ask, Offer

_SERVE, _OFFER, _DROP, _WHICH = "action_serve_ask", "action_offer_ask", "action_drop_offer", "action_ask_which"
_TAKE_UP = "action_take_up_form"
_DANGER = "danger_report"
# A talk at rest: a person who has just declined or left something is free for what was asked before.
_AT_REST = frozenset({"utter_deny_noted", "action_leave"})
# These name no business of their own: a business that was just left unfinished is offered before they are served.
_NO_BUSINESS = frozenset({"affirm", "deny", "correct_info", "cancel_flow", "small_talk", "nlu_fallback"})
# No business has ended with these: they chat, ask back, or the customer has other worries.
_GOES_ON = frozenset(
    {
        "action_small_talk",
        "action_answer_outside",
        "action_take_correction",
        "action_take_offer",
        "action_urge_repair",
        "action_request_human",
        "action_hand_over",
        "action_report_danger",
        "action_default_fallback",
    }
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class OffersPolicy(DeterministicPolicy):
    """Serves several asks one after the other, outside forms; inside one the question stands.

    What was left unfinished is one of the asks: a form that waits goes on by itself, one that was put aside is offered.
    """

    priority = 16  # a choice pressed counts as understood, so it is read before misunderstandings are counted

    def choose(self, tracker: DialogueStateTracker) -> str | None:
        """See base class."""
        if tracker.active_loop_name:
            return None
        done = tracker.latest_action_name
        if done == ACTION_LISTEN_NAME:
            return _answer(tracker)
        if done in {_OFFER, _WHICH, _SERVE}:  # served, it ends with the message it hands back; standing here, it failed
            return str(ACTION_LISTEN_NAME)
        if done == _DROP:
            return _OFFER if _is_due(tracker) else str(ACTION_LISTEN_NAME)
        if not _is_at_rest(tracker, done):
            return None
        if tracker.get_slot("paused_form") and done != _TAKE_UP:
            return _TAKE_UP
        return _OFFER if _is_due(tracker) else None


def _answer(tracker: DialogueStateTracker) -> str | None:
    """What a message just heard asks of this policy."""
    message, intent = tracker.latest_message, last_intent(tracker)
    if message is None or intent == _DANGER:
        return None
    if len(message.parse_data.get("asks") or ()) > 1:
        return _SERVE
    if _was_left_unfinished(tracker, intent):
        return _OFFER
    kept = tracker.get_slot("offer")
    if not kept:
        return None
    offer, just_made = Offer.from_wire(kept), _was_just_made(tracker)
    text = str(message.parse_data.get("text") or message.text or "")
    if offer.choice_for(text, intent, just_made=just_made):
        return _SERVE
    return _DROP if just_made and offer.is_refused_by(text, intent) else None


def _was_left_unfinished(tracker: DialogueStateTracker, intent: str | None) -> bool:
    """A form was left since the last offer, and the message names no other business or this very one."""
    asks = [Ask.from_wire(wire) for wire in tracker.get_slot("open_asks") or []]
    return any(ask.form and not ask.offered and intent in _NO_BUSINESS | {ask.intent} for ask in asks)


def _is_due(tracker: DialogueStateTracker) -> bool:
    return any(Ask.from_wire(wire).is_due for wire in tracker.get_slot("open_asks") or [])


def _is_at_rest(tracker: DialogueStateTracker, done: str | None) -> bool:
    """A business has just ended, and nobody was called who would go on with it."""
    name = done or ""
    left = name.endswith("_form") and tracker.get_slot("form_outcome") == "abandoned"
    ended = name.startswith("action_") and name not in _GOES_ON
    return (left or ended or name in _AT_REST) and not _called_a_person(tracker)


def _called_a_person(tracker: DialogueStateTracker) -> bool:
    """A person was asked for in this turn; a danger's person does not take over other business."""
    handoffs = (
        ((event.data or {}).get("custom") or {}).get("handoff") or {}
        for event in _of_this_turn(tracker)
        if isinstance(event, BotUttered)
    )
    return any(handoff.get("reason", "danger") != "danger" for handoff in handoffs)


def _of_this_turn(tracker: DialogueStateTracker) -> Iterator[Event]:
    return itertools.takewhile(lambda event: not isinstance(event, UserUttered), reversed(tracker.events))


def _was_just_made(tracker: DialogueStateTracker) -> bool:
    """The offer is the last thing the bot did before it listened to this message."""
    done = (event.action_name for event in reversed(tracker.events) if isinstance(event, ActionExecuted))
    before = next((name for name in done if name != ACTION_LISTEN_NAME), None)
    return before in {_OFFER, _WHICH}
