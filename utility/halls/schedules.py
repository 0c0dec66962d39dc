"""Reads hours as the books write them: a hall's four columns, a manager's one line such as `weekdays 08:30-17:30`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.yaml_files import read_yaml
from utility.halls.values import DayKind, Hours, Schedule, Week

WORDS_FILE = Path(__file__).parent / "words.yml"
CLOSED = "closed"
HoursWords = Mapping[str, frozenset[DayKind]]


def read_words(path: Path = WORDS_FILE) -> HoursWords:
    """Reads which word means which kinds of day."""
    content: dict[str, list[str]] = read_yaml(path)
    return {word: frozenset(DayKind(kind) for kind in kinds) for word, kinds in content.items()}


def hall_week(row: Mapping[str, Any]) -> Week:
    """Reads a hall's hours.

    Raises:
        ValueError: a column is neither `HH:MM-HH:MM` nor `closed`.
    """
    columns = {DayKind.HOLIDAY: "holidays"}
    return {kind: _hours(row[columns.get(kind, kind.value)]) for kind in DayKind}


def manager_schedule(line: str, words: HoursWords) -> Schedule:
    """Reads a manager's hours.

    Raises:
        ValueError: the word is unknown, or the hours are not of their form.
    """
    word, _, hours = line.partition(" ")
    if word not in words:
        raise ValueError(f"no hours known by the word {word!r}")
    read = Hours.read(hours)
    return Schedule({kind: read if kind in words[word] else None for kind in DayKind})


def _hours(text: str) -> Hours | None:
    return None if text == CLOSED else Hours.read(text)
