"""Recomputes every bill from its readings and the tables, and checks that bills and readings follow one another.

Bills that are alike in all that decides them are recomputed once (`audit_alike`); any other bill by itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from types import MappingProxyType

from runtime.postgres import Connection
from utility.billing.assembling import Computed, Meter, ReadingFalls, ReadingMissing, compute
from utility.billing.audit_alike import Kind, classes, example, ordinary_spans
from utility.billing.audit_store import Booked, booked, sampled, slices
from utility.billing.charging import Adjustment, NoPrice
from utility.billing.money import NOTHING, cents
from utility.billing.values import Bill, Reading
from utility.books.difference import Difference
from utility.company import Company

AT_ONCE = 500  # accounts whose books are read at once
NO_DRAW: Mapping[str, frozenset[str]] = MappingProxyType({})


@dataclass(frozen=True)
class Examined:
    """What the audit of bills found, and how much of the books it looked at.

    Attributes:
        found: the differences.
        recomputed: how many bills were recomputed.
        bills: how many there are.
    """

    found: list[Difference]
    recomputed: int
    bills: int


async def differences(connection: Connection, company: Company) -> list[Difference]:
    """Lists every bill that its readings and the tables do not give."""
    return (await examine(connection, company)).found


async def examine(connection: Connection, company: Company, sample: int | None = None) -> Examined:
    """Recomputes every bill, or `sample` of them (others each day) with nothing said of the rest."""
    bills = await connection.fetchval("select count(*) from bills")
    if sample is None:
        return Examined([each async for each in _everything(connection, company)], bills, bills)
    drawn = await sampled(connection, sample, company.clock.now().date())
    found = [each async for each in _one_by_one(connection, company, sorted(drawn), drawn)]
    return Examined(found, sum(map(len, drawn.values())), bills)


async def _everything(connection: Connection, company: Company) -> AsyncIterator[Difference]:
    """Recomputes each class of alike bills once; the accounts of a class that is not right come one by one."""
    spans = await ordinary_spans(connection, company.policy.tariffs)
    right: set[Kind] = set()
    for account_nos in await slices(connection):
        doubtful: set[str] = set()
        for alike in await classes(connection, account_nos[0], account_nos[-1], spans):
            if alike.kind in right:
                continue
            if alike.kind.ordinary and not any(_account(example(alike.kind), company)):
                right.add(alike.kind)
            else:
                doubtful.update(alike.account_nos)
        async for each in _one_by_one(connection, company, sorted(doubtful)):
            yield each


async def _one_by_one(
    connection: Connection, company: Company, account_nos: Sequence[str], drawn: Mapping[str, frozenset[str]] = NO_DRAW
) -> AsyncIterator[Difference]:
    for start in range(0, len(account_nos), AT_ONCE):
        for account in await booked(connection, account_nos[start : start + AT_ONCE]):
            for each in _account(account, company, drawn.get(account.account_no)):
                yield each


def _account(account: Booked, company: Company, drawn: frozenset[str] | None = None) -> Iterator[Difference]:
    for number, bill in enumerate(account.bills):
        if drawn is None or bill.period in drawn:
            yield from _recomputed(account, number, bill, company)
    for before, after in pairwise(account.bills):
        if before.until != after.since and (drawn is None or after.period in drawn):
            where = f"{account.account_no} {after.period}"
            yield Difference("bills.follow", where, after.since.isoformat(), before.until.isoformat())


def _recomputed(account: Booked, number: int, bill: Bill, company: Company) -> Iterator[Difference]:
    where = f"{account.account_no} {bill.period}"
    yield from _sums(bill, where)
    try:
        computed = _computed(account, bill, account.bills[:number], company)
    except (ReadingMissing, ReadingFalls, NoPrice) as error:
        yield Difference("bills.computed", where, f"{bill.total}", str(error))
        return
    yield from _bill(bill, computed, where)


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
