"""A bot worker that also notes how many tasks it has: `python -m bench.watched_bot`; all else is the product's own."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from bot import lean
from runtime import log
from runtime.serve import run

TASKS_FILE = "BENCH_TASKS_FILE"
_EVERY = 1.0


async def watched() -> None:
    """Runs a worker and writes the number of its tasks to a file each second."""
    from bot.worker import work  # imports Rasa

    noting = asyncio.get_running_loop().create_task(_note(Path(os.environ[TASKS_FILE])))
    try:
        await work(os.environ)
    finally:
        noting.cancel()


async def _note(file: Path) -> None:
    while True:
        file.write_text(str(len(asyncio.all_tasks())))  # noqa: ASYNC240  # a few bytes
        await asyncio.sleep(_EVERY)


def main() -> None:
    """Runs a worker as `python -m bot` does."""
    log.configure("bot", os.environ.get("LOG_LEVEL", "INFO"))
    lean.import_rasa()
    sys.exit(run("bot", watched()))


if __name__ == "__main__":
    main()
