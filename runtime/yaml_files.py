"""Reads our YAML files by libyaml: the parser written in Python takes ten times as long, at every start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def read_yaml(path: Path) -> Any:
    """Reads a file of plain data.

    Raises:
        OSError: there is no such file.
        yaml.YAMLError: it is no YAML.
        UnicodeDecodeError: it is no UTF-8.
    """
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
