"""What the classifier sees of a sentence: characters, sounds, words and concepts as weighted n-grams; it knows no intent."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.sounds import sounds
from bot.nlu.vocabulary import PackedVocabulary

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]

# Which number it is tells no intent; how long it is does: a month or a count, or a number of somebody.
_LONG_NUMBER, _SHORT_NUMBER = re.compile(r"\d[\d\- ]{4,}\d"), re.compile(r"\d+")
_SPOKEN_NUMBER = re.compile(r"[零〇一二三四五六七八九幺两洞拐]{5,}")
# Emphasis: 啊啊啊啊 is 啊 and !!! is !, but 谢谢 and 人人 stay.
_EMPHASIS = re.compile(r"([\u4e00-\u9fff])\1{2,}|([?!])\2+")
_NOISE = re.compile(r"[^\w\u4e00-\u9fff?!]+")
_HALF_WIDTH = str.maketrans("\uff1f\uff01", "?!")
_EDGE = "|"


@dataclass(frozen=True)
class FeatureOptions:
    """How many neighbours count together, and how much each view of the sentence weighs."""

    char_n: int = 2
    sound_n: int = 2
    word_n: int = 2
    concept_n: int = 2
    char_weight: float = 1.0
    sound_weight: float = 0.7
    word_weight: float = 0.5
    concept_weight: float = 0.5
    mark_weight: float = 0.5
    min_count: int = 2
    merged_sounds: bool = True


@dataclass(frozen=True)
class Sentence:
    """One normalised text, its words, the concepts found in it in their order, and marks of any other kind."""

    text: str
    words: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


class FeatureSpace:
    """A vocabulary of n-grams learned from sentences, and sentences as vectors in it."""

    def __init__(self, options: FeatureOptions, vocabulary: Iterable[str], idf: Floats) -> None:
        """Keeps the numbers of the n-grams, not the n-grams."""
        self.options = options
        self.idf = idf
        self._index = PackedVocabulary(vocabulary)

    @classmethod
    def learn(cls, sentences: Sequence[Sentence], options: FeatureOptions) -> LearnedSpace:
        """Learns the n-grams that stand in at least `min_count` sentences, and how rare each is."""
        counts: Counter[str] = Counter()
        for sentence in sentences:
            counts.update({gram for grams, _ in views(sentence, options) for gram in grams})
        vocabulary = sorted(gram for gram, count in counts.items() if count >= options.min_count)
        total = len(sentences)
        idf = np.array([math.log((1 + total) / (1 + counts[gram])) + 1 for gram in vocabulary], dtype=np.float32)
        return LearnedSpace(options, vocabulary, idf)

    def vector(self, sentence: Sentence) -> tuple[Indices, Floats]:
        """Returns the positions and weights of a sentence's known n-grams; each view has its own length."""
        seen = list(views(sentence, self.options))
        found = self._index.find([gram for grams, _ in seen for gram in grams])
        rarities = self.idf[found].tolist()  # of -1, too, which nobody reads
        numbers = found.tolist()
        positions: list[int] = []
        weights: list[float] = []
        end = 0
        for grams, weight in seen:
            start, end = end, end + len(grams)
            rarity = dict(zip(numbers[start:end], rarities[start:end], strict=True))
            known = Counter(number for number in numbers[start:end] if number >= 0)
            values = [(1 + math.log(count)) * rarity[position] for position, count in known.items()]
            norm = math.sqrt(sum(value * value for value in values))
            positions.extend(known)
            weights.extend(weight * value / norm for value in values)
        return np.array(positions, dtype=np.int64), np.array(weights, dtype=np.float32)

    def matrix(self, sentences: Sequence[Sentence]) -> csr_matrix:
        """Returns the sentences as rows."""
        from scipy.sparse import csr_matrix  # heavy, and needed for training only

        rows = [self.vector(sentence) for sentence in sentences]
        pointers = np.cumsum([0, *(len(positions) for positions, _ in rows)])
        positions = np.concatenate([row[0] for row in rows]) if rows else np.array([], dtype=np.int64)
        weights = np.concatenate([row[1] for row in rows]) if rows else np.array([], dtype=np.float32)
        return csr_matrix((weights, positions, pointers), shape=(len(rows), len(self._index)))


class LearnedSpace(FeatureSpace):
    """A space just learned, which still has the n-grams themselves, to be saved."""

    def __init__(self, options: FeatureOptions, vocabulary: Sequence[str], idf: Floats) -> None:
        super().__init__(options, vocabulary, idf)
        self.vocabulary = tuple(vocabulary)


def views(sentence: Sentence, options: FeatureOptions) -> Iterator[tuple[list[str], float]]:
    """Gives the views of a sentence as n-grams, each with its weight."""
    text = plain(sentence.text)
    yield _grams("c", [_EDGE, *text, _EDGE], options.char_n), options.char_weight
    syllables = sounds(text, merged=options.merged_sounds)
    yield _grams("s", [_EDGE, *syllables, _EDGE], options.sound_n), options.sound_weight
    words = [word for word in (plain(word) for word in sentence.words) if word]
    yield _grams("w", words, options.word_n), options.word_weight
    yield _grams("k", sentence.concepts, options.concept_n), options.concept_weight
    yield _grams("m", sentence.marks, 1), options.mark_weight


def plain(text: str) -> str:
    """Returns what the classifier reads of a normalised text: numbers by their length, no emphasis, no ornaments."""
    text = _SPOKEN_NUMBER.sub("N", text.lower().translate(_HALF_WIDTH))
    text = _SHORT_NUMBER.sub("n", _LONG_NUMBER.sub("N", text))
    return _NOISE.sub(" ", _EMPHASIS.sub(lambda match: match[1] or match[2], text)).strip()


def _grams(view: str, units: Sequence[str], longest: int) -> list[str]:
    grams = [f"{view}:{unit}" for unit in units]
    for size in range(2, longest + 1):
        grams += [f"{view}:{' '.join(units[start : start + size])}" for start in range(len(units) - size + 1)]
    return grams


def options_of(values: dict[str, Any]) -> FeatureOptions:
    """Reads the options out of a component's configuration, leaving the rest alone."""
    known = FeatureOptions.__dataclass_fields__
    return FeatureOptions(**{name: value for name, value in values.items() if name in known})
