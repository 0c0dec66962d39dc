"""How fast one window may write: bursts are fine, floods are refused politely."""

from __future__ import annotations

import time

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
