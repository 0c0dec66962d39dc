"""A circuit breaker: after several failures in a row nobody is asked for a while, then one call probes.

It counts only what the caller tells it and knows nothing of HTTP; time is given, so that tests do not wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum


class State(str, Enum):
    """Where the circuit stands."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


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

    @property
    def state(self) -> State:
        """Tells where the circuit stands now."""
        if self._opened_at is None:
            return State.CLOSED
        rested = self._monotonic() - self._opened_at >= self._rest_s
        return State.HALF_OPEN if rested else State.OPEN

    def allow(self) -> bool:
        """Tells whether a call may go out; in the half-open state the first caller becomes the probe."""
        state = self.state
        if state is State.HALF_OPEN and not self._probing:
            self._probing = True
            return True
        return state is State.CLOSED

    def succeeded(self) -> None:
        """Notes an answer: the circuit closes."""
        self._failed, self._opened_at, self._probing = 0, None, False

    def failed(self) -> None:
        """Notes a failure: the circuit opens after enough of them, and again after a failed probe."""
        self._failed += 1
        if self._probing or self._failed >= self._limit:
            self._opened_at = self._monotonic()
        self._probing = False

    def abandoned(self) -> None:
        """Notes a call that ended without telling anything, such as a cancelled one: the next caller may probe."""
        self._probing = False
