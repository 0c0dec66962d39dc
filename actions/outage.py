"""The outage skill: the known is told first, a report joins a running outage, a limit is quoted as published."""

from __future__ import annotations

from collections.abc import Sequence

from actions.attachments import attach_pending
from actions.base import Event, ServiceAction, forget, open_form, take_up_paused
from actions.errands import is_retryable, tell_waiting
from actions.handoff import PRIORITY_KEY_ACCOUNT, PRIORITY_LIFE_SUPPORT, Handoff, hand_over
from actions.place import PLACE_SLOTS
from actions.repair import order_card, tell_order
from actions.spot import sent_spot
from actions.visit import Visit
from actions.who import who_holds
from backend.errors import BackendError, Conflict
from backend.models import BoundAccount, FaultOrder, FaultReport, Outage

_WORDS = "utter_outage_words"
_OVER = frozenset({"restored", "cancelled"})
OUTAGE_SLOTS = (
    *PLACE_SLOTS,
    "outage_scope",
    "neighbor_power",
    "fault_symptom",
    "breaker_state",
    "self_check",
    "phone",
    "phone_other",
    "known_outage",
)


def is_running(outage: Outage) -> bool:
    """Power is off now."""
    return outage.status not in _OVER and outage.started is not None and outage.restored is None


async def running_outage(visit: Visit, accounts: Sequence[BoundAccount]) -> tuple[BoundAccount, Outage] | None:
    """The first of these accounts that lies in a running outage."""
    for account in accounts:
        for outage in await visit.backend.outages(account_no=account.account_no):
            if is_running(outage):
                return account, outage
    return None


async def open_order_of(visit: Visit, account: BoundAccount) -> FaultOrder | None:
    """Tells how far the open order of this account is; None when there is none."""
    orders = await visit.backend.open_fault_orders(visit.user, [account.account_no])
    order = next((order for order in orders if order.account_no == account.account_no), None)
    if order:
        await tell_order(visit, order, "utter_outage_already_reported")
    return order


def outage_values(visit: Visit, outage: Outage) -> dict[str, str | int]:
    """What a sentence about an outage needs; an unknown time is called unknown, one that has passed is called so."""
    words, now = visit.wording.of(_WORDS), visit.services.clock.now()
    eta = words["eta_unknown"]
    if outage.eta:
        shape = "eta_passed" if outage.eta <= now else "eta_said" if outage.eta_said_at else "eta"
        said = visit.moment(outage.eta_said_at) if outage.eta_said_at else ""
        eta = words[shape].format(eta=visit.moment(outage.eta), said=said)
    by = outage.next_update_by
    update = words["next_update"].format(at=visit.moment(by)) if by and by > now else ""
    started = visit.moment(outage.started) if outage.started else ""
    return {"cause": outage.cause, "started": started, "eta": eta, "update": update}


class CheckOutage(ServiceAction):
    """Looks first, asks later: a known outage or a cut-off account answers the report at once.

    While the company is down the report is taken all the same; it is kept when it comes to filing it.
    """

    title = "action_check_outage"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        names_place = bool(visit.entity("address") or visit.entity("account_no") or sent_spot(visit))
        if not names_place and tell_waiting(visit, ReportFault.title):
            return []
        try:
            return await self._look(visit, names_place=names_place)
        except BackendError as error:
            if not is_retryable(error):
                raise
            return open_form(visit, "outage_form")

    async def _look(self, visit: Visit, *, names_place: bool) -> list[Event]:
        bound = [] if names_place else await visit.bindings()
        known = await running_outage(visit, bound)
        if known:
            order_no = await _join(visit, *known)
            await care_for(visit, [known[0]])
            return await attach_pending(visit, order_no)
        if len(bound) == 1 and bound[0].status == "cut_off":
            visit.say("utter_outage_cut_off", tail=bound[0].tail)
            await care_for(visit, bound)
            return []
        if len(bound) == 1 and await open_order_of(visit, bound[0]):
            await care_for(visit, bound)
            return []
        if len(bound) == 1 and who_holds(visit, bound).needs_person:
            # Somebody depends on the power: the order goes out with what is known, and a person comes at once.
            order = await visit.backend.report_fault(_short(visit, bound[0]), idempotency_key=visit.key(self.title))
            tell_reported(visit, order)
            await care_for(visit, bound, order)
            return await attach_pending(visit, order.order_no)
        return open_form(visit, "outage_form")


