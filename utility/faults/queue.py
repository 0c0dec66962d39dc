"""What crews have to work on, the most pressing first."""

from __future__ import annotations

from runtime.postgres import transaction
from utility.company import Company
from utility.faults import store
from utility.faults.policy import rules_of
from utility.faults.values import Work
from utility.faults.warnings import rank

SHOWN = 200


async def ranked(company: Company) -> list[Work]:
    """Lists the open orders that stand alone or lead others, by danger, urgency, care, homes affected and age."""
    urgent = rules_of(company, company.clock.now()).urgent
    async with transaction(company.pool) as connection:
        found = await store.work(connection)
    return sorted(found, key=lambda work: rank(work, urgent))[:SHOWN]
