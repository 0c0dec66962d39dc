"""Starts the bot: `python -m bot`."""

from __future__ import annotations

import os
import sys

from bot import lean
from runtime import log
from runtime.serve import run


def main() -> None:
    """Runs a worker; Rasa comes in without TensorFlow, so nothing that imports Rasa may be imported before."""
    log.configure("bot", os.environ.get("LOG_LEVEL", "INFO"))
    lean.import_rasa()
    from bot.worker import work  # imports Rasa

    sys.exit(run("bot", work(os.environ)))


if __name__ == "__main__":
    main()
