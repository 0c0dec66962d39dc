"""The applications' round: a draft that nobody has handed in for long is thrown away."""

from __future__ import annotations

from datetime import timedelta

from runtime.postgres import transaction
from utility.actors import system
from utility.applications import handling, reading, store
from utility.company import Company

ENDED_AT_ONCE = 200


async def round(company: Company) -> int:
    """Ends old drafts; returns how many."""
    now = company.clock.now()
    before = now - timedelta(days=reading.figures_at(company, now.date()).draft_days)
    async with transaction(company.pool) as connection:
        numbers = await store.drafts_before(connection, before, ENDED_AT_ONCE)
        for number in numbers:
            await handling.terminate(connection, company, number, system("applications"), "")
    return len(numbers)
