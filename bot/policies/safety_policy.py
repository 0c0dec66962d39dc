"""The safety gate inside the dialogue: danger interrupts any form, before every other policy."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.deterministic import DeterministicPolicy, last_intent

_REPORT = "action_report_danger"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class SafetyPolicy(DeterministicPolicy):
    """Answers `danger_report` with the danger report, whatever was going on."""

    priority = 20

    def choose(self, tracker: DialogueStateTracker) -> str | None:
        """See base class."""
        if last_intent(tracker) != "danger_report":
            return None
        # What follows, the form or nothing more to ask, is the action's own to say.
        return _REPORT if tracker.latest_action_name == ACTION_LISTEN_NAME else None
