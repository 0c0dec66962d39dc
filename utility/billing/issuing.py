"""Bills are issued here, from readings and tables alone: one account's, or all of a period; once each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from runtime.postgres import Connection
from utility.accounts import store as accounts
from utility.accounts.values import Account
from utility.billing import freezing, meter_store, store
from utility.billing.assembling import Computed, Meter, ReadingFalls, ReadingMissing, compute
from utility.billing.charging import Adjustment, NoPrice
from utility.billing.values import Bill, PendingAdjustment
from utility.company import Company
from utility.errors import Clash, NotKnown, Refusal
from utility.events.outbox import Event, emit
from utility.payments import posting

DAY = timedelta(days=1)
RUN_MOST = 200  # accounts that one run bills in one transaction


@dataclass(frozen=True)
class Span:
    """What a bill covers: its month and the days of its first and last reading."""

    period: str
    since: date
    until: date


@dataclass(frozen=True)
class Run:
    """What issuing the bills of a period came to; `next_after` is where to go on, empty at the end."""

    period: str
    issued: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    next_after: str


async def issue_bill(connection: Connection, company: Company, account_no: str, period: str) -> Bill:
    """Issues the bill of `period` (YYYY-MM) from the account's readings.

    Raises:
        NotKnown: `account.unknown`.
        Clash: `period.in_future`, `period.not_over`, `account.closed` (before the period), `bill.exists`, `bill.gap`
            (fields: since; the months before have no bill), `reading.missing` or `reading.falls` (fields: read_on),
            `tariff.no_price` (the table has none for the plan).
    """
    await meter_store.hold(connection, account_no)
    account = await accounts.account(connection, account_no)
    if account is None:
        raise NotKnown("account.unknown", "There is no such account.")
    today = company.clock.now().date()
    meter = await meter_store.meter(connection, account_no)
    span = await _span(connection, account, meter, period, today)
    meter = await freezing.freeze(connection, company, account_no, meter, (span.since, span.until))
    waiting = await store.waiting_adjustments(connection, account_no)
    computed, carried = await _computed(connection, company, account_no, meter, span, waiting)
    bill = _bill(company, account, meter, span, computed, today)
    await meter_store.save_bill(connection, bill, computed)
    await meter_store.bill_adjustments(connection, [item.adjustment_no for item in carried], period)
    await posting.settle_account(connection, company, account_no)
    issued = await store.bill(connection, account_no, period, today)
    if issued is None:
        raise NotKnown("bill.unknown", "The bill is not in the books.")
    await tell(connection, company, "bill.issued", issued)
    return issued


async def issue_period(
    connection: Connection, company: Company, period: str, *, after: str = "", most: int = RUN_MOST
) -> Run:
    """Issues the bills of `period` for up to `most` accounts; one that cannot be billed is listed with the reason.

    Args:
        connection: the transaction; one for each call.
        company: whose books they are.
        period: the month.
        after: the account to go on after, in the order of their numbers.
        most: how many accounts have their turn.

    Raises:
        Clash: `period.in_future`, `period.not_over`.
    """
    today = company.clock.now().date()
    check_over(period, today)
    issued, refused = [], []
    wanted = await meter_store.issuable(connection, period, end_of(period), after=after, most=most)
    for account_no in wanted:
        try:
            async with connection.transaction():
                await issue_bill(connection, company, account_no, period)
            issued.append(account_no)
        except Refusal as refusal:
            refused.append((account_no, refusal.reason))
    return Run(period, tuple(issued), tuple(refused), wanted[-1] if len(wanted) == most else "")


def check_over(period: str, today: date) -> None:
    """Refuses a month that is not over.

    Raises:
        Clash: `period.in_future`, `period.not_over`.
    """
    if period > f"{today:%Y-%m}":
        raise Clash("period.in_future", "The month has not begun.")
    if period == f"{today:%Y-%m}":
        raise Clash("period.not_over", "The month is not over.")


def end_of(period: str) -> date:
    """Returns the day after the last of a month."""
    year, month = (int(part) for part in period.split("-"))
    return date(year + month // 12, month % 12 + 1, 1)


async def recompute(
    connection: Connection,
    company: Company,
    account_no: str,
    meter: Meter,
    span: Span,
    adjustments: Sequence[Adjustment],
) -> Computed:
    """Computes a bill anew from the readings given.

    Raises:
        Clash: `reading.missing`, `reading.falls`, `tariff.no_price`.
    """
    earlier = await meter_store.year_bills(connection, account_no, span.period)
    factors = company.billing.factors_at(span.since)
    try:
        return compute(
            meter,
            company.policy.tariffs,
            factors,
            since=span.since,
            until=span.until,
            period=span.period,
            earlier=earlier,
            adjustments=adjustments,
        )
    except ReadingMissing as error:
        raise Clash("reading.missing", "A reading is missing.", read_on=error.read_on.isoformat()) from error
    except ReadingFalls as error:
        raise Clash("reading.falls", "A reading is below the one before.", read_on=error.read_on.isoformat()) from error
    except NoPrice as error:
        raise Clash("tariff.no_price", f"The table has no price for this plan: {error}.") from error


async def _span(connection: Connection, account: Account, meter: Meter, period: str, today: date) -> Span:
    first, until = date.fromisoformat(f"{period}-01"), end_of(period)
    if account.closed_on is not None:
        if account.closed_on < first:
            raise Clash("account.closed", "The account was closed before that month.")
        until = min(until, account.closed_on + DAY)
    if account.closed_on is None or f"{account.closed_on:%Y-%m}" != period:
        check_over(period, today)
    last = await meter_store.last_bill(connection, account.account_no)
    if last and last[0] >= period:
        raise Clash("bill.exists", "The month, or a later one, has its bill.")
    since = last[1] if last else min(meter.readings, default=first)
    if since < first and not _one_reading(meter, since, first):
        raise Clash("bill.gap", "The months before have no bill.", since=since.isoformat())
    return Span(period, since, until)


def _one_reading(meter: Meter, since: date, first: date) -> bool:
    """Whether a bill may begin before its month: the month before was not read (two-month reading)."""
    before = (first - DAY).replace(day=1)
    return since >= before and first not in meter.readings


async def _computed(
    connection: Connection,
    company: Company,
    account_no: str,
    meter: Meter,
    span: Span,
    waiting: list[PendingAdjustment],
) -> tuple[Computed, list[PendingAdjustment]]:
    """Computes the bill with the adjustments that wait; what would make it negative waits for the next one."""
    carried = list(waiting)
    while True:
        items = [Adjustment(item.kwh, item.price, item.period, item.why) for item in carried]
        computed = await recompute(connection, company, account_no, meter, span, items)
        if computed.total >= 0 or not carried:
            return computed, carried
        carried.pop()


def _bill(company: Company, account: Account, meter: Meter, span: Span, computed: Computed, today: date) -> Bill:
    final = account.closed_on is not None and span.until == account.closed_on + DAY
    return Bill(
        account_no=account.account_no,
        period=span.period,
        days=(span.until - span.since).days,
        kwh=computed.kwh,
        tier=computed.composed.tier,
        total=computed.total,
        issued=today,
        due=today if final else due_day(today, company.policy.bill_calendar.due_day),
        status="unpaid",
        paid_on=None,
        plan=computed.plan,
        since=span.since,
        until=span.until,
        reading_before=meter.readings[span.since].value,
        reading_after=meter.readings[span.until].value,
        tou_kwh=computed.times,
    )


def due_day(issued: date, day: int) -> date:
    """Returns the next `day` of a month after a bill is issued."""
    if issued.day < day:
        return issued.replace(day=day)
    return end_of(f"{issued:%Y-%m}").replace(day=day)


async def tell(connection: Connection, company: Company, kind: str, bill: Bill) -> None:
    """Tells of a bill: `bill.issued` or `bill.corrected`."""
    figures = {"kwh": f"{bill.kwh:f}", "total": f"{bill.total:f}", "tier": bill.tier, "due": bill.due.isoformat()}
    year = [{"period": row["period"], "kwh": f"{row['kwh']:f}"} for row in await _year(connection, bill)]
    data = {"period": bill.period, **figures, "status": bill.status, "year": year}
    subject = f"{bill.account_no}-{bill.period}"
    await emit(connection, Event(kind, company.clock.now(), subject, bill.account_no, data=data))


async def _year(connection: Connection, bill: Bill) -> list[Any]:
    """Lists the bills of the year that ends with this one, oldest first."""
    rows = await connection.fetch(
        "select period, kwh from bills where account_no = $1 and period <= $2 order by period desc limit 12",
        *(bill.account_no, bill.period),
    )
    return list(reversed(rows))
