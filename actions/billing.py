"""The billing skill: a month's bill, a year's, and how the account stands; it shows nothing of an unbound account."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from rasa_sdk.events import SlotSet

from actions import bill_dispute, invoice
from actions.account import ACCOUNT_SLOTS, AccountForm
from actions.account_asked import AskedOfAccount
from actions.base import Event, ServiceAction
from actions.billing_explained import month_bars, show_trend, show_why
from actions.form import FormVisit
from actions.periods import last_month, periods_said
from actions.visit import Visit
from actions.who import is_gentle, who_holds
from actions.wording import energy, money
from backend.errors import NotFound
from backend.models import Bill, BoundAccount, Money
from conversation.reply import Card

_WORDS = "utter_billing_words"
# What is owed, in short sentences with a person offered.
_GENTLE = {
    "utter_billing_prepaid": "utter_billing_gentle_prepaid",
    "utter_billing_owed": "utter_billing_gentle_owed",
    "utter_billing_overdue": "utter_billing_gentle_overdue",
    "utter_billing_settled": "utter_billing_gentle_settled",
}


class BillForm(AccountForm):
    """Finds out whose bill, and proves the right to see it."""

    form = "bill_form"
    topic = "bill_query"
    slots = (*ACCOUNT_SLOTS, "bill_period", "bill_wish")
    intents = frozenset({"bill_query", "account_manage"})

    async def read(self, visit: FormVisit) -> None:
        """See base class; a month said on the way replaces the one asked for before."""
        periods = periods_said(visit)
        if periods:
            visit.fill(bill_period=",".join(periods))
        await super().read(visit)


class BalanceForm(AccountForm):
    """Finds out whose balance, and proves the right to see it."""

    form = "balance_form"
    topic = "balance_query"
    intents = frozenset({"balance_query", "account_manage"})


class ShowBill(AskedOfAccount):
    """Shows the bill of a month, the usage of the month that has none yet, several months, or why a bill changed."""

    title = "action_show_bill"
    form = "bill_form"
    asked_slots = ("bill_period", "bill_wish")

    def asked(self, visit: Visit) -> dict[str, Any]:
        """See base class."""
        periods = ",".join(periods_said(visit))
        return {"bill_period": periods or None, "bill_wish": visit.option("bill_wish")}

    async def answer(self, visit: Visit, account: BoundAccount) -> list[Event]:
        """See base class."""
        wish = visit.slot("bill_wish") or visit.option("bill_wish")
        periods = str(visit.slot("bill_period") or "").split(",") if visit.slot("bill_period") else periods_said(visit)
        if wish == "why":
            return [SlotSet("bill_talked", await show_why(visit, account, periods))]
        if wish == "trend":
            await show_trend(visit, account)
            return []
        today = visit.services.clock.now().date()
        return await _show(visit, account, periods or [last_month(today)])


async def _show(visit: Visit, account: BoundAccount, periods: Sequence[str]) -> list[Event]:
    """Shows what was asked for, and remembers the month the talk is about."""
    this_month, period = f"{visit.services.clock.now():%Y-%m}", periods[0]
    if len(periods) > 1:
        await _show_several(visit, account, [period for period in periods if len(period) > len("YYYY")])
    elif len(period) == len("YYYY"):
        await _show_several(visit, account, [f"{period}-{month:02d}" for month in range(1, 13)], year=period)
    elif period > this_month:
        visit.say("utter_billing_future", month=visit.wording.month(period))
    elif period == this_month:
        await _show_running_month(visit, account, period)
    else:
        await _show_month(visit, account, period)
        return [SlotSet("bill_talked", period)]
    return []


async def _show_month(visit: Visit, account: BoundAccount, period: str) -> None:
    month = visit.wording.month(period)
    try:
        bill = await visit.backend.bill(account.account_no, period, visit.user)
    except NotFound as error:
        name = "utter_billing_not_issued" if error.reason == "bill.not_issued" else "utter_billing_unknown"
        visit.say(name, month=month, tail=account.tail)
        return
    values = {
        "month": month,
        "tail": account.tail,
        "kwh": energy(bill.kwh),
        "total": money(bill.total),
        "status": _status(visit, bill),
    }
    who = who_holds(visit, [account])
    if who.key_account:
        await _tell_manager(visit, account)
    if who.gentle:
        visit.show("utter_billing_gentle_bill", values, card=_card(visit, bill))
        return
    pay = visit.wording.of(_WORDS)["pay"]
    buttons = [(pay, pay)] if bill.status == "unpaid" else []
    visit.show("utter_billing_bill", values, buttons=buttons, card=_card(visit, bill))


async def _tell_manager(visit: Visit, account: BoundAccount) -> None:
    """A large customer's own manager comes first; the figures stand beside."""
    manager = (await visit.backend.profile(account.account_no, visit.user)).manager
    if manager is not None:
        visit.say("utter_billing_manager", name=manager.name, phone=manager.phone, hours=manager.hours)


