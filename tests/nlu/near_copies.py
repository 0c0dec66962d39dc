"""Finds near copies among tens of thousands of sentences: at most two changes apart, marks and script aside.

A sentence cut into three pieces keeps one of them whole under two changes, so that piece, its place and the length of
the sentence find the few that are worth comparing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from bot.nlu.characters import normalize

NEAR = 2
_PIECES = NEAR + 1
_Key = tuple[int, int, str]


def bare(text: str) -> str:
    """Returns what counts of a sentence: letters, digits and characters in one form."""
    return "".join(char for char in normalize(text).lower() if char.isalnum())


def is_near(first: str, second: str) -> bool:
    """Tells whether at most two characters, and no more than half, are added, left out or replaced between the two."""
    most = min(NEAR, max(len(first), len(second)) // 2)
    if abs(len(first) - len(second)) > most or len(set(first) ^ set(second)) > 2 * most:
        return False
    above = list(range(len(second) + 1))
    for row, a in enumerate(first, start=1):
        current = [row]
        for column, b in enumerate(second, start=1):
            current.append(min(above[column] + 1, current[-1] + 1, above[column - 1] + (a != b)))
        if min(current) > most:
            return False
        above = current
    return above[-1] <= most


class NearCopies:
    """Known sentences, found again by what is nearly the same."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Cuts each sentence into its pieces; sentences without a letter are passed over."""
        self._known: defaultdict[_Key, set[str]] = defaultdict(set)
        for text in {bare(text) for text in texts} - {""}:
            for number, (start, end) in enumerate(_pieces(len(text))):
                self._known[len(text), number, text[start:end]].add(text)

    def of(self, text: str) -> str | None:
        """Returns a known sentence that is near to the text, in its bare form."""
        asked = bare(text)
        candidates = {known for key in _keys(asked) for known in self._known.get(key, ())} if asked else set()
        return next((known for known in sorted(candidates) if is_near(asked, known)), None)


def _pieces(length: int) -> list[tuple[int, int]]:
    bounds = [length * number // _PIECES for number in range(_PIECES + 1)]
    return list(pairwise(bounds))


def _keys(asked: str) -> Iterator[_Key]:
    """The pieces a near sentence may have in common with this one: moved by as much as could be added before them."""
    for length in range(max(1, len(asked) - NEAR), len(asked) + NEAR + 1):
        for number, (start, end) in enumerate(_pieces(length)):
            for moved in range(max(0, start - NEAR), start + NEAR + 1):
                yield length, number, asked[moved : moved + end - start]
