"""The room where a sentence gets its intent; it only ranks and says how sure it is, what to do when unsure is decided later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.errors import ModelIncomplete
from bot.nlu.features import Sentence, options_of
from bot.nlu.linear import LinearModel, Training


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(GraphComponent, IntentClassifier):
    """Classifies by character, sound and word n-grams with a linear model and calibrated confidence."""

    @classmethod
    def required_components(cls) -> list[type]:
        """See base class."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """See base class."""
        return ["sklearn", "pypinyin"]

    @staticmethod
    def supported_languages() -> list[str]:
        """See base class."""
        return ["zh"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See base class."""
        return {
            # longest run of characters, of syllables and of words taken as one feature
            "char_n": 3,
            "sound_n": 2,
            "word_n": 2,
            # how much each view of the sentence weighs; sounds carry typos and voice slips
            "char_weight": 1.0,
            "sound_weight": 0.7,
            "word_weight": 0.5,
            # in how many training sentences a feature must stand
            "min_count": 2,
            # whether zh and z, n and l, an and ang sound the same
            "merged_sounds": True,
            # C of the linear support vector machine: larger follows the training data closer
            "regularization": 0.5,
            # folds held out to calibrate the confidence
            "folds": 5,
            # seed of the folds and of the machine: the same data gives the same model
            "seed": 7,
            # how many intents the ranking names; 0: all
            "ranking_length": 10,
        }

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: LinearModel | None = None
    ) -> None:
        """Builds the classifier around a trained model, or none before training."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        """See base class."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        """Loads the trained model."""
        try:
            with model_storage.read_from(resource) as folder:
                return cls(config, model_storage, resource, LinearModel.read(Path(folder)))
        except (ValueError, FileNotFoundError) as error:
            raise ModelIncomplete("the model holds no classifier", resource=resource.name) from error

    def train(self, training_data: TrainingData) -> Resource:
        """Trains on the intent examples and saves the result with the model."""
        examples = training_data.intent_examples
        training = Training(self._config["regularization"], self._config["folds"], self._config["seed"])
        self._model = LinearModel.train(
            [_sentence(example) for example in examples],
            [example.get(INTENT) for example in examples],
            options_of(self._config),
            training,
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(Path(folder))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent and ranking of each message; a text without a word gets no intent and no confidence."""
        for message in messages:
            ranking = self._ranking(message)
            intent = ranking[0] if ranking else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
            message.set(INTENT, intent, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _ranking(self, message: Message) -> list[dict[str, Any]]:
        if self._model is None:
            raise ModelIncomplete("the classifier was not trained", resource=self._resource.name)
        sentence = _sentence(message)
        if not sentence.words:
            return []
        ranked = self._model.rank(sentence)[: self._config["ranking_length"] or None]
        return [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence} for name, confidence in ranked]


def _sentence(message: Message) -> Sentence:
    tokens = message.get(TOKENS_NAMES[TEXT]) or []
    return Sentence(message.get(TEXT) or "", tuple(token.text for token in tokens))
