"""A form left open for long is not forced on the customer: it is put aside, and offered after the new business."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.deterministic import DeterministicPolicy, last_intent, messages_backwards

_HOUR_S = 3600
_LEAVE = "action_leave_form"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class LeftFormPolicy(DeterministicPolicy):
    """Puts an open form aside when a message comes long after the last one."""

    priority = 18
    overrules_forms = True

    @classmethod
    def get_default_config(cls) -> dict[str, Any]:
        """See base class."""
        return {**super().get_default_config(), "offer_again_after_h": 12}

    def choose(self, tracker: DialogueStateTracker) -> str | None:
        """See base class."""
        if not tracker.active_loop_name or tracker.latest_action_name != ACTION_LISTEN_NAME:
            return None
        if last_intent(tracker) == "danger_report":
            return None  # answered first, and it puts the form aside itself
        heard = list(itertools.islice(messages_backwards(tracker), 2))
        if len(heard) < 2:
            return None
        return _LEAVE if _said_at(heard[0]) - _said_at(heard[1]) > self._patience_s else None

    @property
    def _patience_s(self) -> float:
        return float(self.config["offer_again_after_h"]) * _HOUR_S


def _said_at(message: UserUttered) -> float:
    """When the reception took the message in, by the clock of the house; Rasa's own stamp where nothing else is known.

    The bot answers within seconds: the last message stands for the last line.
    """
    at = (message.metadata or {}).get("at")
    return datetime.fromisoformat(at).timestamp() if at else float(message.timestamp)
