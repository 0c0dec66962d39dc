"""Times the wall and the search on a filled floor: `DATABASE_URL=… python -m bench.wall [--looks 60]`.

Fill one first: `python -m tools.desk_floor --agents 30 --chats 300 --past 500`. Every look is two seconds after that
before by the clock it is given, as a page asks; every fifth counts the figures of the day anew.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from console.server.purposes import Reach
from console.server.search import Search
from console.server.search_filters import Filters
from console.server.wall import WallBoard
from handoff.phrases import Phrases
from handoff.routing.rules import standard_rules
from runtime.clock import clock_from_environ
from runtime.postgres import Pool, connect, transaction

_OUTAGE, _RARE = "\u505c\u7535", "\u547c\u5438\u673a"
_SEARCHES: tuple[dict[str, str], ...] = (
    {"text": _OUTAGE},
    {"text": _RARE},
    {"agent": "K0003"},
    {"account": "0018"},
    {"stars_to": "2"},
    {},
)


class _Stepping:
    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Two seconds after the look before."""
        self._at += timedelta(seconds=2)
        return self._at


async def _looks(pool: Pool, phrases: Phrases, count: int) -> tuple[list[float], int]:
    clock = _Stepping(clock_from_environ(os.environ).now())
    board, took, size = WallBoard(pool, clock, phrases, standard_rules().seen_s), [], 0
    for _ in range(count):
        began = time.perf_counter()
        _, body = await board.show()
        took.append((time.perf_counter() - began) * 1000)
        size = len(json.dumps(body, ensure_ascii=False).encode())
    return took, size


async def _searches(pool: Pool, phrases: Phrases) -> list[tuple[str, float, int]]:
    search, rows = Search(phrases), []
    for told in _SEARCHES:
        began = time.perf_counter()
        async with transaction(pool) as connection:
            total, _ = await search.page(connection, Filters.read(told), 0, Reach.ALL)
        rows.append((str(told), (time.perf_counter() - began) * 1000, total))
    return rows


async def _run(count: int) -> None:
    pool, phrases = await connect(os.environ["DATABASE_URL"], most=2), Phrases.load(Path("domain/human.yml"))
    took, size = await _looks(pool, phrases, count)
    waiting, serving, lines = await pool.fetchrow(
        "select count(*) filter (where state = 'waiting'), count(*) filter (where state = 'serving'),"
        " (select count(*) from messages) from escalations"
    )
    agents = await pool.fetchval("select count(*) from agents where role = 'agent'")
    ranked = sorted(took)
    sys.stdout.write(
        f"floor: {agents} agents, {serving} served, {waiting} waiting, {lines} lines\n"
        f"a look: p50 {statistics.median(took):.1f} ms, p95 {ranked[int(count * 0.95)]:.1f} ms, {size / 1024:.0f} KB\n"
    )
    for told, milliseconds, total in await _searches(pool, phrases):
        sys.stdout.write(f"search {told}: {milliseconds:.1f} ms, {total} found\n")
    await pool.close()


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--looks", type=int, default=60)
    asyncio.run(_run(parser.parse_args().looks))


if __name__ == "__main__":
    main()
