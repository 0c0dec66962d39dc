"""How fast one window may write: bursts are fine, floods are refused politely."""

from __future__ import annotations

import time
from collections import OrderedDict

from connectors.shared.errors import TooMany


class Pace:
    """A token bucket: `burst` messages at once, then `per_second`."""

    def __init__(self, *, burst: int = 20, per_second: float = 2.0) -> None:
        self._burst = burst
        self._per_second = per_second
        self._left = float(burst)
        self._at = time.monotonic()

    def step(self) -> None:
        """Counts one message.

        Raises:
            TooMany: `web.rate.limited`; the message was not taken.
        """
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            raise TooMany("web.rate.limited", "Too many messages at once; wait a moment and send again.")
        self._left -= 1


class Paces:
    """The pace of each visitor who has no socket; who has not written for long is forgotten first."""

    def __init__(self, *, most: int = 10_000) -> None:
        self._paces: OrderedDict[str, Pace] = OrderedDict()
        self._most = most

    def of(self, visitor_id: str) -> Pace:
        """Returns the visitor's pace."""
        pace = self._paces.setdefault(visitor_id, Pace())
        self._paces.move_to_end(visitor_id)
        if len(self._paces) > self._most:
            self._paces.popitem(last=False)
        return pace
