"""The room where the bot admits that it is not sure, and why; it ranks nothing and says nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.concepts import CONCEPTS

FALLBACK = "fallback"
UNSURE, UNKNOWN, OUTSIDE = "unsure", "unknown", "outside"
_OUTSIDE_INTENT = "out_of_scope"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ReasonedFallback(GraphComponent):
    """Puts `nlu_fallback` first where the ranking does not carry a decision, with the reason under `fallback`.

    The reason is one of
    - `{"reason": "unsure", "between": [intent, intent]}`: two are as likely, and nobody else is; ask which;
    - `{"reason": "unknown"}`: nothing is likely; say so, offer the menu and a person;
    - `{"reason": "outside", "themes": [...]}`: out of scope (the intent stays); `themes` are the lexicon's words for it,
      by which the answer names who is responsible.
    """

    @staticmethod
    def supported_languages() -> list[str]:
        """See base class."""
        return ["zh"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See base class."""
        return {
            # below this confidence of the first intent the message is not understood
            "threshold": 0.25,
            # two intents are as likely when their confidences differ by less than this ...
            "gap": 0.06,
            # ... and together carry at least this
            "together": 0.6,
            # out of scope without a theme is only said from this confidence on: below, the message is not understood
            "outside_from": 0.5,
            # intents that are never one of two to choose between: they are not things to do
            "no_choice": ["affirm", "deny", "correct_info", "cancel_flow", "small_talk", "out_of_scope"],
        }

    def __init__(self, config: dict[str, Any]) -> None:
        """Keeps the limits."""
        self._config = config
        self._no_choice = frozenset(config["no_choice"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ReasonedFallback:
        """See base class."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Decides for each message whether its first intent stands."""
        for message in messages:
            ranking: list[dict[str, Any]] = message.get(INTENT_RANKING_KEY) or []
            themes = sorted({concept.name for concept in message.get(CONCEPTS) or []})
            doubt = self._doubt(ranking, themes)
            if doubt:
                _fall_back(message, ranking)
                message.set(FALLBACK, doubt, add_to_output=True)
            elif ranking[0][INTENT_NAME_KEY] == _OUTSIDE_INTENT:
                message.set(FALLBACK, {"reason": OUTSIDE, "themes": themes}, add_to_output=True)
        return messages

    def _doubt(self, ranking: Sequence[dict[str, Any]], themes: Sequence[str]) -> dict[str, Any] | None:
        if not ranking:
            return {"reason": UNKNOWN}
        best = [(row[INTENT_NAME_KEY], float(row[PREDICTED_CONFIDENCE_KEY])) for row in ranking[:2]]
        if len(best) == 2 and self._is_torn(*best):
            return {"reason": UNSURE, "between": [name for name, _ in best]}
        nothing_said = best[0][0] == _OUTSIDE_INTENT and not themes
        least = self._config["outside_from" if nothing_said else "threshold"]
        return {"reason": UNKNOWN} if best[0][1] < least else None

    def _is_torn(self, first: tuple[str, float], second: tuple[str, float]) -> bool:
        as_likely = first[1] - second[1] < self._config["gap"] and first[1] + second[1] >= self._config["together"]
        return as_likely and not self._no_choice & {first[0], second[0]}


def _fall_back(message: Message, ranking: Sequence[dict[str, Any]]) -> None:
    confidence = 1.0 - float(ranking[0][PREDICTED_CONFIDENCE_KEY]) if ranking else 1.0
    intent = {INTENT_NAME_KEY: DEFAULT_NLU_FALLBACK_INTENT_NAME, PREDICTED_CONFIDENCE_KEY: confidence}
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [intent, *ranking], add_to_output=True)
