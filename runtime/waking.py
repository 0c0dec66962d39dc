"""One place to wait for signals, pipes and time in a process without an event loop; it decides nothing."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from types import FrameType


@dataclass(frozen=True)
class Woken:
    """What came meanwhile: signals by number, and the file descriptors that can be read (or whose writer is gone)."""

    signals: frozenset[int]
    readable: frozenset[int]


class Waking:
    """Turns signals into bytes of a pipe, so that none is lost between two waits."""

    def __init__(self, *signals: signal.Signals) -> None:
        self.signals = signals
        self._read, self._write = os.pipe()
        for end in (self._read, self._write):
            os.set_blocking(end, False)
        self._before = {number: signal.signal(number, _heard) for number in signals}
        self._before_fd = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)

    def wait(self, pipes: Iterable[int], seconds: float | None) -> Woken:
        """Returns once something came, or after so many seconds."""
        readable = set(select.select([self._read, *pipes], [], [], seconds)[0])
        signals = frozenset(os.read(self._read, 4096)) if self._read in readable else frozenset()
        return Woken(signals, frozenset(readable - {self._read}))

    def close(self) -> None:
        """Leaves the signals as they were found; a forked child does it first of all."""
        signal.set_wakeup_fd(self._before_fd)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._read)
        os.close(self._write)


def _heard(number: int, frame: FrameType | None) -> None:
    """Is there so that the signal does not end the process; what it means is decided after `wait`."""
