"""What a component is handed when no graph is built around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage


@pytest.fixture
def context() -> ExecutionContext:
    """A fresh execution context without nodes."""
    return ExecutionContext(GraphSchema({}))


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    """A model store of this test alone."""
    folder = tmp_path / "model"
    folder.mkdir()
    return LocalModelStorage(folder)
