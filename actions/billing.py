"""The billing skill: a month's bill, a year's, and how the account stands; it shows nothing of an unbound account."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from actions.account import (
    ACCOUNT_FORMS,
    ACCOUNT_SLOTS,
    AccountForm,
    account_number_said,
    bound_account_meant,
    remember,
)
from actions.base import Event, ServiceAction, forget, open_form, take_up_paused
from actions.form import FormVisit
from actions.visit import Visit
from actions.wording import energy, money
from backend.errors import NotFound
from backend.models import Bill, BoundAccount, Money
from conversation.reply import Card

_WORDS = "utter_billing_words"


def last_month(today: date) -> str:
    """The month before `today` as YYYY-MM."""
    return (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


class BillForm(AccountForm):
    """Finds out whose bill, and proves the right to see it."""

    form = "bill_form"
    topic = "bill_query"
    slots = (*ACCOUNT_SLOTS, "bill_period")
    intents = frozenset({"bill_query", "account_manage"})

    async def read(self, visit: FormVisit) -> None:
        """See base class; a month said on the way replaces the one asked for before."""
        period = visit.entity("bill_period")
        if period:
            visit.fill(bill_period=period)
        await super().read(visit)


class BalanceForm(AccountForm):
    """Finds out whose balance, and proves the right to see it."""

    form = "balance_form"
    topic = "balance_query"
    intents = frozenset({"balance_query", "account_manage"})


class AccountQuestion(ServiceAction):
    """A question about one bound account: answered at once when it is clear which, else its form is opened."""

    form: str

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        bound = await visit.bindings()
        account = _account(visit, bound)
        if account is None:
            # A code that is on its way serves this question as well.
            number = visit.slot("account_no") or _foreign(visit)
            return open_form(visit, self.form, instead_of=ACCOUNT_FORMS, **self.asked(visit), account_no=number)
        await self.answer(visit, account)
        return [remember(account), *forget(*ACCOUNT_SLOTS, "bill_period", "said_account"), *take_up_paused(visit)]

    def asked(self, visit: Visit) -> dict[str, str | None]:
        """What the question says beside the account."""
        return {}

    async def answer(self, visit: Visit, account: BoundAccount) -> None:
        """Tells what was asked about `account`."""
        raise NotImplementedError


def _account(visit: Visit, bound: Sequence[BoundAccount]) -> BoundAccount | None:
    """The account meant: named now, found by the form, spoken of before, or the only one."""
    named = bound_account_meant(visit, bound)
    if named or _foreign(visit):
        return named
    for number in (visit.slot("account_no"), visit.slot("known_account")):
        found = next((account for account in bound if account.account_no == number), None)
        if found:
            return found
    return bound[0] if len(bound) == 1 else None


def _foreign(visit: Visit) -> str | None:
    """An account number in the message itself; the answers of a form are read by the form."""
    said = account_number_said(visit) or visit.slot("said_account")
    return None if visit.slot("account_no") else said or None


class ShowBill(AccountQuestion):
    """Shows the bill of a month, the usage of the month that has none yet, or the months of a year."""

    title = "action_show_bill"
    form = "bill_form"

    def asked(self, visit: Visit) -> dict[str, str | None]:
        """See base class."""
        return {"bill_period": visit.entity("bill_period") or None}

    async def answer(self, visit: Visit, account: BoundAccount) -> None:
        """See base class."""
        today = visit.services.clock.now().date()
        period = str(visit.slot("bill_period") or visit.entity("bill_period") or last_month(today))
        this_month = today.strftime("%Y-%m")
        if len(period) == len("YYYY"):
            await _show_year(visit, account, period)
        elif period > this_month:
            visit.say("utter_billing_future", month=visit.wording.month(period))
        elif period == this_month:
            await _show_running_month(visit, account, period)
        else:
            await _show_month(visit, account, period)


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
    visit.show("utter_billing_bill", values, card=_card(visit, bill))


async def _show_running_month(visit: Visit, account: BoundAccount, period: str) -> None:
    month = visit.wording.month(period)
    try:
        usage = await visit.backend.month_usage(account.account_no, visit.user)
    except NotFound:
        visit.say("utter_billing_not_issued", month=month, tail=account.tail)
        return
    until = visit.wording.day(usage.until)
    visit.say("utter_billing_running_month", month=month, tail=account.tail, kwh=energy(usage.kwh), until=until)


async def _show_year(visit: Visit, account: BoundAccount, year: str) -> None:
    last = last_month(visit.services.clock.now().date())
    months = [f"{year}-{month:02d}" for month in range(1, 13)]
    found = await asyncio.gather(*(_bill_or_none(visit, account, month) for month in months if month <= last))
    bills = [bill for bill in found if bill]
    if not bills:
        visit.say("utter_billing_unknown_year", year=year, tail=account.tail)
        return
    words, total = visit.wording.of(_WORDS), sum((bill.total for bill in bills), Decimal(0))
    rows = tuple((visit.wording.month(bill.period), words["yuan"].format(amount=money(bill.total))) for bill in bills)
    title = words["year_title"].format(year=year, tail=account.tail)
    card = Card("bill", title, rows, (words["total"], words["yuan"].format(amount=money(total))))
    values: dict[str, str | int] = {"year": year, "tail": account.tail, "count": len(bills), "total": money(total)}
    visit.show("utter_billing_year", values, card=card)


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


class ShowBalance(AccountQuestion):
    """Shows balance and arrears."""

    title = "action_show_balance"
    form = "balance_form"

    async def answer(self, visit: Visit, account: BoundAccount) -> None:
        """See base class."""
        stand = await visit.backend.money(account.account_no, visit.user)
        visit.say(
            _balance_response(account, stand),
            tail=account.tail,
            balance=money(stand.balance),
            owed=money(stand.owed),
            overdue=money(stand.overdue),
            damages=money(stand.damages),
            payable=money(stand.payable),
            reconnect=money(stand.reconnect),
            days=str(stand.days_left if stand.days_left is not None else ""),
        )


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


ACTIONS: tuple[type[ServiceAction], ...] = (BalanceForm, BillForm, ShowBalance, ShowBill)
