"""Recomputes every bill from its readings and the tables, and checks that bills and readings follow one another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from runtime.postgres import Connection
from utility.billing.assembling import Computed, Meter, ReadingFalls, ReadingMissing, compute
from utility.billing.audit_store import Booked, booked, slices
from utility.billing.charging import Adjustment, NoPrice
from utility.billing.money import NOTHING, cents
from utility.billing.values import Bill, Reading
from utility.books.difference import Difference
from utility.company import Company


async def differences(connection: Connection, company: Company) -> list[Difference]:
    """Lists every bill that its readings and the tables do not give."""
    found: list[Difference] = []
    for account_nos in await slices(connection):
        for account in await booked(connection, account_nos):
            found.extend(_account(account, company))
    return found


def _account(account: Booked, company: Company) -> Iterator[Difference]:
    for number, bill in enumerate(account.bills):
        where = f"{account.account_no} {bill.period}"
        yield from _sums(bill, where)
        try:
            computed = _computed(account, bill, account.bills[:number], company)
        except (ReadingMissing, ReadingFalls, NoPrice) as error:
            yield Difference("bills.computed", where, f"{bill.total}", str(error))
            continue
        yield from _bill(bill, computed, where)
    for before, after in pairwise(account.bills):
        if before.until != after.since:
            where = f"{account.account_no} {after.period}"
            yield Difference("bills.follow", where, after.since.isoformat(), before.until.isoformat())


def _computed(account: Booked, bill: Bill, earlier: tuple[Bill, ...], company: Company) -> Computed:
    meter = Meter(
        plan=account.plan,
        closed_on=account.closed_on,
        changes=account.changes,
        readings=_as_billed(account, bill),
        supply=account.supply,
    )
    return compute(
        meter,
        company.policy.tariffs,
        company.billing.factors_at(bill.since),
        since=bill.since,
        until=bill.until,
        period=bill.period,
        earlier=[other for other in earlier if other.period[:4] == bill.period[:4]],
        adjustments=[Adjustment(line.quantity, line.price) for line in bill.lines if line.code == "adjust"],
    )


def _as_billed(account: Booked, bill: Bill) -> dict[date, Reading]:
    """The readings as the bill used them: a later correction is an adjustment, it does not change what was billed."""
    found = {day: revisions[-1] for day, revisions in account.readings.items()}
    for day, value in ((bill.since, bill.reading_before), (bill.until, bill.reading_after)):
        used = [reading for reading in account.readings.get(day, ()) if reading.value == value]
        if used:
            found[day] = used[-1]
        else:
            found.pop(day, None)
    return found


def _sums(bill: Bill, where: str) -> Iterator[Difference]:
    added = sum((line.amount for line in bill.lines), NOTHING)
    if added != bill.total:
        yield Difference("bills.total", where, f"{bill.total}", f"{added}")
    for line in bill.lines:
        if cents(line.quantity * line.price) != line.amount:
            yield Difference("bills.line", where, f"{line.amount}", f"{cents(line.quantity * line.price)}")
    if bill.days != (bill.until - bill.since).days:
        yield Difference("bills.days", where, f"{bill.days}", f"{(bill.until - bill.since).days}")


def _bill(bill: Bill, computed: Computed, where: str) -> Iterator[Difference]:
    booked_lines = sorted((line.code, line.quantity, line.price, line.amount) for line in bill.lines)
    lines = sorted((line.code, line.quantity, line.price, line.amount) for line in computed.charges)
    if lines != booked_lines:
        yield Difference("bills.lines", where, f"{bill.total}", f"{computed.total}")
    pairs = {
        "bills.kwh": (bill.kwh, computed.kwh),
        "bills.tier": (bill.tier, computed.composed.tier),
        "bills.plan": (bill.plan, computed.plan),
    }
    for what, (known, found) in pairs.items():
        if known != found:
            yield Difference(what, where, f"{known}", f"{found}")