async def _show_running_month(visit: Visit, account: BoundAccount, period: str) -> None:
    month = visit.wording.month(period)
    try:
        usage = await visit.backend.running_month(account.account_no, visit.user)
    except NotFound:
        visit.say("utter_billing_not_issued", month=month, tail=account.tail)
        return
    gentle = who_holds(visit, [account]).gentle
    visit.say(
        "utter_billing_gentle_running_month" if gentle else "utter_billing_running_month",
        month=month,
        tail=account.tail,
        kwh=energy(usage.kwh),
        until=visit.wording.day(usage.until),
        so_far=money(usage.so_far),
        estimate=money(usage.estimated_total),
    )


async def _show_several(visit: Visit, account: BoundAccount, months: Sequence[str], *, year: str = "") -> None:
    """Shows the bills of a year, or of the months that were named."""
    last = last_month(visit.services.clock.now().date())
    found = await asyncio.gather(*(_bill_or_none(visit, account, month) for month in sorted(months) if month <= last))
    bills = [bill for bill in found if bill]
    name = visit.wording.of(_WORDS)["year" if year else "months"]
    if not bills:
        span = name.format(year=year, since=visit.wording.month(months[0]), until=visit.wording.month(months[-1]))
        visit.say("utter_billing_unknown_year", span=span, tail=account.tail)
        return
    span = name.format(
        year=year, since=visit.wording.month(bills[0].period), until=visit.wording.month(bills[-1].period)
    )
    total = sum((bill.total for bill in bills), Decimal(0))
    values: dict[str, str | int] = {"span": span, "tail": account.tail, "count": len(bills), "total": money(total)}
    visit.show("utter_billing_year", values, card=_several_card(visit, account, bills, span))


def _several_card(visit: Visit, account: BoundAccount, bills: Sequence[Bill], span: str) -> Card:
    words, total = visit.wording.of(_WORDS), sum((bill.total for bill in bills), Decimal(0))
    rows = tuple((visit.wording.month(bill.period), words["yuan"].format(amount=money(bill.total))) for bill in bills)
    return Card(
        kind="bill",
        title=words["year_title"].format(span=span, tail=account.tail),
        rows=rows,
        total=(words["total"], words["yuan"].format(amount=money(total))),
        chart=month_bars(visit, [(bill.period, bill.total) for bill in bills], in_yuan=True),
    )


async def _bill_or_none(visit: Visit, account: BoundAccount, period: str) -> Bill | None:
    try:
        return await visit.backend.bill(account.account_no, period, visit.user)
    except NotFound:
        return None


def _status(visit: Visit, bill: Bill) -> str:
    words = visit.wording.of(_WORDS)
    paid_on = visit.wording.day(bill.paid_on) if bill.paid_on else ""
    return words[f"status_{bill.status}"].format(due=visit.wording.day(bill.due), paid_on=paid_on)


def _card(visit: Visit, bill: Bill) -> Card:
    words = visit.wording.of(_WORDS)
    shape = words["line"]
    lines = tuple(
        (line.name, shape.format(quantity=energy(line.quantity), price=energy(line.price), amount=money(line.amount)))
        for line in bill.lines
    )
    usage = (words["usage"], words["kwh"].format(kwh=energy(bill.kwh)))
    return Card(
        kind="bill",
        title=words["title"].format(month=visit.wording.month(bill.period), tail=bill.account_no[-4:]),
        rows=(usage, *lines, (words["status"], _status(visit, bill))),
        total=(words["total"], words["yuan"].format(amount=money(bill.total))),
    )


class ShowBalance(AskedOfAccount):
    """Shows balance and arrears."""

    title = "action_show_balance"
    form = "balance_form"

    async def answer(self, visit: Visit, account: BoundAccount) -> list[Event]:
        """See base class; who finds it hard is told the one figure that counts, and offered a person."""
        stand = await visit.backend.money(account.account_no, visit.user)
        response = _balance_response(account, stand)
        if is_gentle(visit, [account]) and response in _GENTLE:
            response = _GENTLE[response]
        visit.say(
            response,
            tail=account.tail,
            balance=money(stand.balance),
            owed=money(stand.owed),
            overdue=money(stand.overdue),
            damages=money(stand.damages),
            payable=money(stand.payable),
            reconnect=money(stand.reconnect),
            days=str(stand.days_left if stand.days_left is not None else ""),
        )
        return []


def _balance_response(account: BoundAccount, stand: Money) -> str:
    """Chooses the sentence by what matters most: cut off, overdue, owed, running low, settled."""
    if account.status == "cut_off" and stand.reconnect > 0:
        return "utter_billing_cut_off"
    if stand.overdue > 0:
        return "utter_billing_overdue"
    if stand.owed > 0:
        return "utter_billing_owed"
    if stand.days_left is not None:
        return "utter_billing_prepaid"
    return "utter_billing_credit" if stand.balance > 0 else "utter_billing_settled"


ACTIONS: tuple[type[ServiceAction], ...] = (
    BalanceForm,
    BillForm,
    ShowBalance,
    ShowBill,
    *bill_dispute.ACTIONS,
    *invoice.ACTIONS,
)
