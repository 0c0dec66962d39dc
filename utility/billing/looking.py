"""How the books are looked at: which bill is meant, months side by side, the tariff of a day; pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from utility.billing.assembling import Meter
from utility.billing.bands import bounds_of, months_supplied
from utility.billing.tariffs import Tariffs
from utility.billing.terms import Basis, plan_of, plan_on
from utility.billing.values import Bill, PeriodUsage
from utility.billing.views import Progress, TariffView, UsageMonths

FIRST, LAST = "0000-01", "9999-12"
PREVIOUS, LAST_YEAR = "previous", "last_year"
DAY = timedelta(days=1)

IN_FUTURE, NOT_ISSUED, UNKNOWN = "period.in_future", "bill.not_issued", "bill.unknown"
WHY = {
    IN_FUTURE: "The month has not begun.",
    NOT_ISSUED: "The month has no bill yet.",
    UNKNOWN: "The books have no bill of that month.",
}


def why_no_bill(period: str, edges: tuple[str, str] | None, closed_on: date | None, today: date) -> str:
    """Says why a month has no bill; `edges` are the first and the last month that has one."""
    if period > f"{today:%Y-%m}":
        return IN_FUTURE
    ended = closed_on is not None and period > f"{closed_on:%Y-%m}"
    return UNKNOWN if ended or (edges is not None and period <= edges[1]) else NOT_ISSUED


def other_period(after: Bill, against: str, issued: Sequence[str]) -> str:
    """Returns the month that a bill is compared with: `previous`, `last_year`, or the month that `against` names."""
    if against == LAST_YEAR:
        return year_before(after.period)
    if against != PREVIOUS:
        return against
    before = [period for period in issued if period < after.period]
    return max(before) if before else f"{after.since - DAY:%Y-%m}"


def year_before(period: str) -> str:
    """Returns the same month a year ago."""
    return f"{int(period[:4]) - 1:04d}{period[4:]}"


def usage_months(account_no: str, bills: Sequence[Bill], since: str, until: str) -> UsageMonths:
    """Shows the billed months since..until, oldest first; the newest beside the one before and a year ago."""
    every = {bill.period: PeriodUsage(bill.period, bill.days, bill.kwh, bill.tou_kwh, bill.total) for bill in bills}
    shown = [usage for period, usage in every.items() if (since or FIRST) <= period <= (until or LAST)]
    if not shown:
        return UsageMonths(account_no, (), None, None)
    newest = shown[-1].period
    earlier = [usage for period, usage in every.items() if period < newest]
    return UsageMonths(account_no, tuple(shown), earlier[-1] if earlier else None, every.get(year_before(newest)))


def tariff_view(account_no: str, meter: Meter, tariffs: Tariffs, day: date, progress: Progress | None) -> TariffView:
    """Shows what an account is billed by on a day; the bands are those of the day's whole month or year."""
    plan = plan_of(plan_on(day, meter.plan, list(meter.changes)))
    version = tariffs.at(day)
    bounds = None
    if plan.basis is Basis.TIER:
        months = months_supplied(day.year, None, None) if version.value.annual else [day.month]
        bounds = bounds_of(version.value, months, len(months) if plan.multi else 0)
    since = max((change.since for change in meter.changes if change.since <= day), default=None)
    return TariffView(account_no, day, plan, since, version, bounds, progress)
