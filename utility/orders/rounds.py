"""The round of the supervision ladder (多级预警、督办): warnings at shares of the limit, then supervision.

It also tells of each customer nobody has spoken with inside the limit of the first contact.
"""

from __future__ import annotations

from runtime.postgres import Connection, transaction
from utility.actors import system
from utility.company import Company
from utility.orders import store
from utility.orders.clock import next_step
from utility.orders.telling import Said, rules_at, tell, write
from utility.orders.values import WorkOrder

BATCH = 200


async def round(company: Company) -> int:
    """Tells every step that has become due; returns how many.

    Two processes may make it at once: an order that one holds is left to it.
    """
    told = 0
    while True:
        async with transaction(company.pool) as connection:
            due = await store.on_ladder(connection, company.clock.now(), BATCH)
            for order in due:
                told += await climb(connection, company, order)
            silent = await miss_contacts(connection, company)
        told += silent
        if len(due) < BATCH and silent < BATCH:
            return told


async def miss_contacts(connection: Connection, company: Company) -> int:
    """Tells of every customer nobody has spoken with in time, once."""
    found = await store.not_contacted(connection, company.clock.now(), BATCH)
    for order in found:
        await write(connection, company, order, order, Said(system("supervision"), "contact_missed"))
    return len(found)


async def climb(connection: Connection, company: Company, order: WorkOrder) -> int:
    """Tells every step of one order that has become due; the caller holds it."""
    now = company.clock.now()
    told = 0
    while (following := next_step(rules_at(company, now), company.calendar, order)) and following[0] <= now:
        order = await tell(connection, company, order, following[1])
        told += 1
    return told
