"""How a customer feels, read from their words alone: word lists, marks, repetition, and whether it gets worse.

It is deterministic and asks no model, so that the same words are always read the same and a person can see why. It
decides nothing; what follows on anger stands in the triggers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from handoff.rules import read_rules
from runtime.scripts import convert

_FOLDER = Path(__file__).parent
_FILE = "words.yml"

_SHOUT = re.compile(r"[!]{2,}|[!?]*(?:\?!|!\?)[!?]*")
_MARK = re.compile(r"!")
_NOISE = re.compile(r"[\W_]+")
_TWICE = re.compile(r"(\w{2,6})\1+")


class Mood(IntEnum):
    """What `conversations.mood` holds."""

    CONTENT = 0
    NEUTRAL = 1
    ANNOYED = 2
    ANGRY = 3


class Shade(str, Enum):
    """The lists of words."""

    FURIOUS = "furious"
    SHARP = "sharp"
    ANNOYED = "annoyed"
    ADDRESSED = "addressed"
    CONTENT = "content"
    CALM = "calm"


_WEIGHT: Mapping[Shade, float] = {Shade.FURIOUS: 3.0, Shade.SHARP: 1.25, Shade.ANNOYED: 1.5}
# From here on it is annoyance, and anger.
_ANNOYED, _ANGRY = 1.25, 3.0
_SHOUTED, _CALLED, _REPEATED, _WORSE = 1.0, 0.5, 1.0, 1.0


@dataclass(frozen=True)
class Reading:
    """A mood, and the words and marks it was read from."""

    mood: Mood
    score: float
    signs: tuple[str, ...] = ()


@dataclass(frozen=True)
class MoodReader:
    """Reads with one set of lists."""

    shades: Mapping[Shade, re.Pattern[str]]

    def read(self, text: str, before: Sequence[str] = ()) -> Reading:
        """Reads the mood of a message; `before` are the customer's last ones, oldest first."""
        alone, signs = self._score(text)
        score = alone + self._worse(text, alone, before)
        if score >= _ANGRY:
            mood = Mood.ANGRY
        elif score >= _ANNOYED:
            mood = Mood.ANNOYED
        else:
            content = self._found(Shade.CONTENT, self._plain(text))
            mood = Mood.CONTENT if content and not alone else Mood.NEUTRAL
        return Reading(mood, score, signs)

    def _score(self, text: str) -> tuple[float, tuple[str, ...]]:
        plain = self._plain(text)
        found = {shade: self._found(shade, plain) for shade in _WEIGHT}
        score = 0.0
        for shade, words in found.items():
            # The second sign of a kind counts; a long list of them does not count without end.
            score += _WEIGHT[shade] * (min(len(words), 2) if shade is not Shade.ANNOYED else min(len(words), 1))
        score += self._shouted(plain, score)
        return score, tuple(word for words in found.values() for word in words)

    def _shouted(self, plain: str, score: float) -> float:
        """A shout at somebody is anger, unless it is thanks; a single mark only sharpens what is said."""
        if not _SHOUT.search(plain):
            return _CALLED if score and _MARK.search(plain) else 0.0
        if score:
            return _SHOUTED + _CALLED
        thanks = self._found(Shade.CONTENT, plain)
        return _ANGRY if self._found(Shade.ADDRESSED, plain) and not thanks else 0.0

    def _worse(self, text: str, alone: float, before: Sequence[str]) -> float:
        """What is said again, louder or after annoyance weighs more."""
        plain = self._plain(text)
        bare = _NOISE.sub("", plain)
        again = sum(1 for said in before[-3:] if bare and _alike(bare, _NOISE.sub("", self._plain(said))))
        score = _REPEATED * min(again, 2) if len(bare) > 1 else 0.0
        if _TWICE.search(bare) and alone:
            score += _CALLED
        if before and alone >= _ANNOYED and self._score(before[-1])[0] >= _ANNOYED:
            score += _WORSE
        if score and not alone and _SHOUT.search(plain):
            score += _SHOUTED
        return score

    def _found(self, shade: Shade, plain: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(found.group() for found in self.shades[shade].finditer(plain)))

    def _plain(self, text: str) -> str:
        """Simplified, half-width, lower case, without what only looks like a word of anger."""
        plain = simplified(unicodedata.normalize("NFKC", text)).lower()
        return self.shades[Shade.CALM].sub("", plain)


@lru_cache(maxsize=1)
def mood_reader() -> MoodReader:
    """The reader with the lists beside this module, read once in a process. Raises RulesError."""
    return read_rules(_FILE, parse_words, _FOLDER)


def parse_words(raw: dict[str, Any]) -> MoodReader:
    """Reads the lists: each line an expression."""
    return MoodReader({shade: re.compile("|".join(f"(?:{line})" for line in raw[shade.value])) for shade in Shade})


def _alike(text: str, other: str) -> bool:
    """Whether two messages say the same: equal, or one holds the other with little more."""
    short, long = sorted((text, other), key=len)
    return len(short) > 1 and short in long and len(long) <= 3 * len(short)


def simplified(text: str) -> str:
    """Returns the text in Simplified characters."""
    return convert(text, "t2s")
