"""The words of danger and of how it is told, found in a text; what they say of it is told by danger_marks.py."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.nlu.characters import lowered
from bot.nlu.errors import DictionaryMissing
from bot.nlu.lexicons import read_lexicon

CLAUSE = re.compile(r"[^\s,，。.!！?？;；:：、…~～]+")


def read_words(folder: Path) -> str:
    """Returns the word lists of a folder as one text.

    Raises:
        DictionaryMissing: there is none.
    """
    files = sorted(folder.glob("*.txt"))
    if not files:
        raise DictionaryMissing("no words of danger in the folder", folder=str(folder))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@dataclass(frozen=True)
class Word:
    """A word of the lexicon in a text: its group (`family` or `family_kind`), its clause's number, its place."""

    group: str
    clause: int
    start: int
    end: int

    @cached_property
    def family(self) -> str:
        """The group without its kind."""
        return self.group.partition("_")[0]


class DangerWords:
    """Finds the lexicon's words, the longest first."""

    def __init__(self, lexicon: str) -> None:
        """Reads the lexicon's text, `group: form form` a line; of a form in two groups the first counts."""
        self._groups = {form: group for group, form in reversed(list(read_lexicon(lexicon.lower(), "danger")))}
        lengths: dict[str, set[int]] = {}
        for form in self._groups:
            lengths.setdefault(form[0], set()).add(len(form))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def find(self, text: str) -> list[Word]:
        """Returns the words of a normalised text, in its order."""
        return [
            Word(group, number, clause.start() + start, clause.start() + end)
            for number, clause in enumerate(CLAUSE.finditer(lowered(text)))
            for group, start, end in self._in_clause(clause.group())
        ]

    def _in_clause(self, clause: str) -> Iterator[tuple[str, int, int]]:
        start = 0
        while start < len(clause):
            length = self._longest(clause, start)
            if length:
                yield self._groups[clause[start : start + length]], start, start + length
            start += length or 1

    def _longest(self, clause: str, start: int) -> int:
        """Returns the length of the longest form that begins at `start`, 0 for none."""
        for length in self._lengths.get(clause[start], ()):
            if start + length <= len(clause) and clause[start : start + length] in self._groups:
                return length
        return 0
