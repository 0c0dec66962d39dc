"""The outage skill: the known is told first, a report joins a running outage, a limit is quoted as published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk.events import SlotSet

from actions.attachments import attach_pending
from actions.base import Event, FormEnd, ServiceAction, open_form
from actions.errands import is_retryable, tell_waiting
from actions.follow_ups import await_follow_ups, told_just_now
from actions.handoff import PRIORITY_KEY_ACCOUNT, PRIORITY_LIFE_SUPPORT, Handoff, hand_over
from actions.outage_known import is_running, outage_values, planned_now, restored_lately, running_outage
from actions.place import PLACE_SLOTS
from actions.questions.phone import phone_given
from actions.repair import order_card, tell_order
from actions.spot import sent_spot
from actions.visit import Visit
from actions.who import is_gentle, who_holds
from backend.errors import BackendError, Conflict
from backend.models import BoundAccount, FaultOrder, FaultReport, Outage

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
    "care_note",
)


async def open_order_of(visit: Visit, account: BoundAccount) -> FaultOrder | None:
    """Tells how far the open order of this account is; None when there is none."""
    orders = await visit.backend.open_fault_orders(visit.user, [account.account_no])
    order = next((order for order in orders if order.account_no == account.account_no), None)
    if order:
        await tell_order(visit, order, "utter_outage_already_reported")
    return order


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
            pictures = await attach_pending(visit, order_no)
            told = talk_of(visit, known[1], account_no=known[0].account_no, place=known[0].address_masked)
            return [*pictures, *told]
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
        if len(bound) == 1:
            return await self._at_home(visit, bound[0])
        if who_holds(visit, bound).life_support:
            await care_for(visit, bound)
            return open_form(visit, "outage_form", outage_scope=visit.wording.value("scope_unknown"))
        return open_form(visit, "outage_form", **({} if names_place else place_told(visit)))

    async def _at_home(self, visit: Visit, home: BoundAccount) -> list[Event]:
        """The only bound home: what its books tell, and as few questions as can be."""
        planned = await planned_now(visit, home)
        if planned and (visit.slot("outage_told") or {}).get("outage_no") != planned.outage_no:
            visit.show("utter_outage_planned_now", planned_values(visit, planned, home.address_masked))
            return talk_of(visit, planned, account_no=home.account_no, place=home.address_masked)
        if is_gentle(visit, [home]):
            order = await visit.backend.report_fault(_short(visit, home), idempotency_key=visit.key(self.title))
            visit.show("utter_outage_gentle_reported", order_values(visit, order), card=order_card(visit, order))
            return [*await attach_pending(visit, order.order_no), await_follow_ups(visit, "person")]
        lately = await restored_lately(visit, home)
        if lately and lately.restored:
            visit.say("utter_outage_restored_lately", restored=visit.moment(lately.restored), cause=lately.cause)
        elif visit.option("owes_doubt"):
            visit.say("utter_outage_not_cut", tail=home.tail)
        here: dict[str, Any] = {
            "address": home.address_masked,
            "place_account": home.account_no,
            "area_id": home.area_id,
        }
        return open_form(visit, "outage_form", **(here if visit.option("my_home") else {}))


def place_told(visit: Visit) -> dict[str, Any]:
    """The place whose outages were told a moment ago, for who then reports one without saying where."""
    told = visit.slot("outage_told") or {}
    if not told.get("area_id") or not told_just_now(visit, "outage_told"):
        return {}
    return {"address": told["place"], "area_id": told["area_id"], "known_outage": told["outage_no"]}


async def care_for(visit: Visit, accounts: Sequence[BoundAccount], order: FaultOrder | None = None) -> None:
    """Calls a person where somebody depends on the power, or where a manager is the first contact."""
    who = who_holds(visit, accounts)
    orders = (order.order_no,) if order else ()
    if who.life_support:
        visit.say("utter_outage_life_support")
        hand_over(visit, Handoff("life_support", "fault", PRIORITY_LIFE_SUPPORT, orders))
    elif who.key_account or who.important:
        is_theirs = who_holds(visit, accounts, said=False).needs_person
        visit.say("utter_outage_key_account" if is_theirs else "utter_outage_public_place")
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


def planned_values(visit: Visit, outage: Outage, place: str) -> dict[str, str | int]:
    """What a sentence about a planned outage needs."""
    start, end = outage.planned_from, outage.planned_to
    told = {"start": visit.moment(start) if start else "", "end": end.strftime("%H:%M") if end else ""}
    return {"place": place, "cause": outage.cause, **told}


def talk_of(visit: Visit, outage: Outage, *, place: str, account_no: str = "", area_id: str = "") -> list[Event]:
    """Remembers which outage was told, and what may be said to it."""
    told = {"outage_no": outage.outage_no, "account_no": account_no, "area_id": area_id, "place": place}
    names = ("tell_me", "food") if is_running(outage) else ("planned",)
    return [SlotSet("outage_told", told), await_follow_ups(visit, *names)]


def tell_joined(visit: Visit, outage: Outage, order: FaultOrder, response: str = "utter_outage_joined") -> None:
    """Tells the running outage and the number the customer has on it."""
    visit.show(response, {"order_no": order.order_no, **outage_values(visit, outage)}, card=order_card(visit, order))


class ReportFault(FormEnd):
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
            await self._tell_cut_off(visit)
            return self.done(visit)
        outage = await _outage_of(visit, order) if order.outage_no else None
        if outage:
            tell_joined(visit, outage, order)
            told = talk_of(visit, outage, place="", account_no=order.account_no)
        else:
            tell_reported(visit, order)
            told = []
        pictures = await attach_pending(visit, order.order_no)
        return [*pictures, *self.done(visit), *told]

    async def _tell_cut_off(self, visit: Visit) -> None:
        """That money is owed is the holder's to know: who has only typed the number proves who they are first."""
        number = str(visit.slot("place_account"))
        own = any(account.account_no == number for account in await visit.bindings())
        visit.say("utter_outage_cut_off" if own else "utter_outage_not_taken", tail=number[-4:])

    def give_up(self, visit: Visit) -> list[Event]:
        """See base class; what was collected goes to a person, and not into the next report."""
        hand_over(visit, Handoff("not_filed", "fault"))
        return super().give_up(visit)

    def kept(self, visit: Visit) -> list[Event]:
        """See base class."""
        return self.done(visit)


