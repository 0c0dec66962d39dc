"""What became of the lines nobody saw in time: late, never taken, or in the database and kept from an open window.

Late is what came by itself, after `LATE_SECONDS`. What has not come in the end is looked up in the database, and then
by a window that opens anew, as a page that is loaded again does.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import aiohttp

from bench.desk_people import Clockwork, Customer
from runtime.postgres import Pool

LATE_SECONDS = 3.0
_REPLAY_SECONDS = 20.0
_STANDS = "select count(*) from messages where role = $1 and body ->> 'text' like '%<' || $2 || '>%'"


@dataclass(frozen=True)
class Unseen:
    """Of the lines of one direction: how many came late, and what is known of those that did not come."""

    late: int
    untaken: int
    lost: int

    def __str__(self) -> str:
        return f"{self.late} late (over {LATE_SECONDS:g} s), {self.lost} lost, {self.untaken} not taken"


async def settle(clocks: Sequence[Clockwork], seconds: float) -> None:
    """Waits until every line is read, or for so long."""
    late = time.perf_counter() + seconds
    for _ in itertools.count():
        if not any(clock.left for clock in clocks) or time.perf_counter() > late:
            return
        await asyncio.sleep(0.1)


async def judge(pool: Pool, clock: Clockwork, role: str) -> Unseen:
    """Tells late, lost and never taken apart."""
    stands = [mark for mark in clock.left if await pool.fetchval(_STANDS, role, mark)]
    return Unseen(sum(took > LATE_SECONDS for took in clock.took), len(clock.left) - len(stands), len(stands))


async def replayed(http: aiohttp.ClientSession, customers: Sequence[Customer], clock: Clockwork) -> int:
    """Counts the lost lines that windows opened anew are shown."""
    anew = Clockwork(left=dict(clock.left))
    windows = [replace(one, http=http, socket=None, to_customer=anew, last_seq=0) for one in customers if anew.left]
    reading = [asyncio.ensure_future(window.listen()) for window in windows]
    await settle([anew], _REPLAY_SECONDS)
    for task in reading:
        task.cancel()
    await asyncio.gather(*reading, return_exceptions=True)
    return len(anew.took)
