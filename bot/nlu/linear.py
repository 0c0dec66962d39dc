"""A linear model over n-grams with calibrated confidence, as plain arrays; it is trained by scikit-learn and runs without it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.features import FeatureOptions, FeatureSpace, Floats, LearnedSpace, Sentence

_MODEL_FILE, _ARRAYS_FILE, _WEIGHTS_FILE = "model.json", "arrays.npz", "weights.npy"


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
        from scipy.optimize import minimize  # heavy, and needed for training only

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

    regularization: float = 1.0
    rarity_power: float = 0.3
    folds: int = 4
    seed: int = 7


@dataclass(frozen=True)
class Examples:
    """Labelled sentences; `group` names the sentence that a variant was made from, -1 a sentence of its own.

    Variants are learned from together with their original and never judged: no fold is measured on what it was taught.
    """

    sentences: Sequence[Sentence]
    labels: Sequence[str]
    groups: Sequence[int] = ()


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
        cls, examples: Examples, options: FeatureOptions, training: Training, leaning: Mapping[str, float] | None = None
    ) -> LinearModel:
        """Trains on all sentences; the calibration comes from margins on folds held out.

        Args:
            examples: what to learn from.
            options: what is seen of a sentence.
            training: how to learn.
            leaning: what is added to the margins of some intents: an intent taken too seldom is helped.
        """
        intents = sorted(set(examples.labels))
        position = {intent: number for number, intent in enumerate(intents)}
        targets = np.array([position[label] for label in examples.labels])
        lean = np.array([(leaning or {}).get(intent, 0.0) for intent in intents], dtype=np.float32)
        calibration = _calibrate(examples, targets, options, training, lean)
        space, weights, bias = _separate(examples.sentences, targets, options, training)
        return cls(space, intents, weights, bias + lean, calibration)

    def margins(self, sentence: Sentence) -> Floats:
        """Returns how far each intent's separator puts the sentence on its side, in the order of `intents`."""
        positions, values = self._space.vector(sentence)
        result: Floats = self._bias + values @ self._weights[positions]
        return result

    def rank(self, sentence: Sentence) -> list[tuple[str, float]]:
        """Returns every intent with its confidence, the likeliest first."""
        margins = self.margins(sentence)
        confidences = self._calibration.confidences(margins)
        order = np.argsort(-confidences, kind="stable")
        return [(self.intents[position], float(confidences[position])) for position in order]

    def save(self, folder: Path) -> None:
        """Writes the model as JSON and arrays; nothing in it is code. The weights lie unpacked, to be mapped.

        Raises:
            TypeError: it was read, and has its n-grams no longer.
        """
        if not isinstance(self._space, LearnedSpace):
            raise TypeError("a model that was read cannot be written again: it has numbers for its n-grams")
        record = {
            "intents": self.intents,
            "options": asdict(self._space.options),
            "calibration": asdict(self._calibration),
            "vocabulary": self._space.vocabulary,
        }
        (folder / _MODEL_FILE).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        np.savez_compressed(folder / _ARRAYS_FILE, idf=self._space.idf, bias=self._bias)
        np.save(folder / _WEIGHTS_FILE, self._weights, allow_pickle=False)

    @classmethod
    def read(cls, folder: Path) -> LinearModel:
        """Reads what `save` wrote; of the weights only what is used comes into memory, once for all workers."""
        # A view without numpy's bookkeeping of the file, which each look-up would pay for.
        weights = np.asarray(np.load(folder / _WEIGHTS_FILE, mmap_mode="r", allow_pickle=False))
        record = json.loads((folder / _MODEL_FILE).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS_FILE, allow_pickle=False) as arrays:
            space = FeatureSpace(FeatureOptions(**record["options"]), record["vocabulary"], arrays["idf"])
            calibration = Calibration(**record["calibration"])
            return cls(space, record["intents"], weights, arrays["bias"], calibration)


def _separate(
    sentences: Sequence[Sentence], targets: NDArray[np.int64], options: FeatureOptions, training: Training
) -> tuple[FeatureSpace, Floats, Floats]:
    from sklearn.svm import LinearSVC  # heavy, and needed for training only

    space = FeatureSpace.learn(sentences, options)
    weight = _rarity(targets, training.rarity_power)
    separator = LinearSVC(C=training.regularization, class_weight=weight, random_state=training.seed)
    separator.fit(space.matrix(sentences), targets)
    weights, bias = separator.coef_.T, separator.intercept_
    if weights.shape[1] == 1:  # two intents have one separator between them
        weights, bias = np.hstack([-weights, weights]), np.hstack([-bias, bias])
    return space, np.ascontiguousarray(weights, dtype=np.float32), bias.astype(np.float32)


def _rarity(targets: NDArray[np.int64], power: float) -> dict[int, float]:
    """Weights of the classes: a class half as large counts `2 ** power` times as much a sentence."""
    counts = np.bincount(targets)
    return {target: float((counts.mean() / count) ** power) for target, count in enumerate(counts) if count}


def _calibrate(
    examples: Examples, targets: NDArray[np.int64], options: FeatureOptions, training: Training, lean: Floats
) -> Calibration:
    from sklearn.model_selection import StratifiedKFold  # heavy, and needed for training only

    groups = np.array(examples.groups) if len(examples.groups) else np.full(len(targets), -1)
    own = np.flatnonzero(groups < 0)
    folds = min(training.folds, int(np.bincount(targets[own], minlength=int(targets.max()) + 1).min()))
    if folds < 2:  # too little to hold anything out: the cautious default stays
        return Calibration()
    margins = np.zeros((len(own), int(targets.max()) + 1), dtype=np.float32)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=training.seed)
    for known, unseen in splitter.split(own, targets[own]):
        taught = _with_variants(own[known], groups)
        space, weights, bias = _separate([examples.sentences[i] for i in taught], targets[taught], options, training)
        margins[unseen] = space.matrix([examples.sentences[i] for i in own[unseen]]) @ weights + bias + lean
    return Calibration.fit(margins, targets[own])


def _with_variants(known: NDArray[np.int64], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    variants = np.flatnonzero(np.isin(groups, known))
    return np.concatenate([known, variants])
