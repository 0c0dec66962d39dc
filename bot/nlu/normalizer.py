"""The first room of the pipeline: the same characters for everybody, the customer's own text kept beside; it changes no length."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.characters import normalize

__all__ = ["ORIGINAL_TEXT", "ChineseNormalizer", "normalize", "original_text"]

ORIGINAL_TEXT = "original_text"


def original_text(message: Message) -> str:
    """Returns what the customer typed, before it was normalised."""
    text: str = message.get(ORIGINAL_TEXT) or message.get(TEXT) or ""
    return text


# Registered as a featurizer because Rasa runs those over the training data too; it adds no features.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class ChineseNormalizer(GraphComponent):
    """Sets the text that later components read to its normalised form, character for character."""

    @staticmethod
    def supported_languages() -> list[str]:
        """See base class."""
        return ["zh"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See base class."""
        return {}  # nothing to set: every later component relies on the same form

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ChineseNormalizer:
        """See base class."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Normalises the texts of the messages in place."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                message.set(ORIGINAL_TEXT, text)
                message.set(TEXT, normalize(text))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Normalises the training examples."""
        self.process(training_data.training_examples)
        return training_data
