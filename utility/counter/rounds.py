"""The counter's round: keys of writes that nobody will repeat any more are forgotten."""

from __future__ import annotations

from runtime.postgres import transaction
from utility.company import Company
from utility.counter.once import purge

PURGED_AT_ONCE = 5_000


async def round(company: Company) -> int:
    """Forgets keys past their retention, some thousands at a time; returns how many."""
    now = company.clock.now()
    before = now - company.retention.at(now.date(), company.regions).value
    async with transaction(company.pool) as connection:
        return await purge(connection, before, PURGED_AT_ONCE)
