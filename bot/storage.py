"""The model archive as a serving worker opens it: unpacked once on a machine, without what only training needs.

Rasa resolves the class of every node of the training graph, too, which imports all its neural components, and reads the
domain twice: from the metadata, and through four passes of a YAML parser. It unpacks the archive at every start; the
folder that is kept here has the name of what is in it, and its weights are mapped by every worker of the machine.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import (
    MODEL_ARCHIVE_COMPONENTS_DIR,
    MODEL_ARCHIVE_METADATA_FILE,
    LocalModelStorage,
)
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelMetadata, ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.utils.io import read_json_file

from runtime.kept import kept


def _digest(archive: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    with archive.open("rb") as file:
        while piece := file.read(1024 * 1024):
            digest.update(piece)
    return digest.hexdigest()


_load_from_yaml = DomainProvider.load.__func__


class ServingStorage(LocalModelStorage):
    """Rasa's storage, whose metadata knows no training graph and whose domain is that of the metadata."""

    domain: Domain | None = None

    @classmethod
    def from_model_archive(
        cls, storage_path: Path, model_archive_path: str | Path
    ) -> tuple[LocalModelStorage, ModelMetadata]:
        """See base class."""
        archive = Path(model_archive_path)
        folder = kept("models", _digest(archive), lambda draft: cls._extract_archive_to_directory(archive, draft))
        metadata = cls._load_metadata(folder)
        storage = cls(folder / MODEL_ARCHIVE_COMPONENTS_DIR)
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
