"""Starts the bot: `python -m bot`."""

from __future__ import annotations

import os
import sys

from bot.crew import start
from runtime import log

# One thread of linear algebra for each worker: they share the cores, and nothing here is larger than a sentence.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def main() -> None:
    """Runs a worker, or as many as `WORKERS` says; numpy, which counts the threads, is not imported before."""
    log.configure("bot", os.environ.get("LOG_LEVEL", "INFO"))
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    sys.exit(start(os.environ, sys.argv[1:]))


if __name__ == "__main__":
    main()
