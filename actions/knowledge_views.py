"""One view of the questions: which pieces each holds and how rare they are, listed by piece.

The weights are those of scikit-learn's `TfidfVectorizer(sublinear_tf=True)`, up to rounding (tested): it brings scipy's
statistics with it, 27 MB and a quarter of a second for three tables of words.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Seen = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class View:
    """Pieces by number, in the order of their names; the questions of piece `n` stand from `starts[n]` on."""

    seen: Seen
    weight: float
    number: dict[str, int]
    rarity: Floats
    starts: NDArray[np.int64]
    questions: NDArray[np.int32]
    values: Floats

    @classmethod
    def learn(cls, pieces: Sequence[Sequence[str]], seen: Seen, weight: float) -> View:
        """Learns from the pieces of each question.

        Args:
            pieces: those of each question.
            seen: how the pieces of another text are found.
            weight: how much of the whole likeness this view is.
        """
        counts = [Counter(held) for held in pieces]
        held_by = Counter(piece for count in counts for piece in count)
        number = {piece: place for place, piece in enumerate(sorted(held_by))}
        share = np.array([held_by[piece] for piece in number], dtype=np.float64)
        rarity = np.log((1 + len(pieces)) / (share + 1)) + 1.0
        rows = [_weighed(count, number, rarity) for count in counts]
        pieces_of = np.concatenate([row[0] for row in rows])
        order = np.argsort(pieces_of, kind="stable")
        owner = np.repeat(np.arange(len(rows), dtype=np.int32), [len(row[0]) for row in rows])
        values = np.concatenate([row[1] for row in rows]) * math.sqrt(weight)
        starts = np.searchsorted(pieces_of[order], np.arange(len(number) + 1))
        return cls(seen, weight, number, rarity, starts, owner[order], values[order])

    def add(self, text: str, likeness: Floats) -> None:
        """Adds to the likeness of each question what it has in common with a text in this view."""
        count = Counter(piece for piece in self.seen(text) if piece in self.number)
        pieces, values = _weighed(count, self.number, self.rarity)
        for piece, value in zip(pieces.tolist(), (values * math.sqrt(self.weight)).tolist(), strict=True):
            part = slice(self.starts[piece], self.starts[piece + 1])
            likeness[self.questions[part]] += self.values[part] * value


def _weighed(count: Counter[str], number: dict[str, int], rarity: Floats) -> tuple[NDArray[np.int64], Floats]:
    """The pieces of one text in the order of their numbers, weighed to a length of one."""
    pairs = sorted((number[piece], times) for piece, times in count.items())
    pieces = np.array([piece for piece, _ in pairs], dtype=np.int64)
    values = (np.log(np.array([times for _, times in pairs], dtype=np.float64)) + 1.0) * rarity[pieces]
    length = math.sqrt(_sum(value * value for value in values.tolist()))
    return pieces, values / length if length else values


def _sum(values: Iterable[float]) -> float:
    """One after the other, as the other side does; `math.fsum` and numpy round elsewhere."""
    total = 0.0
    for value in values:
        total += value
    return total
