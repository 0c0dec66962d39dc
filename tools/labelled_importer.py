"""Lets Rasa train on labelled lines (JSONL) as they are: offsets of entities need no markup; it knows no dialogue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rasa.shared.utils.io
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from tools.labelled import read_labelled


class LabelledImporter(TrainingDataImporter):
    """Reads `{"text", "intent", "entities": [{"entity", "start", "end", "value"}]}` lines."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        **kwargs: Any,
    ) -> None:
        """See base class."""
        self._config_file = config_file or ""
        self._paths = [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths or []

    def get_domain(self) -> Domain:
        """Returns the intents and entities of the lines."""
        rows = self._rows()
        intents = sorted({row["intent"] for row in rows})
        entities = sorted({entity["entity"] for row in rows for entity in row.get("entities", [])})
        return Domain.from_dict({"version": "3.1", "intents": intents, "entities": entities})

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """See base class; there are none."""
        return StoryGraph([])

    def get_config(self) -> dict[str, Any]:
        """See base class."""
        config: dict[str, Any] = rasa.shared.utils.io.read_model_configuration(self._config_file)
        return config

    def get_config_file_for_auto_config(self) -> str:
        """See base class."""
        return self._config_file

    def get_nlu_data(self, language: str | None = "zh") -> TrainingData:
        """Returns the lines as training examples."""
        return TrainingData(training_examples=[_message(row) for row in self._rows()])

    def _rows(self) -> list[dict[str, Any]]:
        return [row for path in self._paths for row in read_labelled(Path(path))]


def _message(row: dict[str, Any]) -> Message:
    text = row["text"]
    data: dict[str, Any] = {TEXT: text, INTENT: row["intent"]}
    entities = [
        {**entity, "value": entity.get("value", text[entity["start"] : entity["end"]])}
        for entity in row.get("entities", [])
    ]
    if entities:
        data[ENTITIES] = entities
    return Message(data)
