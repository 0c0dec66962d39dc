"""The repair skill: how far an order is, in words, with when each time was said; it never makes up a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from actions.base import Event, ServiceAction, forget, open_form, take_up_paused
from actions.facts import tell_promises
from actions.follow_ups import await_follow_ups
from actions.form import Form, FormVisit
from actions.visit import Visit
from actions.wording import PHONE
from backend.errors import NotFound
from backend.models import FaultOrder
from conversation.reply import Card

_WORDS = "utter_repair_words"
_DONE = frozenset({"restored", "replied", "called_back", "archived", "closed", "cancelled"})
REPAIR_SLOTS = ("ticket_no", "ticket_phone")


def status_words(visit: Visit, order: FaultOrder) -> str:
    """The status of an order as a customer reads it."""
    return visit.wording.of(_WORDS)[f"status_{order.status}"]


def order_card(visit: Visit, order: FaultOrder) -> Card:
    """Lays out an order."""
    words = visit.wording.of(_WORDS)
    rows = [(words["status"], status_words(visit, order)), (words["reported"], visit.moment(order.reported))]
    if order.address_masked:
        rows.append((words["place"], order.address_masked))
    if order.arrive_by:
        rows.append((words["arrive_by"], visit.moment(order.arrive_by)))
    if order.eta:
        rows.append((words["eta_gone" if _has_passed(visit, order) else "eta"], visit.moment(order.eta)))
    return Card("order", words["title"].format(order_no=order.order_no), tuple(rows))


async def tell_order(visit: Visit, order: FaultOrder, response: str = "utter_repair_progress") -> None:
    """Tells how far an order is and what is known of its times."""
    words, said = visit.wording.of(_WORDS), await _estimate_said_at(visit, order)
    parts = []
    if order.eta:
        shape = "eta_event" if said is None else "eta_arrive" if _still_coming(order) else "eta_restore"
        shape = "eta_passed" if _has_passed(visit, order) else shape
        parts.append(words[shape].format(eta=visit.moment(order.eta), said=visit.moment(said) if said else ""))
    if order.arrive_by and _still_coming(order):
        parts.append(words["limit"].format(at=visit.moment(order.arrive_by)))
    if not parts:
        parts.append(words["no_time"].format(said=visit.moment(said or order.reported)))
    values = {"order_no": order.order_no, "status": status_words(visit, order), "times": "".join(parts)}
    visit.show(response, values, card=order_card(visit, order))


async def _estimate_said_at(visit: Visit, order: FaultOrder) -> datetime | None:
    """When the estimate was given: by the crew on the order, or with the outage the order was merged into."""
    if not order.outage_no:
        return order.timeline[-1].at if order.timeline else order.reported
    if not order.account_no:
        return None
    outages = await visit.backend.outages(account_no=order.account_no)
    return next((outage.eta_said_at for outage in outages if outage.outage_no == order.outage_no), None)


def _has_passed(visit: Visit, order: FaultOrder) -> bool:
    """The estimate lies behind us and the power is not back: it is no fact any more."""
    return order.status not in _DONE and order.eta is not None and order.eta <= visit.services.clock.now()


def _still_coming(order: FaultOrder) -> bool:
    return order.status in {"reported", "dispatched", "accepted", "on_the_way"}


class RepairForm(Form):
    """Finds an order that this chat does not know yet: by its number, and the phone that is on it."""

    form = "repair_form"
    topic = "repair_progress_query"
    slots = REPAIR_SLOTS
    intents = frozenset({"repair_progress_query", "repair_urge"})

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if visit.entity("ticket_no"):
            visit.fill(ticket_no=visit.entity("ticket_no"))
        if visit.entity("phone"):
            visit.fill(ticket_phone=visit.entity("phone"))
        elif visit.requested == "ticket_phone":
            _read_phone(visit)
        elif visit.requested == "ticket_no" and (visit.says_no or visit.wording.is_exactly("account_no", visit.text)):
            visit.end("utter_repair_none")

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        return next((slot for slot in REPAIR_SLOTS if not visit.slot(slot)), None)

    async def ask(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say(f"utter_repair_ask_{slot}")


def _read_phone(visit: FormVisit) -> None:
    number = next((run for run in visit.digit_runs() if PHONE.fullmatch(run)), None)
    if number:
        visit.fill(ticket_phone=number)
    elif visit.option("phone") == "none" or visit.says_no:
        visit.end("utter_repair_cannot_show")


class ShowRepair(ServiceAction):
    """Tells how far a repair is."""

    title = "action_show_repair"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        number = str(visit.slot("ticket_no") or visit.entity("ticket_no"))
        if number:
            return await self._tell_by_number(visit, number)
        noted = tell_note(visit)
        orders = await own_orders(visit)
        if not orders and noted:
            return []
        if not orders:
            visit.say("utter_repair_none")
            return []
        await self.tell(visit, orders)
        return talk_on(visit, orders[0])

    async def tell(self, visit: Visit, orders: Sequence[FaultOrder]) -> None:
        """Tells the newest order, and the numbers of the others."""
        await tell_order(visit, orders[0])
        if len(orders) > 1:
            numbers = [order.order_no for order in orders[1:]]
            buttons = [(number, number) for number in numbers]
            visit.show("utter_repair_others", {"count": len(numbers)}, buttons=buttons)

    async def _tell_by_number(self, visit: Visit, number: str) -> list[Event]:
        phone = str(visit.slot("ticket_phone") or visit.entity("phone"))
        try:
            order = await visit.backend.fault_order(number, user=visit.user, phone=phone)
        except NotFound:
            if phone:
                visit.say("utter_repair_unknown")
                return [*forget(*REPAIR_SLOTS), *take_up_paused(visit)]
            visit.say("utter_repair_not_yours")
            return open_form(visit, "repair_form", ticket_no=number)
        await self.tell(visit, [order])
        return [*forget(*REPAIR_SLOTS), *take_up_paused(visit)]


def talk_on(visit: Visit, order: FaultOrder) -> list[Event]:
    """What may be said to an order that follows a running outage."""
    return [await_follow_ups(visit, "tell_me", "food")] if order.outage_no else []


def tell_note(visit: Visit) -> bool:
    """Tells what an agent has noted on handing the talk back, and later what they promised; nothing is asked again."""
    if visit.note:
        visit.say("utter_repair_noted_by_agent", note=visit.note)
        return True
    return tell_promises(visit)


async def own_orders(visit: Visit) -> list[FaultOrder]:
    """The open repairs of this person and of the accounts bound to them, newest first."""
    bound = await visit.bindings()
    return await visit.backend.open_fault_orders(visit.user, [account.account_no for account in bound])


def order_numbers(orders: Sequence[FaultOrder]) -> tuple[str, ...]:
    """The numbers of `orders`."""
    return tuple(order.order_no for order in orders)


ACTIONS: tuple[type[ServiceAction], ...] = (RepairForm, ShowRepair)
