"""Keeps signed pushes from being played again: a time window, and each nonce good for one message only."""

from __future__ import annotations

import time
from collections import OrderedDict

from connectors.shared.errors import Forbidden
from runtime.clock import Clock

_MOST_NONCES = 20_000


class ReplayGuard:
    """Remembers which message each signature came with; a retry of the same message may bring it again."""

    def __init__(self, clock: Clock, *, window_seconds: float) -> None:
        self._clock = clock
        self._window = window_seconds
        self._seen: OrderedDict[str, str] = OrderedDict()

    def check_time(self, timestamp: str) -> None:
        """Compares a platform's epoch seconds with our time, and with the machine's: a platform knows no demo clock.

        Raises:
            Forbidden: `door.timestamp.old`.
        """
        now = (self._clock.now().timestamp(), time.time())
        near = timestamp.isdecimal() and len(timestamp) <= 15 and any(self._near(int(timestamp), at) for at in now)
        if not near:
            raise Forbidden("door.timestamp.old", "The message's time is not now; it may be a replay.")

    def check_once(self, signature: str, message: str) -> None:
        """Lets a signature come with one message only.

        Raises:
            Forbidden: `door.replayed`.
        """
        if self._seen.setdefault(signature, message) != message:
            raise Forbidden("door.replayed", "This signature came with another message before.")
        if len(self._seen) > _MOST_NONCES:
            self._seen.popitem(last=False)

    def _near(self, at: float, now: float) -> bool:
        return abs(now - at) <= self._window
