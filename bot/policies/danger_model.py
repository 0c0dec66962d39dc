"""The safety gate's small classifier: which danger a text reports as present, or none.

It is linear, so that the same text is always told the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.nlu.characters import normalize
from bot.nlu.features import FeatureOptions, Sentence
from bot.nlu.linear import Examples, LinearModel, Training
from bot.policies.danger_marks import describe
from bot.policies.danger_words import DangerWords, Word

CALM = "calm"
# The label of a report whose kind nobody wrote down: training names it by the reports that have one.
UNNAMED = "danger"
_WORDS_FILE = "danger_words.txt"
# The sentence's `words` are families of danger words here: words of the language add nothing.
_OPTIONS = FeatureOptions(word_n=3, word_weight=0.3, concept_n=3, concept_weight=0.5, mark_weight=0.8)
# No calibration is asked of it: the gate compares margins.
_TRAINING = Training(folds=0, rarity_power=0.0)


@dataclass(frozen=True)
class Verdict:
    """How far a text is on the side of danger, the kind that fits best, and the words it spoke in."""

    margin: float
    kind: str
    words: tuple[Word, ...]


class DangerModel:
    """Judges texts as they were typed."""

    def __init__(self, lexicon: str, model: LinearModel) -> None:
        """Keeps the lexicon's text and the trained model."""
        self._lexicon = lexicon
        self._words = DangerWords(lexicon)
        self._model = model
        self._calm = model.intents.index(CALM)
        self._kinds = [intent for intent in model.intents if intent != CALM]

    @classmethod
    def train(cls, lexicon: str, rows: Sequence[tuple[str, str]]) -> DangerModel:
        """Learns from (text, kind) rows.

        Args:
            lexicon: the text of the word lists.
            rows: the kind is `CALM` without present danger, `UNNAMED` for a danger of unknown kind.
        """
        words = DangerWords(lexicon)
        sentences = [describe(plain, words.find(plain)) for plain in (normalize(text) for text, _ in rows)]
        labels = _named(sentences, [kind for _, kind in rows])
        return cls(lexicon, LinearModel.train(Examples(sentences, labels), _OPTIONS, _TRAINING))

    def judge(self, text: str) -> Verdict:
        """Returns the verdict on a text; a positive margin leans to danger."""
        plain = normalize(text)
        words = self._words.find(plain)
        margins = self._model.margins(describe(plain, words))
        kind = self._kinds[int(np.delete(margins, self._calm).argmax())]
        return Verdict(-float(margins[self._calm]), kind, tuple(words))

    def save(self, folder: Path) -> None:
        """Writes the model with its lexicon."""
        (folder / _WORDS_FILE).write_text(self._lexicon, encoding="utf-8")
        self._model.save(folder)

    @classmethod
    def load(cls, folder: Path) -> DangerModel:
        """Reads what `save` wrote."""
        return cls((folder / _WORDS_FILE).read_text(encoding="utf-8"), LinearModel.read(folder))


def _named(sentences: Sequence[Sentence], labels: Sequence[str]) -> list[str]:
    """Gives each unnamed danger the kind that a model of the named ones finds likeliest."""
    if UNNAMED not in labels:
        return list(labels)
    named = [number for number, label in enumerate(labels) if label not in (CALM, UNNAMED)]
    examples = Examples([sentences[number] for number in named], [labels[number] for number in named])
    kinds = LinearModel.train(examples, _OPTIONS, _TRAINING)
    return [
        kinds.intents[int(kinds.margins(sentence).argmax())] if label == UNNAMED else label
        for sentence, label in zip(sentences, labels, strict=True)
    ]
