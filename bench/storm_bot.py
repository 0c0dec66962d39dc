"""A bot worker whose dialogue is scripted: `python -m bench.storm_bot`; all else of it is the product's own."""

from __future__ import annotations

import os
import sys

from bot import lean
from runtime import log
from runtime.serve import run


def main() -> None:
    """Runs a worker as `python -m bot` does, with another mind."""
    log.configure("bot", os.environ.get("LOG_LEVEL", "INFO"))
    lean.import_rasa()
    from bench.storm_mind import scripted_mind  # imports Rasa
    from bot.worker import work  # as well

    sys.exit(run("bot", work(os.environ, scripted_mind)))


if __name__ == "__main__":
    main()
