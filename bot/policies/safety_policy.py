"""The safety gate inside the dialogue: danger interrupts any form, before every other policy.

The gate marks present danger with full confidence. What only the classifier takes for danger is believed when it is
sure; else the customer is told to keep away and asked, and an open form goes on: its answers may look like anything.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.deterministic import DeterministicPolicy, last_intent

_REPORT, _DOUBT = "action_report_danger", "utter_danger_doubt"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class SafetyPolicy(DeterministicPolicy):
    """Answers `danger_report` with the danger report, whatever was going on."""

    priority = 20

    @classmethod
    def get_default_config(cls) -> dict[str, Any]:
        """See base class."""
        return {
            **super().get_default_config(),
            "sure_from": 0.7,  # the classifier's confidence from which danger is believed without the gate
        }

    def choose(self, tracker: DialogueStateTracker) -> str | None:
        """See base class."""
        if last_intent(tracker) != "danger_report":
            return None
        sure = self._is_sure(tracker)
        if tracker.latest_action_name == ACTION_LISTEN_NAME:
            # What follows the report, the form or nothing more to ask, is the action's own to say.
            return _REPORT if sure else self._doubt(tracker)
        return str(ACTION_LISTEN_NAME) if tracker.latest_action_name == _DOUBT else None

    def _is_sure(self, tracker: DialogueStateTracker) -> bool:
        confidence = (tracker.latest_message.intent or {}).get("confidence")
        return confidence is None or float(confidence) >= float(self.config["sure_from"])

    def _doubt(self, tracker: DialogueStateTracker) -> str | None:
        return None if tracker.active_loop_name else _DOUBT
