"""A bot worker that notes where its processor time goes: `python -m bench.profiled_bot`; all else is the product's own.

SIGUSR2 begins the sampling, and once more ends it and writes the samples to `BENCH_PROFILE_FILE` as JSON.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType

from bot import lean
from runtime import log
from runtime.serve import run

PROFILE_FILE = "BENCH_PROFILE_FILE"
# The kernel counts processor time by its own tick (4 ms on most machines) and samples no finer than that.
_EVERY = 0.001


class Sampler:
    """Counts the stacks that stood while processor time was spent."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._running = False
        self._stacks: Counter[tuple[str, ...]] = Counter()
        self._collects = 0.0
        self._collected = 0.0
        self._times: Counter[str] = Counter()

    def install(self) -> None:
        """Listens for the signals."""
        signal.signal(signal.SIGPROF, self._sample)
        signal.signal(signal.SIGUSR2, self._toggle)
        gc.callbacks.append(self._collect)

    def _collect(self, phase: str, told: dict[str, int]) -> None:
        """Counts what the garbage collector takes; it stands on no stack."""
        if phase == "start":
            self._collects = time.thread_time()
        elif self._running:
            self._collected += time.thread_time() - self._collects
            self._times[str(told["generation"])] += 1

    def _toggle(self, _: int, __: FrameType | None) -> None:
        self._running = not self._running
        signal.setitimer(signal.ITIMER_PROF, *((_EVERY, _EVERY) if self._running else (0.0, 0.0)))
        if not self._running:
            stacks = [[list(stack), count] for stack, count in self._stacks.items()]
            told = {"stacks": stacks, "collector_s": self._collected, "collections": self._times}
            self._file.with_suffix(".part").write_text(json.dumps(told), encoding="utf-8")
            self._file.with_suffix(".part").rename(self._file)

    def _sample(self, _: int, frame: FrameType | None) -> None:
        stack = []
        while frame is not None:
            code = frame.f_code
            stack.append(f"{code.co_filename}:{code.co_name}:{frame.f_lineno}")
            frame = frame.f_back
        self._stacks[tuple(stack)] += 1


def main() -> None:
    """Runs a worker as `python -m bot` does."""
    log.configure("bot", os.environ.get("LOG_LEVEL", "INFO"))
    gc.disable()  # as bot.crew does, until the worker serves
    lean.import_rasa()
    from bot.worker import work  # imports Rasa

    Sampler(Path(os.environ[PROFILE_FILE])).install()
    sys.exit(run("bot", work(os.environ)))


if __name__ == "__main__":
    main()
