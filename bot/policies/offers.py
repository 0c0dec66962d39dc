"""Several asks in one message, and answers to what the bot offered: served by one action, whatever the businesses are.

A message that holds several asks goes to `action_serve_ask`: it keeps all but one and hands that one back to the
dialogue with its own words. When a business is done, the next kept one is offered; a button pressed, a yes or a no is
read here, because what an offer meant is certain where the classifier only guesses.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.deterministic import DeterministicPolicy, last_action, last_intent
from conversation.offer import Ask, Offer, bare

_SERVE, _OFFER, _DROP, _WHICH = "action_serve_ask", "action_offer_ask", "action_drop_offer", "action_ask_which"
_TAKE_UP = "action_take_up_form"
_DANGER = "danger_report"
# They may answer with a question of their own, whose choices they keep as an offer.
_KNOWLEDGE = "action_answer_knowledge"
_ASK_BACK = frozenset({_KNOWLEDGE})
# "And the third one?" right after an answer stays with it, whatever it looks like alone.
_FOLLOWS = re.compile(r"(?:那么?|还有|噉).{1,8}(?:呢|咧|呐|嘞)")
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
        listen = str(ACTION_LISTEN_NAME) if done == _KNOWLEDGE else None  # an answer ends its turn, rule or no rule
        if not _is_at_rest(tracker, done):
            return listen
        if tracker.get_slot("paused_form") and done != _TAKE_UP:
            return _TAKE_UP
        return _OFFER if _is_due(tracker) else listen


def _answer(tracker: DialogueStateTracker) -> str | None:
    """What a message just heard asks of this policy."""
    message, intent = tracker.latest_message, last_intent(tracker)
    if message is None or intent == _DANGER:
        return None
    if len(message.parse_data.get("asks") or ()) > 1:
        return _SERVE
    if _was_left_unfinished(tracker, intent):
        return _OFFER
    text = str(message.parse_data.get("text") or message.text or "")
    if _goes_on_with_answer(tracker, text):
        return _KNOWLEDGE
    kept = tracker.get_slot("offer")
    if not kept:
        return None
    offer, just_made = Offer.from_wire(kept), _was_just_made(tracker)
    if offer.choice_for(text, intent, just_made=just_made):
        return _SERVE
    return _DROP if just_made and offer.is_refused_by(text, intent) else None


def _was_left_unfinished(tracker: DialogueStateTracker, intent: str | None) -> bool:
    """A form was left since the last offer, and the message names no other business or this very one."""
    asks = [Ask.from_wire(wire) for wire in tracker.get_slot("open_asks") or []]
    return any(ask.form and not ask.offered and intent in _NO_BUSINESS | {ask.intent} for ask in asks)


def _goes_on_with_answer(tracker: DialogueStateTracker, text: str) -> bool:
    """A button that an answer has shown was pressed, or a short question follows the answer."""
    said = bare(text)
    if said in (tracker.get_slot("knowledge_titles") or ()):
        return True
    return last_action(tracker) in _ASK_BACK and _FOLLOWS.fullmatch(said) is not None


def _is_due(tracker: DialogueStateTracker) -> bool:
    return any(Ask.from_wire(wire).is_due for wire in tracker.get_slot("open_asks") or [])


def _is_at_rest(tracker: DialogueStateTracker, done: str | None) -> bool:
    """A business has just ended, and nobody was called who would go on with it."""
    name = done or ""
    left = name.endswith("_form") and tracker.get_slot("form_outcome") == "abandoned"
    ended = name.startswith("action_") and name not in _GOES_ON
    asks_back = _offers_in(_of_this_turn(tracker))
    return (left or ended or name in _AT_REST) and not asks_back and not _called_a_person(tracker)


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
    before = last_action(tracker)
    return before in {_OFFER, _WHICH} or (before in _ASK_BACK and _offers_in(_of_last_turn(tracker)))


def _offers_in(events: Iterator[Event]) -> bool:
    return any(isinstance(event, SlotSet) and event.key == "offer" and event.value for event in events)


def _of_last_turn(tracker: DialogueStateTracker) -> Iterator[Event]:
    """What the bot did before the message just heard."""
    heard = itertools.dropwhile(lambda event: not isinstance(event, UserUttered), reversed(tracker.events))
    return itertools.takewhile(lambda event: not isinstance(event, UserUttered), itertools.islice(heard, 1, None))
