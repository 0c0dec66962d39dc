"""`python -m utility.seed [--reset] [--now ISO]`: migrates the utility's database and loads the demo city into it."""

from __future__ import annotations

import argparse
import asyncio
import os
from datetime import datetime
from pathlib import Path

import structlog

from runtime import log, migrate, postgres
from runtime.clock import SHANGHAI
from utility.seed.load import load
from utility.settings import SeedSettings

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="python -m utility.seed", description="Loads the demo city.")
    parser.add_argument("--reset", action="store_true", help="empty the books first")
    parser.add_argument("--now", type=_moment, help="move what runs or is planned to this moment (ISO)")
    options = parser.parse_args()
    log.configure("utility.seed")
    settings = SeedSettings.from_env(os.environ)
    migrate.upgrade(settings.database_url, MIGRATIONS)
    loaded = asyncio.run(_load(settings.database_url, options.now, options.reset))
    structlog.get_logger().info("utility.seed.loaded" if loaded else "utility.seed.kept")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


async def _load(url: str, now: datetime | None, reset: bool) -> bool:
    pool = await postgres.connect(url, most=1)
    try:
        return await load(pool, now=now, reset=reset)
    finally:
        await pool.close()


if __name__ == "__main__":
    main()
