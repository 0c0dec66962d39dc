"""The last room of the pipeline: when the safety gate fires, the intent is danger, whatever the classifier thought."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
)
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.normalizer import original_text
from bot.policies.safety import Danger, SafetyGate

_INTENT, _ENTITY = "danger_report", "danger_sign"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyIntent(GraphComponent):
    """Sets `danger_report` with full confidence and adds the `danger_sign` where the gate sees present danger."""

    def __init__(self, gate: SafetyGate) -> None:
        """Keeps the gate."""
        self._gate = gate

    @staticmethod
    def supported_languages() -> list[str]:
        """See base class."""
        return ["zh"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See base class."""
        return {}  # nothing to set: the gate cannot be tuned down

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyIntent:
        """See base class."""
        return cls(SafetyGate())

    def process(self, messages: list[Message]) -> list[Message]:
        """Overrides the intent of each message that speaks of danger."""
        for message in messages:
            danger = self._gate.check(original_text(message))
            if danger:
                _mark(message, danger)
        return messages


def _mark(message: Message, danger: Danger) -> None:
    intent = {INTENT_NAME_KEY: _INTENT, PREDICTED_CONFIDENCE_KEY: 1.0}
    others = [other for other in message.get(INTENT_RANKING_KEY, []) if other[INTENT_NAME_KEY] != _INTENT]
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [intent, *others], add_to_output=True)
    sign = {
        "entity": _ENTITY,
        "start": danger.start,
        "end": danger.start + len(danger.quote),
        "value": danger.sign,
        "extractor": SafetyIntent.__name__,
    }
    message.set(ENTITIES, [*message.get(ENTITIES, []), sign], add_to_output=True)