async def care_for(visit: Visit, accounts: Sequence[BoundAccount], order: FaultOrder | None = None) -> None:
    """Calls a person where somebody depends on the power, or where a manager is the first contact."""
    who = who_holds(visit, accounts)
    orders = (order.order_no,) if order else ()
    if who.life_support:
        visit.say("utter_outage_life_support")
        hand_over(visit, Handoff("life_support", "fault", PRIORITY_LIFE_SUPPORT, orders))
    elif who.key_account or who.important:
        visit.say("utter_outage_key_account")
        hand_over(visit, Handoff("key_account", "key_account", PRIORITY_KEY_ACCOUNT, orders))


def _short(visit: Visit, account: BoundAccount) -> FaultReport:
    """A report of a bound home with what this one message tells."""
    return FaultReport(
        channel=visit.user.channel.value,
        channel_user=visit.user.user_id,
        account_no=account.account_no,
        area_id=account.area_id,
        scope=visit.entity("outage_scope"),
        symptom=visit.entity("fault_symptom"),
        note=visit.entity("vulnerable_sign"),
    )


async def _join(visit: Visit, account: BoundAccount, outage: Outage) -> str:
    """Puts the customer's own order on the running outage and tells it; returns its number."""
    orders = await visit.backend.open_fault_orders(visit.user, [account.account_no])
    order = next((order for order in orders if order.outage_no == outage.outage_no), None)
    response = "utter_outage_joined_before"
    if order is None:
        order = await visit.backend.report_fault(_short(visit, account), idempotency_key=visit.key(CheckOutage.title))
        response = "utter_outage_joined"
    tell_joined(visit, outage, order, response)
    return order.order_no


def tell_joined(visit: Visit, outage: Outage, order: FaultOrder, response: str = "utter_outage_joined") -> None:
    """Tells the running outage and the number the customer has on it."""
    visit.show(response, {"order_no": order.order_no, **outage_values(visit, outage)}, card=order_card(visit, order))


class ReportFault(ServiceAction):
    """Files what the form collected."""

    title = "action_report_fault"
    deferrable = True
    needs = OUTAGE_SLOTS
    wish = "outage_report"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        try:
            order = await visit.backend.report_fault(_report(visit), idempotency_key=visit.key(self.title))
        except Conflict as error:
            if error.reason != "account.cut_off":
                raise
            visit.say("utter_outage_cut_off", tail=str(visit.slot("place_account"))[-4:])
            return self._done(visit)
        outage = await _outage_of(visit, order) if order.outage_no else None
        if outage:
            tell_joined(visit, outage, order)
        else:
            tell_reported(visit, order)
        pictures = await attach_pending(visit, order.order_no)
        return [*pictures, *self._done(visit)]

    def give_up(self, visit: Visit) -> list[Event]:
        """See base class; what was collected goes to a person, and not into the next report."""
        hand_over(visit, Handoff("not_filed", "fault"))
        return forget(*OUTAGE_SLOTS)

    def kept(self, visit: Visit) -> list[Event]:
        """See base class."""
        return self._done(visit)

    def _done(self, visit: Visit) -> list[Event]:
        return [*forget(*OUTAGE_SLOTS), *take_up_paused(visit)]


def tell_reported(visit: Visit, order: FaultOrder) -> None:
    """Tells the number of a new order and the published limit, as a limit."""
    values: dict[str, str | int] = {"order_no": order.order_no}
    response = "utter_outage_reported_no_limit"
    if order.arrive_by and order.arrive_minutes:
        values |= {"minutes": order.arrive_minutes, "arrive_by": visit.moment(order.arrive_by)}
        response = "utter_outage_reported"
    visit.show(response, values, card=order_card(visit, order))


async def _outage_of(visit: Visit, order: FaultOrder) -> Outage | None:
    account_no, area_id = str(visit.slot("place_account") or ""), str(visit.slot("area_id") or "")
    if not account_no and not area_id:
        return None
    outages = await visit.backend.outages(account_no=account_no, area_id="" if account_no else area_id)
    return next((outage for outage in outages if outage.outage_no == order.outage_no), None)


def _report(visit: Visit) -> FaultReport:
    account_no, phone = str(visit.slot("place_account") or ""), str(visit.slot("phone") or "")
    return FaultReport(
        channel=visit.user.channel.value,
        channel_user=visit.user.user_id,
        address="" if account_no else str(visit.slot("address") or ""),
        account_no=account_no,
        area_id=str(visit.slot("area_id") or ""),
        scope=str(visit.slot("outage_scope") or ""),
        neighbor_power=str(visit.slot("neighbor_power") or ""),
        symptom=str(visit.slot("fault_symptom") or ""),
        breaker_state=str(visit.slot("breaker_state") or ""),
        phone=phone if phone.isdigit() else "",
    )


ACTIONS: tuple[type[ServiceAction], ...] = (CheckOutage, ReportFault)
