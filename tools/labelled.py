"""Reads labelled lines (one JSON object each) and says where a line is wrong; it repairs nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.say import ToolError

Row = dict[str, Any]


class LineError(ToolError):
    """A line is not what the tool takes; the message names file and line."""


def read_lines(path: Path, required: dict[str, type], wrong: Callable[[Row], str | None] | None = None) -> list[Row]:
    """Returns the rows of a JSONL file; empty lines are passed over.

    Args:
        path: the file.
        required: the fields each row must have and their types.
        wrong: says what else is wrong with a row that has them, or nothing.

    Raises:
        LineError: the file cannot be read, or a line is malformed.
    """
    try:
        # Not `splitlines`: a sentence may hold a line separator that JSON does not know as one.
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise LineError(f"{path}: {error.strerror}") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            row = _row(f"{path}:{number}", line, required)
            complaint = wrong(row) if wrong else None
            if complaint:
                raise LineError(f"{path}:{number}: {complaint}")
            rows.append(row)
    return rows


def read_labelled(path: Path) -> list[Row]:
    """Returns the rows `{"text", "intent", "entities", "tags"}` of a file; the last two may be missing.

    Raises:
        LineError: the file cannot be read or is empty, or a line is malformed.
    """
    rows = read_lines(path, {"text": str, "intent": str}, _wrong_labels)
    if not rows:
        raise LineError(f"{path}: no lines")
    return rows


def _row(where: str, line: bytes, required: dict[str, type]) -> Row:
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise LineError(f"{where}: not UTF-8") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise LineError(f"{where}: not JSON ({error})") from error
    if not isinstance(row, dict):
        raise LineError(f"{where}: not an object")
    for name, kind in required.items():
        if not isinstance(row.get(name), kind):
            raise LineError(f"{where}: {name} must be {kind.__name__}")
    if any("\ud800" <= char <= "\udfff" for char in str(row.get("text", ""))):
        raise LineError(f"{where}: text holds half a character (a lone surrogate)")
    return row


def _wrong_labels(row: Row) -> str | None:
    tags, entities = row.get("tags", []), row.get("entities", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        return "tags must be a list of str"
    if not isinstance(entities, list):
        return "entities must be a list"
    complaints = (_wrong_entity(entity, len(row["text"])) for entity in entities)
    return next(filter(None, complaints), None)


def _wrong_entity(entity: Any, length: int) -> str | None:
    if not isinstance(entity, dict) or not isinstance(entity.get("entity"), str):
        return "an entity must be an object that names its entity"
    start, end = entity.get("start"), entity.get("end")
    if type(start) is not int or type(end) is not int:
        return f"entity {entity['entity']}: start and end must be int"
    if not 0 <= start < end <= length:
        return f"entity {entity['entity']}: {start}-{end} is not inside the text of {length} characters"
    return None
