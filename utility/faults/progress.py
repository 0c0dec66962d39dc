"""What a crew says of its work: each move is a line of the order, and of the event that the order leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.postgres import Connection
from utility.actors import Actor
from utility.company import Company
from utility.errors import Clash
from utility.faults import groups, store
from utility.faults.following import follow_event, restore_order
from utility.faults.policy import rules_of
from utility.faults.service import written
from utility.faults.values import FaultOrder, Group
from utility.orders import service as orders
from utility.orders.values import WorkOrder
from utility.outages import service as outages_service
from utility.outages import store as outages
from utility.outages.policy import rules_of as outage_rules
from utility.outages.rules import may_move
from utility.outages.values import Outage, Word
from utility.outages.words import update

RESUMED = "resumed"


@dataclass(frozen=True)
class Progress:
    """One move of a crew: to a state, into a side state, out of it (`resumed`), or only a word (empty)."""

    to: str = ""
    crew: str = ""
    cause: str = ""
    eta: datetime | None = None
    note: str = ""


async def progress(connection: Connection, company: Company, order_no: str, said: Progress, actor: Actor) -> FaultOrder:
    """Keeps what a crew says; `restored` ends the event that the order leads, with all its sub-orders.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.move`, `order.suspended`, `order.closed`, `order.merged` (its main order is worked on),
            `order.eta_past`.
        Forbidden: `order.actor`.
    """
    now = company.clock.now()
    before = await written(connection, order_no)
    if said.eta is not None and said.eta <= now:
        raise Clash("order.eta_past", "The estimate must lie in the future.")
    if before.status == "merged":
        raise Clash("order.merged", "The order follows its main order; work is told there.", main=before.parent_no)
    group = await groups.of_order(connection, order_no)
    event = await _led_event(connection, group, order_no)
    order = await _move(connection, company, order_no, said, actor)
    await store.change(connection, order_no, **_facts(before, order, said, now))
    if event is not None and not event.over:
        await _tell_event(connection, company, event, said, order, actor)
    return await written(connection, order_no)


async def _led_event(connection: Connection, group: Group | None, order_no: str) -> Outage | None:
    """Holds the event before the order, as every change of both does."""
    if group is None or group.outage_no is None or group.main_order_no != order_no:
        return None
    return await outages.outage(connection, group.outage_no, hold=True)


async def _move(
    connection: Connection, company: Company, order_no: str, said: Progress, actor: Actor
) -> WorkOrder | None:
    if said.to in ("dispatched", "accepted") and said.crew:
        await _hand_over(connection, company, order_no, said, actor)
    if said.to == "restored":
        return await restore_order(connection, company, order_no, actor)
    if said.to == RESUMED:
        return await orders.resume(connection, company, order_no, actor, said.note)
    if said.to in rules_of(company, company.clock.now()).crew_side:
        return await orders.suspend(connection, company, order_no, said.to, actor, said.note)
    if said.to:
        data = {"eta": said.eta.isoformat()} if said.eta else {}
        return await orders.advance(connection, company, order_no, said.to, actor, said.note, **data)
    return await orders.remark(connection, company, order_no, actor, said.note or said.cause)


async def _hand_over(connection: Connection, company: Company, order_no: str, said: Progress, actor: Actor) -> None:
    """Dispatching offers the order to the crew; only its accepting makes it answerable."""
    order = await orders.order(connection, company, order_no)
    if order is None or not order.open or order.owner == said.crew:
        return
    if order.offered_to is None:
        order = await orders.offer(connection, company, order_no, said.crew, actor)
    if said.to == "accepted" and order.offered_to == said.crew:
        await orders.accept(connection, company, order_no, actor)


def _facts(before: FaultOrder, order: WorkOrder | None, said: Progress, now: datetime) -> dict[str, Any]:
    facts: dict[str, Any] = {"word_at": now}
    if said.crew and said.crew != before.crew:
        facts["crew"] = said.crew
    if said.eta:
        facts["eta"] = said.eta
    if said.to == "on_site":
        facts["arrived_at"] = now
    if said.to == "repairing" or said.cause:
        facts["found_at"] = now
    return facts


async def _tell_event(
    connection: Connection, company: Company, event: Outage, said: Progress, order: WorkOrder | None, actor: Actor
) -> None:
    if said.to == "restored":
        ended = await outages_service.restore(connection, company, event.outage_no, actor, note=said.note)
        await follow_event(connection, company, ended, actor)
        return
    kind = outage_rules(company, company.clock.now()).kinds[event.kind]
    status = said.to if order is not None and may_move(kind, event.status, said.to) else ""
    word = Word(status, said.cause, said.crew, said.eta, said.crew or event.crew, said.note)
    if word.status or word.cause or word.crew or word.eta or word.note:
        await update(connection, company, event.outage_no, word, actor)
