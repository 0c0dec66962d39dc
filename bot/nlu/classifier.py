"""The room where a sentence gets its intent; it only ranks and says how sure it is, what to do when unsure is decided later."""

from __future__ import annotations

from collections.abc import Sequence
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

from bot.nlu.asks import cut
from bot.nlu.augmentation import VARIANT_OF
from bot.nlu.concepts import CONCEPTS
from bot.nlu.denials import set_aside
from bot.nlu.errors import ModelIncomplete
from bot.nlu.features import Sentence, options_of
from bot.nlu.linear import Examples, LinearModel, Training

ASKS = "asks"
_ASIDE = "~"  # stands before what the customer said they do not want


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
            # longest run of characters, of syllables, of words and of concepts taken as one feature
            "char_n": 2,
            "sound_n": 2,
            "word_n": 2,
            "concept_n": 2,
            # how much each view of the sentence weighs; sounds carry typos and voice slips, concepts unseen synonyms
            "char_weight": 1.0,
            "sound_weight": 0.7,
            "word_weight": 0.5,
            "concept_weight": 0.5,
            # in how many training sentences a feature must stand
            "min_count": 2,
            # whether zh and z, n and l, an and ang sound the same
            "merged_sounds": True,
            # C of the linear support vector machine: larger follows the training data closer
            "regularization": 1.0,
            # how much more a sentence of a small intent counts: (mean size / size) ** power
            "rarity_power": 0.3,
            # what is added to the margins of some intents, by name
            "leaning": {},
            # folds held out to calibrate the confidence
            "folds": 4,
            # seed of the folds and of the machine: the same data gives the same model
            "seed": 7,
            # how many intents the ranking names; 0: all
            "ranking_length": 10,
            # the confidence from which a part of a message is an ask of its own
            "ask_from": 0.5,
            # intents that are no business of their own when they stand in a part of a message
            "no_ask": ["affirm", "deny", "correct_info", "cancel_flow", "small_talk", "out_of_scope", "request_human"],
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
        messages = training_data.intent_examples
        config = self._config
        training = Training(config["regularization"], config["rarity_power"], config["folds"], config["seed"])
        position = {message.get(TEXT): number for number, message in enumerate(messages) if not message.get(VARIANT_OF)}
        examples = Examples(
            [sentence_of(message) for message in messages],
            [message.get(INTENT) for message in messages],
            [position.get(message.get(VARIANT_OF), -1) for message in messages],
        )
        self._model = LinearModel.train(examples, options_of(config), training, config["leaning"])
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(Path(folder))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent, ranking and asks of each message; a text without a word gets no intent and no confidence."""
        for message in messages:
            ranking = self._ranking(sentence_of(message))
            asks = self._asks(message)
            if asks and ranking[0][INTENT_NAME_KEY] not in {ask["intent"] for ask in asks}:
                ranking = _led_by(asks[0]["intent"], ranking)
            intent = ranking[0] if ranking else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
            message.set(INTENT, intent, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            if asks:
                message.set(ASKS, asks, add_to_output=True)
        return messages

    def _ranking(self, sentence: Sentence) -> list[dict[str, Any]]:
        if self._model is None:
            raise ModelIncomplete("the classifier was not trained", resource=self._resource.name)
        if not sentence.words:
            return []
        ranked = self._model.rank(sentence)[: self._config["ranking_length"] or None]
        return [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence} for name, confidence in ranked]

    def _asks(self, message: Message) -> list[dict[str, Any]]:
        """The asks of a message that holds several of different business, in its order; nothing when there is one."""
        text = message.get(TEXT) or ""
        pieces = cut(text)
        if len(pieces) < 2:
            return []
        asks: dict[str, dict[str, Any]] = {}
        for start, end in pieces:
            ranking = self._ranking(sentence_of(message, start, end))
            name = ranking[0][INTENT_NAME_KEY] if ranking else None
            if name and name not in self._config["no_ask"] and ranking[0]["confidence"] >= self._config["ask_from"]:
                asks.setdefault(name, {"intent": name, "start": start, "end": end})
        return list(asks.values()) if len(asks) > 1 else []


def _led_by(name: str, ranking: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Puts an intent first, with the confidence of the one that stood there."""
    first = {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: ranking[0][PREDICTED_CONFIDENCE_KEY]}
    return [first, *(row for row in ranking if row[INTENT_NAME_KEY] != name)]


def sentence_of(message: Message, start: int = 0, end: int | None = None) -> Sentence:
    """Returns what the earlier components made of a message, or of a stretch of it: its text, words and concepts.

    What the customer sets aside is no part of the text; its words stand apart as marks, its concepts under another name.
    """
    text: str = message.get(TEXT) or ""
    last = len(text) if end is None else end
    aside = [(start + first, start + behind) for first, behind in set_aside(text[start:last])]
    tokens = [token for token in message.get(TOKENS_NAMES[TEXT]) or [] if start <= token.start < last]
    concepts = [concept for concept in message.get(CONCEPTS) or [] if start <= concept.start < last]
    if not aside:
        return Sentence(text[start:last], tuple(t.text for t in tokens), tuple(c.name for c in concepts))
    kept = "".join(" " if _within(place, aside) else text[place] for place in range(start, last))
    return Sentence(
        kept,
        tuple(token.text for token in tokens if not _within(token.start, aside)),
        tuple(f"{_ASIDE}{c.name}" if _within(c.start, aside) else c.name for c in concepts),
        tuple(f"{_ASIDE}{token.text}" for token in tokens if _within(token.start, aside)),
    )


def _within(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)
