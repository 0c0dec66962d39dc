"""Places, pictures and voices nobody understood go to their own actions; inside a form they are the form's to read."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.deterministic import DeterministicPolicy
from conversation.message import is_wordless

_PLACE, _PICTURE, _VOICE = "action_receive_location", "action_receive_picture", "action_voice_unheard"
_SERVED = frozenset({_PLACE, _PICTURE, _VOICE})


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class MediaPolicy(DeterministicPolicy):
    """Answers a message that has no words by what it is: whatever the model reads in the line that stands for it."""

    priority = 17

    def choose(self, tracker: DialogueStateTracker) -> str | None:
        """See base class."""
        message = tracker.latest_message
        if message is None or tracker.active_loop_name:
            return None
        metadata = message.metadata or {}
        if not is_wordless(metadata):
            return None
        if tracker.latest_action_name in _SERVED:
            return str(ACTION_LISTEN_NAME)
        if tracker.latest_action_name != ACTION_LISTEN_NAME:
            return None
        if metadata.get("location"):
            return _PLACE
        return _VOICE if metadata["attachment"].get("kind") == "voice" else _PICTURE
