"""The room where entities are found: rules propose, a trained field decides, values are made; it decides no intent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.augmentation import VARIANT_OF
from bot.nlu.characters import normalize
from bot.nlu.concepts import CONCEPTS
from bot.nlu.entities.places import Gazetteer
from bot.nlu.entities.rules import Extractors
from bot.nlu.entities.sequence import SequenceModel, SequenceTraining
from bot.nlu.entities.shapes import Scene, labels
from bot.nlu.entities.span import Span, is_denied
from bot.nlu.entities.values import ValueBook
from bot.nlu.errors import DictionaryMissing, ModelIncomplete
from runtime.clock import Clock, clock_from_environ

_PLACES_FILE = "places.txt"
# A number that is whole by its own form stands, whatever the field makes of the words around it.
_FIRM = frozenset({"account_no", "phone", "ticket_no", "id_number"})


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class EntityTagger(GraphComponent, EntityExtractorMixin):
    """Adds the entities of each message, with values of the taxonomy and offsets into the text.

    The intent that the classifier put first is a feature of every character (+5 points of F1 on SMP2019, docs/nlu.md),
    so this component stands behind the classifier.
    """

    @staticmethod
    def supported_languages() -> list[str]:
        """See base class."""
        return ["zh"]

    @staticmethod
    def required_packages() -> list[str]:
        """See base class."""
        return ["sklearn_crfsuite"]  # whose core, pycrfsuite, is what we call

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See base class."""
        return {
            # word list of the places the utility serves ("name frequency" a line); saved with the model
            "gazetteer_path": "data/dictionary/places.txt",
            # rounds of training, and in how many places a feature must stand
            "iterations": 15,
            "min_count": 2,
        }

    def __init__(
        self,
        config: dict[str, Any],
        places_text: str,
        clock: Clock,
        storage: tuple[ModelStorage, Resource],
        learned: tuple[SequenceModel | None, ValueBook] = (None, ValueBook({})),
    ) -> None:
        """Builds the extractors around what was learned; relative times are resolved by `clock`."""
        self._config = config
        self._places_text = places_text
        self._rules = Extractors(Gazetteer.from_lines(places_text.splitlines()))
        self._clock = clock
        self._model_storage, self._resource = storage
        self._sequence, self._values = learned

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityTagger:
        """See base class."""
        path = Path(config["gazetteer_path"])
        if not path.is_file():
            raise DictionaryMissing("the gazetteer is not there", path=str(path))
        return cls(config, path.read_text(encoding="utf-8"), clock_from_environ(), (model_storage, resource))

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EntityTagger:
        """Loads what training saved."""
        try:
            with model_storage.read_from(resource) as name:
                folder = Path(name)
                places_text = (folder / _PLACES_FILE).read_text(encoding="utf-8")
                learned = SequenceModel.read(folder), ValueBook.read(folder)
        except (ValueError, FileNotFoundError) as error:
            raise ModelIncomplete("the model holds no entity tagger", resource=resource.name) from error
        return cls(config, places_text, clock_from_environ(), (model_storage, resource), learned)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the annotated sentences and saves the result with the model."""
        messages = [m for m in training_data.training_examples if m.get(TEXT) and not m.get(VARIANT_OF)]
        marked = [(message, _annotated(message)) for message in messages]
        self._values = ValueBook.learn(
            (m.get(TEXT)[span.start : span.end], span) for m, spans in marked for span in spans
        )
        if any(spans for _, spans in marked):
            training = SequenceTraining(self._config["iterations"], self._config["min_count"])
            scenes = ((self._seen(message), labels(message.get(TEXT), spans)) for message, spans in marked)
            self._sequence = SequenceModel.train(scenes, training)
        with self._model_storage.write_to(self._resource) as name:
            folder = Path(name)
            (folder / _PLACES_FILE).write_text(self._places_text, encoding="utf-8")
            self._values.save(folder)
            if self._sequence:
                self._sequence.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the entities of each message."""
        now = self._clock.now()
        for message in messages:
            entities = self.add_extractor_name([_as_entity(span) for span in self._found(message, now)])
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages

    def _seen(self, message: Message) -> Scene:
        return _scene(message, message.get(INTENT) or "", self._rules.find(message.get(TEXT), self._clock.now()))

    def _found(self, message: Message, now: datetime) -> list[Span]:
        text = message.get(TEXT) or ""
        proposed = self._rules.find(text, now)
        if self._sequence is None:
            return proposed
        intent = (message.get(INTENT) or {}).get(INTENT_NAME_KEY) or ""
        decided = self._sequence.find(_scene(message, intent, proposed))
        found = [span for stretch in decided for span in self._valued(text, stretch, proposed, (now, intent))]
        firm = [s for s in proposed if s.entity in _FIRM and not any(s.overlaps(other) for other in found)]
        said = (span for span in (*found, *firm) if not is_denied(text, span.start))
        return sorted(said, key=lambda span: span.start)

    def _valued(
        self, text: str, stretch: tuple[str, int, int], proposed: Sequence[Span], context: tuple[datetime, str]
    ) -> Iterator[Span]:
        """Gives the span with its value, or nothing where the words have none."""
        entity, start, end = stretch
        words = text[start:end]
        same = [span for span in proposed if (span.entity, span.start, span.end) == stretch]
        if same and entity != "date":  # whether 15号 lies ahead or behind is told by the intent, which no rule knew
            yield same[0]
        elif entity in self._values:
            value = self._values.value(entity, words)
            if value is not None:
                yield Span(entity, value, start, end)
        else:
            yield Span(entity, self._rules.value(entity, (text, start, end), *context), start, end)


def _annotated(message: Message) -> list[Span]:
    entities = message.get(ENTITIES) or []
    return [Span(e["entity"], normalize(str(e["value"])), e["start"], e["end"]) for e in entities]


def _scene(message: Message, intent: str, proposed: Sequence[Span]) -> Scene:
    tokens = message.get(TOKENS_NAMES[TEXT]) or []
    concepts = message.get(CONCEPTS) or []
    hints = [(span.entity, span.start, span.end) for span in proposed]
    hints += [(concept.name, concept.start, concept.end) for concept in concepts]
    return Scene(message.get(TEXT) or "", tuple((t.start, t.end) for t in tokens), intent, tuple(hints))


def _as_entity(span: Span) -> dict[str, Any]:
    return {"entity": span.entity, "start": span.start, "end": span.end, "value": span.value}
