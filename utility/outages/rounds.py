"""What becomes due of outages by the clock: a window begins or ends, will be missed, or a promised word is overdue."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from runtime.postgres import Connection, transaction
from utility.actors import system
from utility.company import Company
from utility.outages import store
from utility.outages.ledger import Entry, enter, held, tell
from utility.outages.policy import rules_of
from utility.outages.rules import ends_now, starts_now, word_overdue
from utility.outages.service import restore
from utility.outages.values import Outage
from utility.outages.words import tell_late

BY = system("outages")


async def round(company: Company) -> int:
    """Looks at every outage that is not over; returns how many it changed."""
    async with transaction(company.pool) as connection:
        numbers = await store.unfinished(connection)
    changed = 0
    for outage_no in numbers:
        async with transaction(company.pool) as connection:
            changed += await _look(connection, company, outage_no)
    return changed


async def _look(connection: Connection, company: Company, outage_no: str) -> bool:
    before, now = await held(connection, outage_no), company.clock.now()
    if before.over:
        return False
    outage = before
    if starts_now(outage, rules_of(company, now).kinds[outage.kind], now):
        outage = await _start(connection, outage, now)
    outage = await tell_late(connection, company, outage, BY)
    if ends_now(outage, now):
        outage = await restore(connection, company, outage_no, BY, at=outage.planned_to)
    return await _tell_overdue(connection, outage, now) or outage != before


async def _start(connection: Connection, outage: Outage, now: datetime) -> Outage:
    running = replace(outage, status="running", started=outage.planned_from)
    return await enter(connection, running, Entry("started", outage.planned_from or now), BY)


async def _tell_overdue(connection: Connection, outage: Outage, now: datetime) -> bool:
    due = outage.next_update_by
    if due is None or not word_overdue(outage, now) or not await store.tell_overdue(connection, outage.outage_no, due):
        return False
    await tell(connection, outage, Entry("word_overdue", now))
    return True
