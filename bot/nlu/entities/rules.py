"""The room where entities are found: small pure extractors run in a row over the normalised text; it decides no intent."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.entities import numbers, outage, periods, places
from bot.nlu.entities.places import Gazetteer
from bot.nlu.entities.span import Span, is_denied
from bot.nlu.errors import DictionaryMissing, ModelIncomplete
from runtime.clock import Clock, clock_from_environ

_PLACES_FILE = "places.txt"


class Extractors:
    """All extractors of this release behind one method."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._known = gazetteer.pattern()

    def find(self, text: str, now: datetime) -> list[Span]:
        """Returns the entities of a normalised text, in its order.

        Numbers hide the periods and places inside them; what is said about a fault may overlap an address.
        """
        found = list(numbers.tickets(text))
        for span in (*numbers.phones(text), *numbers.accounts(text)):
            _add(found, span)
        for span in _said(text, [*periods.bill_periods(text, now), *places.addresses(text, self._known)]):
            _add(found, span)
        for extract in (outage.outage_scopes, outage.neighbor_powers, outage.breaker_states, outage.fault_symptoms):
            found.extend(extract(text))
        return sorted(found, key=lambda span: span.start)


def _add(found: list[Span], span: Span) -> None:
    if not any(span.overlaps(other) for other in found):
        found.append(span)


def _said(text: str, spans: list[Span]) -> list[Span]:
    return [span for span in spans if not is_denied(text, span.start)]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class EntityRules(GraphComponent, EntityExtractorMixin):
    """Adds the entities that rules find, with values of the taxonomy and offsets into the text."""

    @staticmethod
    def supported_languages() -> list[str]:
        """See base class."""
        return ["zh"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See base class."""
        return {
            # word list of the places the utility serves ("name frequency" a line); saved with the model
            "gazetteer_path": "data/dictionary/places.txt",
        }

    def __init__(self, places_text: str, clock: Clock, model_storage: ModelStorage, resource: Resource) -> None:
        """Builds the extractors; relative months are resolved by `clock`."""
        self._places_text = places_text
        self._extractors = Extractors(Gazetteer.from_lines(places_text.splitlines()))
        self._clock = clock
        self._model_storage = model_storage
        self._resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityRules:
        """See base class."""
        path = Path(config["gazetteer_path"])
        if not path.is_file():
            raise DictionaryMissing("the gazetteer is not there", path=str(path))
        return cls(path.read_text(encoding="utf-8"), clock_from_environ(), model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EntityRules:
        """Loads the gazetteer that training saved."""
        try:
            with model_storage.read_from(resource) as folder:
                places_text = (Path(folder) / _PLACES_FILE).read_text(encoding="utf-8")
        except (ValueError, FileNotFoundError) as error:
            raise ModelIncomplete("the model holds no gazetteer", resource=resource.name) from error
        return cls(places_text, clock_from_environ(), model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Saves the gazetteer with the model; rules learn nothing."""
        with self._model_storage.write_to(self._resource) as folder:
            (Path(folder) / _PLACES_FILE).write_text(self._places_text, encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the entities of each message."""
        for message in messages:
            spans = self._extractors.find(message.get(TEXT) or "", self._clock.now())
            entities = self.add_extractor_name([_as_entity(span) for span in spans])
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages


def _as_entity(span: Span) -> dict[str, Any]:
    return {"entity": span.entity, "start": span.start, "end": span.end, "value": span.value}
