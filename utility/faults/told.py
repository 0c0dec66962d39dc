"""What a customer adds to an order of theirs: more facts, that power is back or is not, that the fault is their own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from runtime.postgres import Connection
from utility.accounts.values import Person
from utility.actors import customer
from utility.company import Company
from utility.counter.shown import shown_time
from utility.errors import Clash, InvalidRequest, NotKnown
from utility.events.outbox import Event, emit
from utility.faults import groups, store
from utility.faults.joining import BY
from utility.faults.policy import rules_of
from utility.faults.service import home_of, is_theirs, written
from utility.faults.values import MERGED, Dark, FaultOrder
from utility.orders import service as orders
from utility.orders.values import Resolution, Urge

_FACTS = ("scope", "neighbor_power", "symptom", "breaker_state", "danger_sign")


@dataclass(frozen=True)
class Update:
    """What a customer adds to an open order; empty means: nothing new."""

    scope: str = ""
    neighbor_power: str = ""
    symptom: str = ""
    breaker_state: str = ""
    danger_sign: str = ""
    note: str = ""

    @property
    def words(self) -> dict[str, str]:
        """What is new."""
        return {name: value for name in _FACTS if (value := getattr(self, name))}


async def own_order(connection: Connection, person: Person, order_no: str) -> FaultOrder:
    """Reads an order of this person.

    Raises:
        NotKnown: `order.unknown`, somebody else's too.
    """
    order = await store.order(connection, order_no)
    if order is None or not await is_theirs(connection, person, order):
        raise NotKnown("order.unknown", "There is no such order of this person.")
    return order


async def add(connection: Connection, company: Company, person: Person, order_no: str, told: Update) -> FaultOrder:
    """Adds what was told to an open order; a danger sign makes a merged order one of its own, urgent and promised.

    Raises:
        InvalidRequest: nothing was told.
        NotKnown: `order.unknown`.
        Clash: `order.done`, power is back for it.
    """
    order = await own_order(connection, person, order_no)
    if not told.words and not told.note:
        raise InvalidRequest("field.missing", "note", "Something has to be told.")
    if not order.open:
        raise Clash("order.done", "Power is back for this order.", state=order.status)
    note = " ".join([*told.words.values(), told.note]).strip()
    await orders.remark(connection, company, order_no, customer(person.channel, person.user_id), note)
    if told.words:
        await store.change(connection, order_no, **told.words)
    if told.danger_sign:
        await store.make_urgent(connection, order_no, rules_of(company, company.clock.now()).urgent)
    if told.danger_sign and order.status == MERGED:
        await orders.resume(connection, company, order_no, BY, told.danger_sign)
        await _stand_alone(connection, company, order, in_danger=True)
    changed = {"kind": "fault", "told": sorted(told.words), "danger_sign": told.danger_sign}
    await _tell(connection, company, "fault.told", order, changed)
    return await written(connection, order_no)


async def urge(connection: Connection, company: Company, person: Person, order_no: str, note: str) -> Urge:
    """Urges an order of this person; a merged one urges what it follows.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.closed`, `order.resolved`.
    """
    order = await own_order(connection, person, order_no)
    target = order.parent_no if order.status == MERGED and order.parent_no else order.order_no
    return await orders.urge(connection, company, target, customer(person.channel, person.user_id), note)


async def confirm_restored(
    connection: Connection, company: Company, person: Person, order_no: str, *, restored: bool, note: str = ""
) -> FaultOrder:
    """Keeps the customer's word on whether power is back; their `no` keeps an order open or opens it again.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.confirmed`, they have said that it is back already.
    """
    order = await own_order(connection, person, order_no)
    if restored:
        await _is_back(connection, company, person, order, note)
    else:
        await _still_dark(connection, company, person, order, note)
    after = await written(connection, order_no)
    told = replace(order, status=after.status)  # the event it was part of, and how it stands now
    await _tell(connection, company, "fault.confirmed" if restored else "fault.still_dark", told, {"kind": "fault"})
    return after


async def own_fault(connection: Connection, company: Company, person: Person, order_no: str) -> FaultOrder:
    """Closes an order as the customer's own fault, because the customer agrees to it.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.merged` (others report the same), `order.closed`, `order.move`.
    """
    order = await own_order(connection, person, order_no)
    if order.status == MERGED:
        raise Clash("order.merged", "Others report the same: it is not the customer's own fault.", main=order.parent_no)
    now, actor = company.clock.now(), customer(person.channel, person.user_id)
    rules = rules_of(company, now)
    reached = {"reached_when": shown_time(now) or "", "reached_how": person.channel}
    resolution = Resolution(rules.own_side, {**reached, **rules.own_reply})
    await orders.resolve(connection, company, order_no, resolution, BY)
    await orders.confirm(connection, company, order_no, True, actor)
    await orders.close(connection, company, order_no, BY)
    return await written(connection, order_no)


async def _is_back(connection: Connection, company: Company, person: Person, order: FaultOrder, note: str) -> None:
    actor = customer(person.channel, person.user_id)
    work = await orders.order(connection, company, order.order_no)
    if work is not None and work.resolution_code and work.open:
        await orders.confirm(connection, company, order.order_no, True, actor, note)
        return
    await store.change(connection, order.order_no, said_back_at=company.clock.now())
    if work is None or not work.open:
        return
    await orders.remark(connection, company, order.order_no, actor, note)
    if order.open and order.status != MERGED and order.outage_no is None and work.side_state is None:
        await orders.advance(connection, company, order.order_no, "restored", BY, note)


async def _still_dark(connection: Connection, company: Company, person: Person, order: FaultOrder, note: str) -> None:
    actor = customer(person.channel, person.user_id)
    work = await orders.order(connection, company, order.order_no)
    if work is None:
        return
    await store.change(connection, order.order_no, said_back_at=None)
    if order.open:
        await orders.remark(connection, company, order.order_no, actor, note)
        return
    if not work.open:
        await orders.reopen(connection, company, order.order_no, actor, note)
    elif work.resolution_code:
        await orders.confirm(connection, company, order.order_no, False, actor, note)
    elif work.side_state == MERGED:
        await orders.resume(connection, company, order.order_no, BY, note)
    else:
        await orders.remark(connection, company, order.order_no, actor, note)
        await orders.advance(connection, company, order.order_no, "repairing", BY, note)
    await _stand_alone(connection, company, order)


async def _stand_alone(connection: Connection, company: Company, order: FaultOrder, *, in_danger: bool = False) -> None:
    """Takes an order out of its group: what is wrong there is another fault point, with a promise of its own."""
    now, area = company.clock.now(), company.areas.get(order.area_id or "")
    promise = now + timedelta(minutes=area.arrive_minutes) if area else None
    facts: dict[str, Any] = {"group_id": None, "eta": None, "arrive_by": promise, "word_at": None, "arrived_at": None}
    if area is not None and not in_danger:
        group = await groups.begin(
            connection, f"area:{area.area_id}", area=area, line_id=area.line_id, symptom=order.symptom, at=now
        )
        await groups.count(connection, group.group_id, now)
        await groups.lead(connection, group.group_id, order.order_no)
        home = home_of(Person(order.channel, order.channel_user), order.account_no)
        await groups.add_home(connection, group.group_id, home, Dark(area.area_id, order.building, "", 1))
        facts["group_id"] = group.group_id
    await store.change(connection, order.order_no, **facts)


async def _tell(connection: Connection, company: Company, type_: str, order: FaultOrder, data: dict[str, Any]) -> None:
    areas = (order.area_id,) if order.area_id else ()
    told = {**data, "status": order.status, "outage_no": order.outage_no, "channel": order.channel,
            "channel_user": order.channel_user}  # fmt: skip
    await emit(connection, Event(type_, company.clock.now(), order.order_no, order.account_no or "", areas, told))
