"""Two misunderstandings in a row offer a person, the third hands over; any understood message begins the count anew."""

from __future__ import annotations

import itertools
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.deterministic import DeterministicPolicy, intents_backwards, last_intent

_REPHRASE, _OFFER, _HAND_OVER = "utter_ask_rephrase", "utter_offer_human", "action_hand_over"
_SAID = frozenset({_REPHRASE, _OFFER, _HAND_OVER})


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class MisunderstandingPolicy(DeterministicPolicy):
    """Counts messages in a row that were not understood outside a form; a form counts its own invalid answers."""

    priority = 15

    @classmethod
    def get_default_config(cls) -> dict[str, Any]:
        """See base class."""
        return {
            **super().get_default_config(),
            "offer_human_at": 2,  # policy.misunderstanding of the utility
            "handoff_at": 3,
        }

    def choose(self, tracker: DialogueStateTracker) -> str | None:
        """See base class."""
        if last_intent(tracker) != DEFAULT_NLU_FALLBACK_INTENT_NAME or tracker.active_loop_name:
            return None
        if tracker.latest_action_name in _SAID:
            return str(ACTION_LISTEN_NAME)
        if tracker.latest_action_name != ACTION_LISTEN_NAME:
            # A form has just ended on words the model could not read, a bare number say: its rule goes on.
            return None
        missed = itertools.takewhile(lambda name: name == DEFAULT_NLU_FALLBACK_INTENT_NAME, intents_backwards(tracker))
        count = sum(1 for _ in missed)
        if count >= int(self.config["handoff_at"]):
            return _HAND_OVER
        return _OFFER if count >= int(self.config["offer_human_at"]) else _REPHRASE
