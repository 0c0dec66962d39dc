"""Starts the bot: `python -m bot`."""

from __future__ import annotations

import os
import sys

# One thread of linear algebra for each worker: they share the cores, and nothing here is larger than a sentence.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from bot.crew import start  # noqa: E402  # after the threads are counted
from runtime import log  # noqa: E402


def main() -> None:
    """Runs a worker, or as many as `WORKERS` says."""
    log.configure("bot", os.environ.get("LOG_LEVEL", "INFO"))
    sys.exit(start(os.environ, sys.argv[1:]))


if __name__ == "__main__":
    main()
