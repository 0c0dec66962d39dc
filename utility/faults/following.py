"""What follows an event: its main order and its sub-orders are restored with it, and get the main order's reply.

A small event is followed at once; of a large one the round takes batches, so that no call holds thousands of orders.
"""

from __future__ import annotations

from datetime import datetime

from runtime.postgres import Connection, transaction
from utility.actors import Actor
from utility.company import Company
from utility.faults import store
from utility.faults.joining import BY
from utility.faults.values import FINISHED
from utility.orders import service as orders
from utility.orders.values import Resolution, WorkOrder
from utility.outages import service as outages_service
from utility.outages import store as outages
from utility.outages.values import Outage

BATCH = 100


async def follow_event(connection: Connection, company: Company, event: Outage, actor: Actor) -> None:
    """Restores the main order of an event that is over, and the first of its sub-orders; the round takes the rest."""
    if event.restored is None and event.status != "cancelled" and not event.restored_areas:
        return
    if event.over and event.main_order_no:
        await restore_order(connection, company, event.main_order_no, actor)
    await _restore_all(connection, company, await store.to_follow(connection, event.outage_no, BATCH))


async def restore_order(connection: Connection, company: Company, order_no: str, actor: Actor) -> WorkOrder | None:
    """Brings an order to `restored`, whatever it waited for; None when it is there or further."""
    order = await orders.order(connection, company, order_no)
    if order is None or not order.open or order.state in FINISHED:
        return None
    if order.side_state not in (None, "merged"):
        await orders.resume(connection, company, order_no, BY)
    return await orders.advance(connection, company, order_no, "restored", actor)


async def follow_round(company: Company) -> int:
    """Follows every event and main order that is over, batch by batch; returns how many orders it changed."""
    changed = await _end_events(company)
    while True:
        async with transaction(company.pool) as connection:
            found = await store.to_follow(connection, None, BATCH)
            found += await store.followers_of_main(connection, BATCH)
            await _restore_all(connection, company, found)
            mains = await store.mains_to_follow(connection, BATCH)
            for order_no in mains:
                await restore_order(connection, company, order_no, BY)
        changed += len(found) + len(mains)
        replied = await _reply(company)
        changed += replied
        if not found and not mains and not replied:
            return changed


async def _restore_all(connection: Connection, company: Company, order_nos: list[str]) -> None:
    for order_no in order_nos:
        await orders.advance(connection, company, order_no, "restored", BY)


async def _reply(company: Company) -> int:
    """Gives restored sub-orders the reply of their main order: each reporter is called back."""
    async with transaction(company.pool) as connection:
        found = await store.to_reply(connection, BATCH)
        for order_no, main_no in found:
            main = await orders.order(connection, company, main_no)
            if main is not None:
                resolution = Resolution(main.resolution_code, main.reply)
                await orders.resolve(connection, company, order_no, resolution, BY)
    return len(found)


async def _end_events(company: Company) -> int:
    """Ends events whose main order was brought to an end by another door: their power is back since then."""
    async with transaction(company.pool) as connection:
        done = await store.running_with_done_main(connection)
    for outage_no, at in done:
        async with transaction(company.pool) as connection:
            await _end_event(connection, company, outage_no, at)
    return len(done)


async def _end_event(connection: Connection, company: Company, outage_no: str, at: datetime) -> None:
    event = await outages.outage(connection, outage_no, hold=True)
    if event is not None and not event.over:
        ended = await outages_service.restore(connection, company, outage_no, BY, at=at)
        await follow_event(connection, company, ended, BY)
