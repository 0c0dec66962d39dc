"""The acts an agent may do at the utility for the customer of a chat: each asks once and tells what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from backend.models import Appointment, Booking, CaseFiling, FaultOrder, FaultReport
from console.server.bodies import Text
from console.server.panel.errors import ActRefused
from console.server.panel.job import (
    ACCOUNT,
    CHOICE,
    MAYBE_ACCOUNT,
    MAYBE_CHOICE,
    MAYBE_WORDS,
    NUMBER,
    PHONE,
    WORDS,
    Act,
    Done,
    Job,
)
from console.server.panel.wire import is_running

FAULT_LETTER = "F"
_CODE = Text(6, least=6)


@dataclass(frozen=True)
class _FormAct:
    fields: Mapping[str, Text]
    do: Callable[[Job], Awaitable[Done]]

    async def __call__(self, job: Job) -> Done:
        return await self.do(job)


async def _payment_link(job: Job) -> Done:
    account, wished = await job.account(), job.fields
    order = await job.backend.payment_link(
        account.account_no,
        wished["purpose"],
        job.user,
        idempotency_key=job.key,
        period=wished["period"],
        amount=_amount(wished["amount"]),
    )
    number, amount = order.payment_order_no, f"{order.amount:.2f}"
    blanks = {"tail": account.tail, "amount": amount, "number": number, "until": job.moment(order.expires_at)}
    shown = {"number": number, "tail": account.tail, "amount": amount}
    return Done("payment_link", {**blanks, "link": order.link}, shown, tell="payment_link")


async def _fault(job: Job) -> Done:
    wished = job.fields
    number = (await job.account()).account_no if wished["account"] else ""
    if not number and not wished["address"]:
        raise ActRefused("fault.no_place", {})
    return _told_fault(job, await _report(job, number), number[-4:])


async def _outage(job: Job) -> Done:
    account, outage_no = await job.account(), job.fields["outage_no"]
    covering = await job.backend.outages(account_no=account.account_no)
    if not any(one.outage_no == outage_no and is_running(one) for one in covering):
        raise ActRefused("outage.elsewhere", {"outage_no": outage_no, "tail": account.tail})
    order = await _report(job, account.account_no)
    told = _told_fault(job, order, account.tail)
    note = "outage" if order.outage_no == outage_no else "outage_apart"
    return Done(note, {**told.blanks, "outage": outage_no}, told.shown, told.tell)


async def _report(job: Job, account_no: str) -> FaultOrder:
    told = {name: job.fields.get(name, "") for name in ("address", "symptom", "scope", "phone", "note")}
    who = {"channel": job.user.channel.value, "channel_user": job.user.user_id}
    if account_no:
        told["address"] = ""
    return await job.backend.report_fault(FaultReport(account_no=account_no, **who, **told), idempotency_key=job.key)


def _told_fault(job: Job, order: FaultOrder, tail: str) -> Done:
    joined, at = bool(order.outage_no), order.eta if order.outage_no else order.arrive_by
    tell = "fault" + ("_joined" if joined else "") + ("" if at else "_open")
    where = job.phrases.say("utter_desk_where", tail=tail) if tail else order.address_masked
    blanks = {"number": order.order_no, "where": where, "tail": tail, "outage": order.outage_no}
    blanks["until"] = job.moment(at) if at else ""
    shown = {"number": order.order_no, "tail": tail, "outage": order.outage_no}
    return Done("fault", blanks, {name: value for name, value in shown.items() if value}, tell)


async def _case(job: Job) -> Done:
    wished = job.fields
    number = (await job.account()).account_no if wished["account"] else ""
    filing = CaseFiling(wished["kind"], wished["type"], wished["text"], number, wished["phone"], wished["secrecy"])
    order = (await job.backend.file_case(job.user, filing, idempotency_key=job.key)).order
    kind = job.phrases.say(f"utter_desk_kind_{order.kind}")
    blanks = {"number": order.order_no, "kind": kind, "type": order.type, "owner": order.owner}
    blanks["until"] = job.moment(order.due) if order.due else ""
    return Done("case", blanks, {"number": order.order_no, "type": order.type}, "case" if order.due else "case_open")


async def _urge(job: Job) -> Done:
    number, note = job.fields["order_no"], job.fields["note"]
    if number.startswith(FAULT_LETTER):
        fault = await job.backend.urge_fault(number, user=job.user, note=note, idempotency_key=job.key)
        dispatched, next_from = fault.dispatched, fault.next_from
    else:
        case = await job.backend.urge_order(number, user=job.user, note=note, idempotency_key=job.key)
        dispatched, next_from = case.dispatched, case.next_from
    name = "urge" if dispatched else "urge_kept"
    return Done(name, {"number": number, "until": job.moment(next_from)}, {"number": number}, name)


async def _book(job: Job) -> Done:
    account, wished = await job.account(), job.fields
    booking = Booking(account.account_no, wished["business_type"], wished["slot_id"], wished["phone"], wished["note"])
    return _visit(job, "book", await job.backend.book_appointment(booking, job.user, idempotency_key=job.key))


async def _move(job: Job) -> Done:
    number, slot_id = job.fields["appointment_no"], job.fields["slot_id"]
    return _visit(job, "move", await job.backend.move_appointment(number, slot_id, job.user, idempotency_key=job.key))


async def _cancel(job: Job) -> Done:
    number, note = job.fields["appointment_no"], job.fields["note"]
    return _visit(
        job, "cancel", await job.backend.cancel_appointment(number, job.user, note=note, idempotency_key=job.key)
    )


def _visit(job: Job, name: str, visit: Appointment) -> Done:
    number, day, period = visit.appointment_no, job.day(visit.slot.day), visit.slot.period
    blanks = {"number": number, "tail": visit.account_no[-4:], "type": visit.business_type, "day": day}
    blanks |= {"period": period, "until": job.moment(visit.change_until)}
    return Done(name, blanks, {"number": number, "type": visit.business_type, "day": f"{day}{period}"}, name)


async def _code(job: Job) -> Done:
    sent = await job.backend.send_check_code(job.fields["account_no"], job.user)
    minutes = max(1, round((sent.expires_at - job.counter.now()).total_seconds() / 60))
    tail = job.fields["account_no"][-4:]
    blanks = {"tail": tail, "phone": sent.phone_masked, "minutes": str(minutes)}
    return Done("code", blanks, {"tail": tail, "phone": sent.phone_masked}, "code")


async def _bind(job: Job) -> Done:
    bound = await job.backend.bind(job.fields["account_no"], job.fields["code"], job.user)
    return Done("bind", {"tail": bound.tail}, {"tail": bound.tail}, "bind", bound)


def _amount(said: str) -> Decimal | None:
    """Reads yuan; what is no amount the utility refuses in its own words."""
    if not said:
        return None
    try:
        amount = Decimal(said)
    except InvalidOperation as error:
        raise ActRefused("payment.amount", {}) from error
    if not amount.is_finite():
        raise ActRefused("payment.amount", {})
    return amount


ACTS: Mapping[str, Act] = MappingProxyType({
    "payment_link": _FormAct(
        {"account": ACCOUNT, "purpose": CHOICE, "period": MAYBE_CHOICE, "amount": MAYBE_CHOICE}, _payment_link
    ),
    "fault": _FormAct(
        {"account": MAYBE_ACCOUNT, "address": MAYBE_WORDS, "symptom": MAYBE_CHOICE, "scope": MAYBE_CHOICE,
         "phone": PHONE, "note": MAYBE_WORDS}, _fault
    ),
    "case": _FormAct(
        {"kind": CHOICE, "type": CHOICE, "text": WORDS, "account": MAYBE_ACCOUNT, "phone": PHONE,
         "secrecy": MAYBE_CHOICE}, _case
    ),
    "urge": _FormAct({"order_no": NUMBER, "note": MAYBE_WORDS}, _urge),
    "book": _FormAct(
        {"account": ACCOUNT, "business_type": CHOICE, "slot_id": NUMBER, "phone": PHONE, "note": MAYBE_WORDS}, _book
    ),
    "move": _FormAct({"appointment_no": NUMBER, "slot_id": NUMBER}, _move),
    "cancel": _FormAct({"appointment_no": NUMBER, "note": MAYBE_WORDS}, _cancel),
    "outage": _FormAct({"account": ACCOUNT, "outage_no": NUMBER, "symptom": MAYBE_CHOICE}, _outage),
    "code": _FormAct({"account_no": Text(16, least=10)}, _code),
    "bind": _FormAct({"account_no": Text(16, least=10), "code": _CODE}, _bind),
})  # fmt: skip
