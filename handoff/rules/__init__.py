"""Rules an operator edits, as data files beside this module, and how they are read; it knows no rule's meaning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import yaml

from handoff.errors import RulesError
from runtime.yaml_files import read_yaml

FOLDER = Path(__file__).parent
Rules = TypeVar("Rules")


def read_rules(name: str, parse: Callable[[dict[str, Any]], Rules], folder: Path = FOLDER) -> Rules:
    """Reads a file of rules.

    Raises:
        RulesError: it cannot be read, or says something else than its reader understands.
    """
    path = folder / name
    try:
        return parse(read_yaml(path))
    except (OSError, yaml.YAMLError, KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise RulesError(f"{path} does not read as rules: {error}", path=str(path)) from error
