"""The rules of bursts, as `bursts.yml` has them; it joins nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.reception.pieces import Shape, shape_of
from runtime.yaml_files import read_yaml

# The next piece is of the same sentence.
_GOES_ON = frozenset({Shape.HOLLOW, Shape.WHOSE, Shape.PLACE, Shape.TIME, Shape.GOES_ON})
_FILE = Path(__file__).with_name("bursts.yml")


@dataclass(frozen=True)
class BurstRules:
    """All of the file."""

    lines: int
    apart_seconds: float
    characters: int
    together: int
    fragment: int
    short: int
    sure: float
    guessed: float
    between: str
    ends: re.Pattern[str]
    alone: re.Pattern[str]
    answers: frozenset[str]
    open: frozenset[str]
    unclear: frozenset[str]
    reads: frozenset[str]
    stands_for: str
    patience: float
    longest: float
    doubtful: float
    doubtful_characters: int

    def joined(self, texts: Sequence[str]) -> str:
        """The pieces as one text, as one would have typed it; what was sent twice is said once."""
        said = list(dict.fromkeys(texts))
        kept = [text for text in said[:-1] if shape_of(text) is not Shape.BACK]
        return "".join([*(text + self._mark(text) for text in kept), said[-1]])

    def _mark(self, text: str) -> str:
        """What stands behind a piece: nothing where the sentence goes on, or has a mark of its own."""
        return "" if self.ends.search(text) or shape_of(text) in _GOES_ON else self.between


@lru_cache(maxsize=1)
def burst_rules() -> BurstRules:
    """The rules of the file, read once in a process."""
    held: dict[str, Any] = read_yaml(_FILE)
    for name in ("ends", "alone"):
        held[name] = re.compile(held[name])
    for name in ("answers", "open", "unclear", "reads"):
        held[name] = frozenset(held[name])
    return BurstRules(**held)
