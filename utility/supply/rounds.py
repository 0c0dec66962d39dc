"""What becomes due by the clock about power: steps of the ladder, meters to close, temporary power that ends."""

from __future__ import annotations

from utility.company import Company
from utility.supply import cutting, reconnect


async def round(company: Company) -> int:
    """Makes the rounds of power: who is to have it back comes first."""
    closed = await reconnect.round(company)
    return closed + await cutting.round(company)
