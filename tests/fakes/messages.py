"""Messages as the earlier components of the pipeline leave them: a word a character, concepts as the test says."""

from __future__ import annotations

from typing import Any

from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.concepts import CONCEPTS, Concept

Mark = tuple[str, str, str]  # the words, the entity, its value


def heard(text: str, *concepts: Concept, **fields: Any) -> Message:
    """Returns a message cut into its characters."""
    message = Message({TEXT: text, **fields})
    tokens = [Token(char, place) for place, char in enumerate(text) if not char.isspace()]
    message.set(TOKENS_NAMES[TEXT], tokens)
    message.set(CONCEPTS, list(concepts))
    return message


def taught(text: str, intent: str, *marks: Mark, **fields: Any) -> Message:
    """Returns a training sentence with its intent and its entities."""
    entities = [
        {"entity": entity, "value": value, "start": text.index(words), "end": text.index(words) + len(words)}
        for words, entity, value in marks
    ]
    return heard(text, **{INTENT: intent, **({ENTITIES: entities} if entities else {}), **fields})


def lesson(examples: dict[str, list[str]]) -> TrainingData:
    """Returns training data of a few intents."""
    return TrainingData([taught(text, intent) for intent, texts in examples.items() for text in texts])
