"""The last room of the pipeline: when the safety gate fires, the intent is danger, whatever the classifier thought."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
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
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.augmentation import VARIANT_OF
from bot.nlu.errors import DictionaryMissing, LexiconWrong, ModelIncomplete
from bot.nlu.normalizer import original_text
from bot.policies.danger_model import CALM, UNNAMED, DangerModel
from bot.policies.danger_words import read_words
from bot.policies.safety import Danger, DangerKind, SafetyGate
from bot.storage import ServingStorage

_INTENT, _ENTITY = "danger_report", "danger_sign"
_KINDS = frozenset(kind.value for kind in DangerKind)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SafetyIntent(GraphComponent):
    """Sets `danger_report` with full confidence and adds the `danger_sign` where the gate sees present danger."""

    @staticmethod
    def supported_languages() -> list[str]:
        """See base class."""
        return ["zh"]

    @staticmethod
    def required_packages() -> list[str]:
        """See base class."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See base class."""
        # Nothing here makes the gate laxer: what it learns from, and nothing else, can be set.
        return {
            # folder of word lists of danger and of how it is told ("group: form form" a line)
            "words_path": "data/dictionary/danger",
            # folder of labelled sentences (*.jsonl: text, danger, kind)
            "sentences_path": "data/danger",
        }

    def __init__(self, config: dict[str, Any], storage: tuple[ModelStorage, Resource], gate: SafetyGate | None) -> None:
        """Keeps the gate; before training, and for a trade without danger, there is none."""
        self._config = config
        self._model_storage, self._resource = storage
        self._gate = gate

    @property
    def gate(self) -> SafetyGate | None:
        """The gate of a loaded model, which the reception asks, too."""
        return self._gate

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyIntent:
        """See base class."""
        return cls(config, (model_storage, resource), None)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SafetyIntent:
        """Loads the gate that training left; a model that knows `danger_report` has one."""
        return cls(config, (model_storage, resource), _stored_gate(model_storage, resource))

    def train(self, training_data: TrainingData) -> Resource:
        """Trains the gate's classifier on the sentences of danger and on all others of the training data."""
        with self._model_storage.write_to(self._resource) as name:
            if _INTENT in training_data.intents:
                rows = [*_read_sentences(Path(self._config["sentences_path"])), *_spoken(training_data)]
                DangerModel.train(read_words(Path(self._config["words_path"])), rows).save(Path(name))
            else:
                (Path(name) / _NO_DANGER).touch()
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Overrides the intent of each message that speaks of danger."""
        for message in messages:
            danger = self._gate.check(original_text(message)) if self._gate else None
            if danger:
                _mark(message, danger)
        return messages


_NO_DANGER = "no_danger_in_this_trade"


def load_gate(model: Path) -> SafetyGate:
    """Returns the safety gate of a trained model, without loading the rest of it.

    Raises:
        ModelIncomplete: the model has none.
    """
    with tempfile.TemporaryDirectory(prefix="gridtalk-gate-") as folder:
        storage, metadata = ServingStorage.from_model_archive(Path(folder), model)
        nodes = metadata.predict_schema.nodes.values()
        resources = [node.resource for node in nodes if issubclass(node.uses, SafetyIntent) and node.resource]
        gate = _stored_gate(storage, resources[0]) if resources else None
    if gate is None:
        raise ModelIncomplete("the model holds no safety gate; run `make train`", model=str(model))
    return gate


def _stored_gate(storage: ModelStorage, resource: Resource) -> SafetyGate | None:
    try:
        with storage.read_from(resource) as name:
            if (Path(name) / _NO_DANGER).exists():
                return None
            return SafetyGate(DangerModel.load(Path(name)))
    except (ValueError, FileNotFoundError) as error:
        raise ModelIncomplete("the model holds no safety gate", resource=resource.name) from error


def _read_sentences(folder: Path) -> Iterator[tuple[str, str]]:
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise DictionaryMissing("no sentences of danger in the folder", folder=str(folder))
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            yield _labelled(line, f"{file}:{number}")


def _labelled(line: str, where: str) -> tuple[str, str]:
    """Reads one labelled sentence: its text, and its kind when the danger is there."""
    try:
        row = json.loads(line)
        text, danger = row["text"], row["danger"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise LexiconWrong(f"{where}: a line reads {{text, danger, kind}}", place=where) from error
    if danger and row.get("kind") not in _KINDS:
        raise LexiconWrong(f"{where}: kind must be one of {sorted(_KINDS)}", place=where)
    return str(text), str(row["kind"]) if danger else CALM


def _spoken(training_data: TrainingData) -> Iterator[tuple[str, str]]:
    """The other sentences of the training data: reports of danger of no named kind, and calm ones."""
    for message in training_data.intent_examples:
        if not message.get(VARIANT_OF):
            yield message.get(TEXT), UNNAMED if message.get(INTENT) == _INTENT else CALM


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
    known = message.get(ENTITIES, [])
    if not any(entity["entity"] == _ENTITY for entity in known):
        message.set(ENTITIES, [*known, sign], add_to_output=True)
