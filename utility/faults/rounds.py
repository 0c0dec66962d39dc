"""What becomes due of faults by the clock: orders follow their event, crews are warned, neglect is told, words kept."""

from __future__ import annotations

from datetime import datetime

from runtime.postgres import Connection, transaction
from utility.actors import customer
from utility.company import Company
from utility.events.outbox import Event, emit
from utility.faults import store
from utility.faults.following import BATCH, follow_round
from utility.faults.policy import CrewLimits, crew_limits
from utility.faults.values import Work
from utility.faults.warnings import neglect_of, warnings_of
from utility.orders import service as orders


async def round(company: Company) -> int:
    """Makes one round over the open fault orders; returns how many it changed or told of."""
    changed = await follow_round(company)
    changed += await _confirm(company)
    now = company.clock.now()
    limits = crew_limits(company, now)
    async with transaction(company.pool) as connection:
        for work in await store.work(connection):
            changed += await _look(connection, work, limits, now)
    return changed


async def _confirm(company: Company) -> int:
    """A customer who said that power is back before the reply was there has confirmed it."""
    async with transaction(company.pool) as connection:
        found = await store.to_confirm(connection, BATCH)
        for order_no, channel, user in found:
            await orders.confirm(connection, company, order_no, True, customer(channel, user))
    return len(found)


async def _look(connection: Connection, work: Work, limits: CrewLimits, now: datetime) -> int:
    told = 0
    for warning in warnings_of(work, limits, now):
        if await store.warn(connection, work.order_no, warning, now):
            await _tell(connection, "fault.warned", work, {"warning": warning.partition(":")[0]}, now)
            told += 1
    reason = "" if work.neglected else neglect_of(work, limits, now)
    if reason:
        await store.change(connection, work.order_no, neglected_at=now)
        await _tell(connection, "fault.neglected", work, {"reason": reason}, now)
    return told + bool(reason)


async def _tell(connection: Connection, type_: str, work: Work, why: dict[str, str], now: datetime) -> None:
    data = {
        **why,
        "status": work.status,
        "crew": work.crew,
        "owner": work.owner,
        "homes": work.homes,
        "outage_no": work.outage_no,
    }
    areas = (work.area_id,) if work.area_id else ()
    await emit(connection, Event(type_, now, work.order_no, work.account_no or "", areas, data))
