"""A linear model over n-grams with calibrated confidence, as plain arrays; it is trained by scikit-learn and runs without it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.nlu.features import FeatureOptions, FeatureSpace, Floats, Sentence

_MODEL_FILE, _ARRAYS_FILE = "model.json", "arrays.npz"


@dataclass(frozen=True)
class Calibration:
    """Turns margins into confidences: a softmax of some sharpness with one more, silent class at a fixed margin.

    The silent class takes the confidence when no intent has a good margin, which a plain softmax hides.
    """

    sharpness: float = 3.0
    silent_margin: float = -0.5

    def confidences(self, margins: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Returns the confidences along the last axis; they add up to less than one."""
        logits = self.sharpness * np.asarray(margins, dtype=np.float64)
        silent = self.sharpness * self.silent_margin
        top = np.maximum(logits.max(axis=-1, keepdims=True), silent)
        powers = np.exp(logits - top)
        result: NDArray[np.float64] = powers / (powers.sum(axis=-1, keepdims=True) + np.exp(silent - top))
        return result

    @classmethod
    def fit(cls, margins: Floats, right: NDArray[np.int64]) -> Calibration:
        """Finds the calibration under which the first intent's confidence says how often it is right.

        Args:
            margins: margins of sentences the model had not seen.
            right: the position of each one's true intent.
        """
        hit = margins.argmax(axis=1) == right

        def loss(parameters: NDArray[np.float64]) -> float:
            candidate = cls(float(np.exp(parameters[0])), float(parameters[1]))
            top = candidate.confidences(margins).max(axis=1).clip(1e-6, 1 - 1e-6)
            return float(-np.where(hit, np.log(top), np.log(1 - top)).mean())

        best = minimize(loss, x0=np.array([np.log(3.0), -0.5]), method="Nelder-Mead").x
        return cls(float(np.exp(best[0])), float(best[1]))


@dataclass(frozen=True)
class Training:
    """How the linear model is trained."""

    regularization: float = 0.5
    folds: int = 5
    seed: int = 7


class LinearModel:
    """Intents scored by margins of one-against-all linear separators."""

    def __init__(
        self, space: FeatureSpace, intents: Sequence[str], weights: Floats, bias: Floats, calibration: Calibration
    ) -> None:
        self.intents = tuple(intents)
        self._space = space
        self._weights = weights
        self._bias = bias
        self._calibration = calibration

    @classmethod
    def train(
        cls, sentences: Sequence[Sentence], labels: Sequence[str], options: FeatureOptions, training: Training
    ) -> LinearModel:
        """Trains on all sentences; the calibration comes from margins on folds held out."""
        intents = sorted(set(labels))
        targets = np.array([intents.index(label) for label in labels])
        calibration = _calibrate(sentences, targets, options, training)
        space, weights, bias = _separate(sentences, targets, options, training)
        return cls(space, intents, weights, bias, calibration)

    def rank(self, sentence: Sentence) -> list[tuple[str, float]]:
        """Returns every intent with its confidence, the likeliest first."""
        positions, values = self._space.vector(sentence)
        margins = self._bias + values @ self._weights[positions]
        confidences = self._calibration.confidences(margins)
        order = np.argsort(-confidences, kind="stable")
        return [(self.intents[position], float(confidences[position])) for position in order]

    def save(self, folder: Path) -> None:
        """Writes the model as JSON and arrays; nothing in it is code."""
        record = {
            "intents": self.intents,
            "options": asdict(self._space.options),
            "calibration": asdict(self._calibration),
            "vocabulary": self._space.vocabulary,
        }
        (folder / _MODEL_FILE).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        np.savez_compressed(folder / _ARRAYS_FILE, idf=self._space.idf, weights=self._weights, bias=self._bias)

    @classmethod
    def read(cls, folder: Path) -> LinearModel:
        """Reads what `save` wrote."""
        record = json.loads((folder / _MODEL_FILE).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS_FILE, allow_pickle=False) as arrays:
            space = FeatureSpace(FeatureOptions(**record["options"]), record["vocabulary"], arrays["idf"])
            calibration = Calibration(**record["calibration"])
            return cls(space, record["intents"], arrays["weights"], arrays["bias"], calibration)


def _separate(
    sentences: Sequence[Sentence], targets: NDArray[np.int64], options: FeatureOptions, training: Training
) -> tuple[FeatureSpace, Floats, Floats]:
    from sklearn.svm import LinearSVC  # heavy, and needed for training only

    space = FeatureSpace.learn(sentences, options)
    separator = LinearSVC(C=training.regularization, random_state=training.seed)
    separator.fit(space.matrix(sentences), targets)
    weights, bias = separator.coef_.T, separator.intercept_
    if weights.shape[1] == 1:  # two intents have one separator between them
        weights, bias = np.hstack([-weights, weights]), np.hstack([-bias, bias])
    return space, np.ascontiguousarray(weights, dtype=np.float32), bias.astype(np.float32)


def _calibrate(
    sentences: Sequence[Sentence], targets: NDArray[np.int64], options: FeatureOptions, training: Training
) -> Calibration:
    from sklearn.model_selection import StratifiedKFold  # heavy, and needed for training only

    folds = min(training.folds, int(np.bincount(targets).min()))
    if folds < 2:  # too little to hold anything out: the cautious default stays
        return Calibration()
    margins = np.zeros((len(targets), int(targets.max()) + 1), dtype=np.float32)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=training.seed)
    for known, unseen in splitter.split(targets, targets):
        space, weights, bias = _separate([sentences[i] for i in known], targets[known], options, training)
        margins[unseen] = space.matrix([sentences[i] for i in unseen]) @ weights + bias
    return Calibration.fit(margins, targets)
