"""What SIGHUP means here: the terminal this process was started at is gone, or somebody asks for something."""

from __future__ import annotations

import os
import signal

_TERMINAL = "/dev/tty"  # the one that controls this process, if there is one


class Terminal:
    """The terminal as it was when this was made, which is before SIGHUP is taken over."""

    def __init__(self) -> None:
        # Started by nohup: whoever did that wants to live without the terminal.
        self._ends_with_it = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN and _opens()

    def is_gone(self) -> bool:
        """Whether there was one whose end is the end of this process, and it is there no more."""
        return self._ends_with_it and not _opens()


def _opens() -> bool:
    try:
        os.close(os.open(_TERMINAL, os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True
