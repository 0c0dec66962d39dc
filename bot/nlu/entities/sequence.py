"""A linear chain over characters: it learns which stretches are entities; trained and run by python-crfsuite."""

from __future__ import annotations

import ctypes
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pycrfsuite

from bot.nlu.entities.shapes import Scene, shapes, stretches

_MODEL_FILE = "sequence.crfsuite"
_SEED = 7


@dataclass(frozen=True)
class SequenceTraining:
    """How the chain is trained: passive-aggressive rounds, and how often a feature must be seen.

    The same features by L-BFGS gain nothing and take four times as long (docs/nlu.md).
    """

    iterations: int = 15
    min_count: int = 2


class SequenceModel:
    """Labels the characters of a scene."""

    def __init__(self, trained: bytes) -> None:
        """Opens a trained model, kept in memory."""
        self._trained = trained
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(trained)

    @classmethod
    def train(cls, scenes: Iterable[tuple[Scene, list[str]]], training: SequenceTraining) -> SequenceModel:
        """Learns from scenes and the labels of their characters."""
        trainer = pycrfsuite.Trainer(algorithm="pa", verbose=False)
        trainer.set_params(
            {
                "max_iterations": training.iterations,
                "feature.minfreq": training.min_count,
                "feature.possible_transitions": True,
            }
        )
        for scene, tags in scenes:
            trainer.append(shapes(scene), tags)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / _MODEL_FILE
            ctypes.CDLL(None).srand(_SEED)  # crfsuite shuffles by the C library's rand: the same data, the same model
            trainer.train(str(file))
            return cls(file.read_bytes())

    def find(self, scene: Scene) -> list[tuple[str, int, int]]:
        """Returns (entity, start, end) of the likeliest labels."""
        return stretches(self._tagger.tag(shapes(scene))) if scene.text else []

    def save(self, folder: Path) -> None:
        """Writes the model."""
        (folder / _MODEL_FILE).write_bytes(self._trained)

    @classmethod
    def read(cls, folder: Path) -> SequenceModel | None:
        """Reads what `save` wrote; None when no entity was ever marked."""
        file = folder / _MODEL_FILE
        return cls(file.read_bytes()) if file.is_file() else None