def tell_reported(visit: Visit, order: FaultOrder) -> None:
    """Tells the number of a new order and the published limit, as a limit."""
    has_limit = order.arrive_by and order.arrive_minutes
    response = "utter_outage_reported" if has_limit else "utter_outage_reported_no_limit"
    visit.show(response, order_values(visit, order), card=order_card(visit, order))


def order_values(visit: Visit, order: FaultOrder) -> dict[str, str | int]:
    """The number of an order and its published limit."""
    arrive_by = visit.moment(order.arrive_by) if order.arrive_by else ""
    return {"order_no": order.order_no, "minutes": order.arrive_minutes or "", "arrive_by": arrive_by}


async def _outage_of(visit: Visit, order: FaultOrder) -> Outage | None:
    account_no, area_id = str(visit.slot("place_account") or ""), str(visit.slot("area_id") or "")
    if not account_no and not area_id:
        return None
    outages = await visit.backend.outages(account_no=account_no, area_id="" if account_no else area_id)
    return next((outage for outage in outages if outage.outage_no == order.outage_no), None)


def _report(visit: Visit) -> FaultReport:
    account_no = str(visit.slot("place_account") or "")
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
        phone=phone_given(visit),
        note=str(visit.slot("care_note") or ""),
    )


ACTIONS: tuple[type[ServiceAction], ...] = (CheckOutage, ReportFault)
