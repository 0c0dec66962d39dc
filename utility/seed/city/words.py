"""The words of the filled-up city, read from words.yml; no name of it is written in code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runtime.yaml_files import read_yaml

WORDS_FILE = Path(__file__).parent / "words.yml"


def read_words() -> dict[str, Any]:
    """Reads the file."""
    content: dict[str, Any] = read_yaml(WORDS_FILE)
    return content


def place_names(words: dict[str, Any]) -> Iterator[str]:
    """Yields names of two signs, each once, then of three; neighbours differ in both signs."""
    first, second = words["first"], words["second"]
    pairs = [(n, (n + shift) % len(second)) for shift in range(len(second)) for n in range(len(first))]
    yield from (first[a] + second[b] for a, b in pairs)
    yield from (first[a] + first[(a + 7) % len(first)] + second[b] for a, b in pairs)
