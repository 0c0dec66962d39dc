"""The model archive as a serving worker opens it: without what only training needs, and with its domain read once.

Rasa resolves the class of every node of the training graph, too, which imports all its neural components, and reads the
domain twice: from the metadata, and through four passes of a YAML parser.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import MODEL_ARCHIVE_METADATA_FILE, LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelMetadata, ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.utils.io import read_json_file

_load_from_yaml = DomainProvider.load.__func__


class ServingStorage(LocalModelStorage):
    """Rasa's storage, whose metadata knows no training graph and whose domain is that of the metadata."""

    domain: Domain | None = None

    @classmethod
    def from_model_archive(
        cls, storage_path: Path, model_archive_path: str | Path
    ) -> tuple[LocalModelStorage, ModelMetadata]:
        """See base class."""
        storage, metadata = super().from_model_archive(storage_path, model_archive_path)
        storage.domain = metadata.domain
        return storage, metadata

    @staticmethod
    def _load_metadata(directory: Path) -> ModelMetadata:
        written = read_json_file(directory / MODEL_ARCHIVE_METADATA_FILE)
        return ModelMetadata.from_dict({**written, "train_schema": {"nodes": {}}})


def load_domain(
    cls: type[DomainProvider],
    /,
    config: dict[str, Any],
    model_storage: ModelStorage,
    resource: Resource,
    execution_context: ExecutionContext,
    **kwargs: Any,
) -> DomainProvider:
    """Stands in for `DomainProvider.load`: a storage that has read the domain is not asked for its file."""
    if isinstance(model_storage, ServingStorage) and model_storage.domain is not None:
        return cls(model_storage, resource, model_storage.domain)
    loaded: DomainProvider = _load_from_yaml(cls, config, model_storage, resource, execution_context, **kwargs)
    return loaded
