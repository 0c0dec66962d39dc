"""What the parts of the reception are given of its house: the store and the time, for those that ask nothing else."""

from __future__ import annotations

from typing import Protocol

from runtime.clock import Clock
from runtime.postgres import Pool


class Room(Protocol):
    """What the reception works with, as far as most of its parts ask."""

    @property
    def pool(self) -> Pool:
        """The store."""

    @property
    def clock(self) -> Clock:
        """The time."""
