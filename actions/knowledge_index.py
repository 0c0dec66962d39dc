"""The search over the curated answers: characters, sounds and words of the trade, weighed; built once, in a second.

No model is trained: every way of asking is a document, and a message is near the one it shares rare pieces with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from actions.knowledge_base import Entry, KnowledgeBase
from actions.knowledge_views import View
from actions.wording import plain
from runtime.readings import readings
from runtime.scripts import convert


@dataclass(frozen=True)
class Weights:
    """How much each view of a text counts; chosen on the tuning questions of bench/knowledge."""

    characters: float = 1.0
    sounds: float = 0.5
    concepts: float = 0.5
    # how much the mean of an entry's three nearest questions adds to the nearest one
    neighbours: float = 0.5


@dataclass(frozen=True)
class Hit:
    """An entry and how near it is, from 0 to about 1."""

    entry: Entry
    score: float


class KnowledgeIndex:
    """Finds the entries a message may ask for."""

    def __init__(self, base: KnowledgeBase, weights: Weights = Weights()) -> None:
        """Reads every way of asking into the three views."""
        self.base = base
        self._weights = weights
        fillers = sorted(base.fillers, key=len, reverse=True)
        self._fillers = re.compile("|".join(map(re.escape, fillers))) if fillers else None
        self._concepts = {
            plain(_simplified(phrase)): name for name, phrases in base.concepts.items() for phrase in phrases
        }
        # Slips of sound keep their concept; one syllable would be too many words at once.
        self._heard = {_sounded(phrase): name for phrase, name in self._concepts.items() if len(phrase) > 1}
        asked = [(number, text) for number, entry in enumerate(base.entries) for text in entry.asked]
        texts = [self.bare(text) for _, text in asked]
        self._owner = np.array([number for number, _ in asked])
        self._exact = {text: self._owner[place] for place, text in enumerate(texts)}
        ways = ((weights.characters, _pieces), (weights.sounds, _sounds), (weights.concepts, self._named))
        whole = sum(weight for weight, _ in ways)
        self._views = [View.learn([seen(text) for text in texts], seen, weight / whole) for weight, seen in ways]

    def bare(self, text: str) -> str:
        """The text in simplified characters, without blanks, punctuation and words that mean nothing."""
        said = plain(_simplified(text))
        without = self._fillers.sub("", said) if self._fillers else said
        return without or said

    def search(self, text: str, favour: Mapping[str, float] = {}) -> list[Hit]:  # noqa: B006  # read only
        """Lists the entries, the nearest first; `favour` adds to the score of entries by id."""
        said = self.bare(text)
        likeness = np.zeros(len(self._owner))
        for view in self._views:
            view.add(said, likeness)
        scores = self._by_entry(likeness)
        if said in self._exact:
            scores[self._exact[said]] += 1.0
        for number, entry in enumerate(self.base.entries):
            scores[number] += favour.get(entry.id, 0.0)
        best = np.argsort(-scores)[:8]
        return [Hit(self.base.entries[number], float(scores[number])) for number in best]

    def _by_entry(
        self, likeness: np.ndarray[tuple[int], np.dtype[np.float64]]
    ) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """The nearest question of each entry counts, and a little the two next: many like it are better than one."""
        scores = np.zeros(len(self.base.entries))
        order = np.argsort(-likeness)
        taken = np.zeros(len(scores), dtype=int)
        for place in order[:400]:
            owner = self._owner[place]
            if taken[owner] < _NEAREST:
                share = 1.0 if taken[owner] == 0 else self._weights.neighbours / (_NEAREST - 1)
                scores[owner] += share * likeness[place]
                taken[owner] += 1
        return scores / (1.0 + self._weights.neighbours)

    def _named(self, text: str) -> list[str]:
        heard = _sounded(text)
        by_sound = (name for sound, name in self._heard.items() if sound in heard)
        return [*{name for phrase, name in self._concepts.items() if phrase in text}.union(by_sound)]


_NEAREST = 3


def _pieces(text: str) -> list[str]:
    return [text[start : start + size] for size in (1, 2) for start in range(len(text) - size + 1)]


def _sounded(text: str) -> str:
    """The syllables between blanks, so that one phrase is found inside another and never inside a syllable."""
    return f" {' '.join(_syllables(text))} "


def _sounds(text: str) -> list[str]:
    """Syllables without tone, alone and in pairs, the ends that dialects do not tell apart made one."""
    said = _syllables(text)
    return [*said, *(f"{first} {second}" for first, second in zip(said, said[1:], strict=False))]


@lru_cache(maxsize=8192)
def _syllables(text: str) -> tuple[str, ...]:
    """Both views of sounds ask for the same text one after the other."""
    return tuple(_dull(sound) for sound in readings().of_text(text))


def _dull(sound: str) -> str:
    for precise, merged in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if sound.startswith(precise):
            sound = merged + sound[2:]
    return sound[:-1] if sound.endswith("ng") else sound


def _simplified(text: str) -> str:
    return convert(text, "t2s")


def near(hits: Iterable[Hit], *, within: float) -> list[Hit]:
    """The hits that are nearly as near as the first one."""
    found = list(hits)
    return [hit for hit in found if found[0].score - hit.score <= within]
