"""Reads labelled lines (one JSON object each) and says where a line is wrong; it repairs nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class LineError(ValueError):
    """A line is not what the tool takes; the message names file and line."""


def read_lines(path: Path, required: dict[str, type]) -> list[dict[str, Any]]:
    """Returns the rows of a JSONL file.

    Args:
        path: the file.
        required: the fields each row must have and their types.

    Raises:
        LineError: the file cannot be read, or a line is malformed.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LineError(f"{path}: {error}") from error
    return [_row(path, number, line, required) for number, line in enumerate(lines, start=1) if line.strip()]


def _row(path: Path, number: int, line: str, required: dict[str, type]) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise LineError(f"{path}:{number}: {error.msg}") from error
    if not isinstance(row, dict):
        raise LineError(f"{path}:{number}: not an object")
    for name, kind in required.items():
        if not isinstance(row.get(name), kind):
            raise LineError(f"{path}:{number}: {name} must be {kind.__name__}")
    return row
