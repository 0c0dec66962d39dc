"""A vocabulary that knows the number of each n-gram and no longer its letters: 12 bytes each instead of 200."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from bot.nlu.errors import ModelIncomplete


class PackedVocabulary:
    """Finds n-grams by Python's own 64-bit hash, seeded anew in each process and the same in its forks.

    That an unknown n-gram is taken for a known one has, with 100,000 of them, a chance of one in 10**14. As numbers in an
    array they are no objects: nothing counts references to them, so the pages stay shared between forked workers.
    """

    def __init__(self, grams: Iterable[str]) -> None:
        """Keeps the hashes, sorted, and where each stood.

        Raises:
            ModelIncomplete: two n-grams have one hash; with the next process's seed they will not.
        """
        hashes = np.fromiter(map(hash, grams), dtype=np.int64)
        order = np.argsort(hashes, kind="stable").astype(np.int32)
        self._hashes: NDArray[np.int64] = hashes[order]
        self._order: NDArray[np.int32] = order
        if len(hashes) and bool((self._hashes[1:] == self._hashes[:-1]).any()):
            raise ModelIncomplete("two n-grams have the same hash, or the vocabulary names one twice; start again")

    def __len__(self) -> int:
        """How many it knows."""
        return len(self._order)

    def find(self, grams: list[str]) -> NDArray[np.int32]:
        """Returns the number of each n-gram, in their order; -1 for one it does not know."""
        if not grams or not len(self):
            return np.full(len(grams), -1, dtype=np.int32)
        wanted = np.fromiter(map(hash, grams), dtype=np.int64, count=len(grams))
        places = self._hashes.searchsorted(wanted)
        places[places == len(self)] = 0
        return np.where(self._hashes[places] == wanted, self._order[places], -1)
