"""Two misunderstandings in a row offer a person, the third hands over; any understood message begins the count anew.

Torn between two businesses the bot asks which. That is no misunderstanding yet: it becomes one when the next message is
not understood either, and then no second question is asked.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.deterministic import DeterministicPolicy, messages_backwards
from conversation.message import is_wordless

_REPHRASE, _OFFER, _HAND_OVER = "utter_ask_rephrase", "utter_offer_human", "action_hand_over"
_WHICH, _DANGER_DOUBT = "action_ask_which", "utter_danger_doubt"
_OUTSIDE, _SENSELESS = "out_of_scope", "gibberish"
_LETTERS = re.compile(r"[a-zA-Z]{5,}")
_SAID = frozenset({_REPHRASE, _OFFER, _HAND_OVER, _WHICH, _DANGER_DOUBT})


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
        if tracker.latest_message is None or not _is_missed(tracker.latest_message) or tracker.active_loop_name:
            return None
        if tracker.latest_action_name in _SAID:
            return str(ACTION_LISTEN_NAME)
        if tracker.latest_action_name != ACTION_LISTEN_NAME:
            # A form has just ended on words the model could not read, a bare number say: its rule goes on.
            return None
        missed = list(itertools.takewhile(_is_missed, _as_sent(tracker)))
        torn = _torn_between(missed[0])
        if torn and not any(_torn_between(message) for message in missed[1:2]):
            return _DANGER_DOUBT if "danger_report" in torn else _WHICH
        if len(missed) >= int(self.config["handoff_at"]):
            return _HAND_OVER
        return _OFFER if len(missed) >= int(self.config["offer_human_at"]) else _REPHRASE


def _as_sent(tracker: DialogueStateTracker) -> Iterator[UserUttered]:
    """The messages as they came, newest first; one that was handed back to the dialogue came once."""
    before: object = None
    for message in messages_backwards(tracker):
        message_id = (message.metadata or {}).get("message_id")
        if message_id is None or message_id != before:
            yield message
        before = message_id


def _is_missed(message: UserUttered) -> bool:
    """Not understood, or sounds without sense that the classifier puts outside our business."""
    themes = list((message.parse_data.get("fallback") or {}).get("themes") or ())
    letters = not themes and _LETTERS.fullmatch(message.text or "") is not None
    senseless = message.intent.get("name") == _OUTSIDE and (letters or themes == [_SENSELESS])
    missed = senseless or message.intent.get("name") == DEFAULT_NLU_FALLBACK_INTENT_NAME
    return bool(missed and not is_wordless(message.metadata or {}))


def _torn_between(message: UserUttered) -> Sequence[str]:
    """The two intents that the classifier could not choose between (bot/nlu/fallback.py)."""
    between: Sequence[str] = (message.parse_data.get("fallback") or {}).get("between") or ()
    return between if len(between) > 1 else ()
