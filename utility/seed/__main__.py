"""`python -m utility.seed [--reset] [--now ISO] [--accounts N --seed S]`: migrates the database and loads the city.

The demo city alone by default; with `--accounts` it is filled up with invented people to that many accounts.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import time
from datetime import datetime
from pathlib import Path

import structlog

from runtime import log, migrate, postgres
from runtime.clock import SHANGHAI, SystemClock
from utility.company import open_company
from utility.seed.city.fill import Plan, fill
from utility.seed.file import fixed_now, read_city
from utility.seed.load import load
from utility.settings import SeedSettings

MIGRATIONS = Path(__file__).parent.parent / "migrations"
PATIENCE_S = 900  # one statement bills a slice of the city


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="python -m utility.seed", description="Loads the demo city.")
    parser.add_argument("--reset", action="store_true", help="empty the books first")
    parser.add_argument("--now", type=_moment, help="move what runs or is planned to this moment (ISO)")
    parser.add_argument("--accounts", type=int, default=0, help="fill the city up to this many accounts")
    parser.add_argument("--seed", type=int, default=1, help="the same seed fills up the same city")
    options = parser.parse_args()
    log.configure("utility.seed")
    settings = SeedSettings.from_env(os.environ)
    migrate.upgrade(settings.database_url, MIGRATIONS)
    loaded = asyncio.run(_load(settings.database_url, options.now, options.reset))
    structlog.get_logger().info("utility.seed.loaded" if loaded else "utility.seed.kept")
    if options.accounts:
        asyncio.run(_fill(settings.database_url, options))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


async def _load(url: str, now: datetime | None, reset: bool) -> bool:
    pool = await postgres.connect(url, most=1)
    try:
        return await load(pool, now=now, reset=reset)
    finally:
        await pool.close()


async def _fill(url: str, options: argparse.Namespace) -> None:
    began, log = time.monotonic(), structlog.get_logger()

    def say(step: str) -> None:
        log.info("utility.seed.filling", step=step, seconds=round(time.monotonic() - began, 1))

    pool = await postgres.connect(url, most=2, patience=PATIENCE_S)
    try:
        now = options.now or fixed_now(read_city())
        company = await open_company(pool, SystemClock())
        filled = await fill(pool, company, Plan(options.accounts, options.seed, now), say)
    finally:
        await pool.close()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    event = "utility.seed.filled" if filled else "utility.seed.kept"
    log.info(event, seconds=round(time.monotonic() - began, 1), megabytes=megabytes)


if __name__ == "__main__":
    main()
