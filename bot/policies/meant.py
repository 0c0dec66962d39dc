"""A short message whose words are certain is read by them, where the classifier only guesses; it trains nothing."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.deterministic import DeterministicPolicy, last_action, last_intent
from conversation.meaning import meant_by
from conversation.message import is_wordless

_SERVE, _HAND_BACK = "action_serve_meant", "action_serve_ask"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class MeantPolicy(DeterministicPolicy):
    """Has a message that was misread handed back to the dialogue as what it means, outside forms."""

    priority = 17  # above the offers and the count of misunderstandings: what is certain is understood

    @classmethod
    def get_default_config(cls) -> dict[str, Any]:
        """See base class."""
        return {**super().get_default_config(), "words": "actions/words/meant.yml"}

    def choose(self, tracker: DialogueStateTracker) -> str | None:
        """See base class."""
        if tracker.active_loop_name or tracker.latest_action_name != ACTION_LISTEN_NAME:
            return None
        heard = tracker.latest_message
        if heard is None or is_wordless(heard.metadata or {}) or len(heard.parse_data.get("asks") or ()) > 1:
            return None
        if last_action(tracker) == _HAND_BACK:
            return None  # an action gave it to the dialogue just now, as what it means
        text = str(heard.parse_data.get("text") or heard.text or "")
        has_link = bool(tracker.get_slot("payment_order"))
        return _SERVE if meant_by(text, last_intent(tracker) or "", self._patterns, has_link=has_link) else None

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        words = yaml.safe_load(Path(str(self.config["words"])).read_text(encoding="utf-8"))
        return {name: re.compile(pattern) for name, pattern in words["patterns"].items()}
