"""A circuit breaker: after several failures in a row nobody is asked for a while, then one call probes.

It counts only what the caller tells it and knows nothing of HTTP; time is given, so that tests do not wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class State(str, Enum):
    """Where the circuit stands."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True)
class Permit:
    """Leave for one call; `era` says since which change of the circuit, so that a straggler decides nothing later."""

    era: int
    probe: bool


class Breaker:
    """Guards one neighbour of one process."""

    def __init__(
        self, *, failures: int = 5, rest_s: float = 5.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Opens after `failures` in a row and probes after `rest_s` seconds."""
        self._limit = failures
        self._rest_s = rest_s
        self._monotonic = monotonic
        self._failed = 0
        self._opened_at: float | None = None
        self._probing = False
        self._era = 0

    @property
    def state(self) -> State:
        """Tells where the circuit stands now."""
        if self._opened_at is None:
            return State.CLOSED
        rested = self._monotonic() - self._opened_at >= self._rest_s
        return State.HALF_OPEN if rested else State.OPEN

    def allow(self) -> Permit | None:
        """Gives leave for a call; in the half-open state to the first caller only, who becomes the probe."""
        state = self.state
        if state is State.OPEN or (state is State.HALF_OPEN and self._probing):
            return None
        self._probing = state is State.HALF_OPEN
        return Permit(self._era, self._probing)

    def succeeded(self, permit: Permit) -> None:
        """Notes an answer: failures before it are forgotten, a good probe closes the circuit."""
        if permit.era != self._era:
            return
        self._failed = 0
        if permit.probe:
            self._turn(None)

    def failed(self, permit: Permit) -> None:
        """Notes a failure: the circuit opens after enough of them, and again after a failed probe."""
        if permit.era != self._era:
            return
        self._failed += 1
        if permit.probe or self._failed >= self._limit:
            self._turn(self._monotonic())

    def abandoned(self, permit: Permit) -> None:
        """Notes a call that ended without telling anything, such as a cancelled one: the next caller may probe."""
        if permit.era == self._era and permit.probe:
            self._probing = False

    def _turn(self, opened_at: float | None) -> None:
        self._era += 1
        self._opened_at, self._failed, self._probing = opened_at, 0, False
