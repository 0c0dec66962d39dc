"""How a change of an order gets into the books: the order, one line of its timeline, one event; the ladder's steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.postgres import Connection
from utility.actors import Actor, system
from utility.company import Company
from utility.counter.shown import shown_time
from utility.errors import Forbidden, NotKnown
from utility.events.outbox import Event, emit
from utility.orders import store
from utility.orders.clock import climbed, on_ladder
from utility.orders.machine import OrderRules, Step
from utility.orders.rules import CUSTOMER, secret
from utility.orders.values import NOTHING, Change, WorkOrder

# What nobody outside has to hear of.
SILENT = frozenset({"offered", "declined", "tried", "remarked", "attached"})


@dataclass(frozen=True)
class Said:
    """Who did what to an order, in their words; `data` is kept with the line."""

    actor: Actor
    what: str
    note: str = ""
    data: Mapping[str, Any] = NOTHING


def rules_at(company: Company, now: datetime) -> OrderRules:
    """Returns how orders go on that day.

    Raises:
        SettingsError: no version of utility/data/order_kinds.yml holds.
    """
    return company.orders.rules.at(now.date(), company.regions).value


async def held(connection: Connection, order_no: str) -> WorkOrder:
    """Reads an order and holds it until the transaction ends.

    Raises:
        NotKnown: `order.unknown`.
    """
    found = await store.hold(connection, order_no)
    if found is None:
        raise NotKnown("order.unknown", "There is no such order.")
    return found


async def held_by_staff(connection: Connection, order_no: str, actor: Actor) -> WorkOrder:
    """Reads and holds an order for what only the staff does.

    Raises:
        NotKnown: `order.unknown`.
        Forbidden: `order.actor`.
    """
    if actor.kind == CUSTOMER:
        raise Forbidden("order.actor", "A customer does not do this.")
    return await held(connection, order_no)


async def write(
    connection: Connection, company: Company, old: WorkOrder | None, new: WorkOrder, said: Said
) -> WorkOrder:
    """Writes an order that has changed from `old`; a new one (None) is in the books already."""
    now = company.clock.now()
    if old is not None and new != old:
        await store.update(connection, new)
    before = old.status if old else ""
    line = Change(0, now, str(said.actor), said.what, before, new.status, said.note, said.data)
    await store.add_change(connection, new.order_no, line)
    if said.what not in SILENT:
        await emit(connection, _event(company, new, said, now))
    return new


async def tell(
    connection: Connection, company: Company, order: WorkOrder, step: Step, data: Mapping[str, Any] = NOTHING
) -> WorkOrder:
    """Tells a step of the supervision ladder, once: a warning of its percent, or a supervision (督办)."""
    book = rules_at(company, company.clock.now())
    new = on_ladder(book, company.calendar, climbed(book, order, step))
    what = "warned" if step.percent is not None else "supervised"
    told = {**data, "step": step.step, **({"percent": step.percent} if step.percent is not None else {})}
    return await write(connection, company, order, new, Said(system("supervision"), what, "", told))


def _event(company: Company, order: WorkOrder, said: Said, now: datetime) -> Event:
    hidden = secret(rules_at(company, now), order)
    known = {"to", "from", "percent", "step", "disputes", "rating", "dispatched", "code"}
    data = {
        "kind": order.kind,
        "case_type": order.type,
        "status": order.status,
        "owner": order.owner,
        "parent_no": order.parent_no,
        "channel": "" if hidden else order.channel,
        "channel_user": "" if hidden else order.channel_user,
        "filed": shown_time(order.filed_at),
        "due": shown_time(order.due_at),
        **{key: value for key, value in said.data.items() if key in known},
    }
    account_no = "" if hidden else order.account_no or ""
    areas = (order.area_id,) if order.area_id and not hidden else ()
    return Event(f"order.{said.what}", now, order.order_no, account_no, areas, data)
