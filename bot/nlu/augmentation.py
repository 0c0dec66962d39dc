"""Variants of training sentences, made while training and never kept: slips of sound, characters lost; it sees no held-out text."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.sounds import sounds

VARIANT_OF = "variant_of"  # the text a variant was made from
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SHORTEST = 5


class Homophones:
    """Writes a sentence as a pinyin keyboard or a voice recogniser may get it wrong: other characters, the same sounds."""

    def __init__(self, texts: Iterable[str], seed: int, least: int = 3) -> None:
        """Learns which characters are common enough (`least` uses) to be taken for another."""
        self._random = random.Random(seed)
        counts = Counter(char for text in texts for char in text if _HAN.match(char))
        self._alike: dict[str, list[str]] = defaultdict(list)
        for char in sorted(char for char, count in counts.items() if count >= least):
            self._alike[_sound(char)].append(char)

    def slip(self, text: str) -> str | None:
        """Returns the text with one character in six mistaken, or nothing where none can be."""
        places = [place for place, char in enumerate(text) if _HAN.match(char) and len(self._alike[_sound(char)]) > 1]
        if len(places) < 2:
            return None
        chars = list(text)
        for place in self._random.sample(places, max(1, len(places) // 6)):
            others = [other for other in self._alike[_sound(chars[place])] if other != chars[place]]
            if others:
                chars[place] = self._random.choice(others)
        return "".join(chars)


def _sound(char: str) -> str:
    return sounds(char, merged=True)[0]


# Registered as a featurizer because Rasa runs those over the training data too.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class TrainingAugmenter(GraphComponent):
    """Adds variants to the training data; a message that comes in to be understood passes untouched."""

    @staticmethod
    def supported_languages() -> list[str]:
        """See base class."""
        return ["zh"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See base class."""
        return {
            # share of the sentences that get a variant with slips of sound, and one with a character lost
            "slips": 0.0,
            "losses": 0.0,
            # seed of the choices: the same data gives the same variants
            "seed": 7,
        }

    def __init__(self, config: dict[str, Any]) -> None:
        """Keeps the configuration."""
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TrainingAugmenter:
        """See base class."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """See base class; nothing is done."""
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds the variants behind the sentences they are made from."""
        own = [message for message in training_data.training_examples if message.get(TEXT) and message.get(INTENT)]
        variants = [*self._slips(own), *self._losses(own)]
        return training_data.merge(TrainingData(training_examples=variants)) if variants else training_data

    def _slips(self, own: Sequence[Message]) -> Iterator[Message]:
        if not self._config["slips"]:
            return
        chance = random.Random(self._config["seed"])
        homophones = Homophones((message.get(TEXT) for message in own), self._config["seed"])
        for message in own:
            slipped = homophones.slip(message.get(TEXT)) if chance.random() < self._config["slips"] else None
            if slipped:
                yield Message({TEXT: slipped, INTENT: message.get(INTENT), VARIANT_OF: message.get(TEXT)})

    def _losses(self, own: Sequence[Message]) -> Iterator[Message]:
        chance = random.Random(self._config["seed"])
        for message in own:
            text = message.get(TEXT)
            if len(text) > _SHORTEST and chance.random() < self._config["losses"]:
                place = chance.randrange(len(text))
                lost = text[:place] + text[place + 1 :]
                yield Message({TEXT: lost, INTENT: message.get(INTENT), VARIANT_OF: text})
