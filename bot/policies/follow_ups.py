"""What belongs to what was just said: words that mean little alone, and all the more after the bot's last answer.

An action that told something tells as well what a customer may say to it and who answers that (the slot `follow_ups`,
written by actions/follow_ups.py); here only the words are compared. A form asks its own questions: inside one nothing
is read here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.deterministic import DeterministicPolicy, last_intent
from conversation.offer import bare

_SLOT = "follow_ups"
_MEDIA = ("location", "attachment")  # read by what they are (bot/policies/media.py)
# A danger, a person and a leave-taking are never anything else.
_NEVER = frozenset({"danger_report", "request_human", "cancel_flow"})


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class FollowUpPolicy(DeterministicPolicy):
    """Leads a message that takes up what was just told to the action that answers it."""

    priority = 17

    @classmethod
    def get_default_config(cls) -> dict[str, Any]:
        """See base class."""
        return {**super().get_default_config(), "messages": 6}  # so long what was told is still being talked of

    def choose(self, tracker: DialogueStateTracker) -> str | None:
        """See base class."""
        if tracker.active_loop_name:
            return None
        awaited: Sequence[Mapping[str, Any]] = tracker.get_slot(_SLOT) or ()
        if tracker.latest_action_name == ACTION_LISTEN_NAME:
            return self._meant(tracker, awaited)
        return _listen_after(tracker)

    def _meant(self, tracker: DialogueStateTracker, awaited: Sequence[Mapping[str, Any]]) -> str | None:
        message = tracker.latest_message
        if not awaited or message is None or last_intent(tracker) in _NEVER:
            return None
        if any((message.metadata or {}).get(kind) for kind in _MEDIA):
            return None
        if len(message.parse_data.get("asks") or ()) > 1 or _age(tracker) > int(self.config["messages"]):
            return None
        said = bare(str(message.parse_data.get("text") or message.text or ""))
        intent = last_intent(tracker)
        return next((str(one["action"]) for one in awaited if _is_meant(one, said, intent)), None)


def _is_meant(one: Mapping[str, Any], said: str, intent: str | None) -> bool:
    if any(bare(word) == said for word in one.get("exactly") or ()):
        return True
    if intent in (one.get("intents") or ()) and len(said) >= int(one.get("longer_than") or 0):
        return True
    return any(bare(word) in said for word in one.get("says") or ())


def _age(tracker: DialogueStateTracker) -> int:
    """How many messages ago it was told, this one counted."""
    heard = 0
    for event in reversed(tracker.events):
        if isinstance(event, SlotSet) and event.key == _SLOT and event.value:
            return heard
        heard += isinstance(event, UserUttered)
    return heard


def _listen_after(tracker: DialogueStateTracker) -> str | None:
    """Nothing more is to be said once a follow-up is answered, unless something waits to be gone on with."""
    if tracker.get_slot("paused_form") or tracker.get_slot("open_asks"):
        return None
    return str(ACTION_LISTEN_NAME) if str(tracker.latest_action_name).startswith("action_follow_") else None
