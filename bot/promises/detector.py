"""Which words of an agent promise the customer something until when: a dictionary and a clock, no model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot.nlu.characters import normalize
from bot.promises.moments import moments, words

_SENTENCES = re.compile(r"[^。！!；;\n]+[。！!；;]?")
_CLAUSES = re.compile(r"[，,、]")
_LONGEST = 120
_REFUSALS = ("denials", "questions", "rules", "past", "conditions")


@dataclass(frozen=True)
class Found:
    """A promise: the words it stands in, and the moment it is due."""

    text: str
    due_at: datetime


def find(line: str, now: datetime) -> list[Found]:
    """Finds the promises of a line; of one sentence the first named time counts, and the rest of it explains."""
    return [found for sentence in _SENTENCES.findall(line) for found in _of_sentence(sentence.strip(), now)]


def _of_sentence(sentence: str, now: datetime) -> Iterator[Found]:
    said = normalize(sentence)
    named = moments(said, now)
    if not named:
        return
    for moment in named:
        before, after = _around(said, moment.start, moment.end)
        if _binds(before, said[moment.start : moment.end], after) and not _shapes()["questions"].search(said):
            yield Found(sentence[:_LONGEST], moment.due)
            return


def _around(said: str, start: int, end: int) -> tuple[str, str]:
    """What stands before the time in its clause (or, where that is short, in the one before), and what follows it."""
    parts = _CLAUSES.split(said[:start])
    before = parts[-1] if parts[-1].strip() or len(parts) == 1 else f"{parts[-2]},"
    return before, said[end:]


def _binds(before: str, moment: str, after: str) -> bool:
    """Whether the company does something by that time: a deed beside it, and nothing that takes it back."""
    clauses = _CLAUSES.split(after)
    near = clauses[0] if _says_deed(clauses[0]) or len(clauses) == 1 else ",".join(clauses[:2])
    sense = f"{before}{moment}{near}"
    shapes = _shapes()
    if not (_says_deed(near) or _says_deed(before) or shapes["arrivals"].search(near)):
        return False
    if any(shapes[name].search(sense) for name in _REFUSALS):
        return False
    return not shapes["customers"].search(sense) or bool(shapes["ours"].search(f"{before}|{near}"))


def _says_deed(text: str) -> bool:
    return bool(_shapes()["deeds"].search(text))


@lru_cache(maxsize=1)
def _shapes() -> Mapping[str, re.Pattern[str]]:
    book = words()
    shapes = {name: re.compile(book[name]) for name in (*_REFUSALS, "customers", "ours", "arrivals")}
    return {**shapes, "deeds": re.compile("|".join(book["deeds"]))}
