"""The fake company, part billing: the demo city's bills and days, seen through the reference company's own rules."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from backend.errors import NotFound
from backend.models import Bill, BillExplanation, BillPage, MonthUsage, RunningMonth, TariffView, UsageDays, UsageMonths
from backend.wire import billing as read
from conversation.identity import ChannelUser
from tests.fakes.backend.payments import FakePayments
from utility.billing import looking, wire_tariff
from utility.billing import running as month
from utility.billing import wire as show
from utility.billing.assembling import Meter
from utility.billing.explaining import explain
from utility.billing.issuing import end_of
from utility.billing.tables import read_billing_tables
from utility.billing.terms import PlanChange, Supply
from utility.billing.usage import standing_out
from utility.billing.values import Bill as BooksBill
from utility.billing.values import DayUsage, Reading
from utility.billing.views import RunningMonth as BooksMonth
from utility.billing.views import UsageDays as BooksDays
from utility.counter import paging
from utility.regions import regions_of
from utility.seed.file import fixed_now, read_city
from utility.seed.rows import tables

NOTHING = Decimal("0.00")
_TABLES = read_billing_tables(regions_of("guangzhou"))


class FakeBilling(FakePayments):
    """The calls about billing."""

    async def bill(self, account_no: str, period: str, user: ChannelUser) -> Bill:
        """See base class."""
        self._called("bill")
        self._access(account_no, user)
        return read.bill(show.bill(self._issued_bill(account_no, period)))

    async def bills(
        self, account_no: str, user: ChannelUser, *, since: str = "", until: str = "", cursor: str = "", limit: int = 12
    ) -> BillPage:
        """See base class."""
        self._called("bills")
        self._access(account_no, user)
        wanted = paging.asked({"limit": str(limit), "cursor": cursor}, str)
        before = wanted.after[0] if wanted.after else looking.LAST
        found = [
            bill
            for bill in reversed(self._issued(account_no))
            if (since or looking.FIRST) <= bill.period <= (until or looking.LAST) and bill.period < before
        ]
        page = paging.page(found[: wanted.fetch], wanted, lambda bill: (bill.period,))
        return read.bill_page(show.bills(page))

    async def explain_bill(
        self, account_no: str, period: str, user: ChannelUser, *, against: str = "previous"
    ) -> BillExplanation:
        """See base class."""
        self._called("explain_bill")
        account, today = self._access(account_no, user), self._clock.now().date()
        estimate = period == f"{today:%Y-%m}" and account.status != "closed"
        after = self._running(account_no).estimate if estimate else self._issued_bill(account_no, period)
        issued = [bill.period for bill in self._issued(account_no)]
        before = self._issued_bill(account_no, looking.other_period(after, against, issued))
        late = {claim.period: claim.damages for claim in self._bill_claims(account)}
        days = [d for d in self._city.days.get(account_no, []) if after.since <= d.day < min(after.until, today)]
        found = explain(
            after,
            before,
            damages_after=NOTHING if estimate else late.get(after.period, NOTHING),
            damages_before=late.get(before.period, NOTHING),
            stand_out=standing_out(days, _TABLES.usage_at(today)),
            estimate=estimate,
        )
        return read.explanation(show.explanation(found))

    async def month_usage(self, account_no: str, user: ChannelUser) -> MonthUsage:
        """See base class."""
        self._called("month_usage")
        self._access(account_no, user)
        found = self._running(account_no)
        tier, left = (found.progress.tier, found.progress.left) if found.progress else (None, None)
        return MonthUsage(account_no, found.period, found.kwh, found.until, tier, left)

    async def running_month(self, account_no: str, user: ChannelUser) -> RunningMonth:
        """See base class."""
        self._called("running_month")
        self._access(account_no, user)
        return read.running_month(show.running(self._running(account_no)))

    async def usage_days(self, account_no: str, period: str, user: ChannelUser) -> UsageDays:
        """See base class."""
        self._called("usage_days")
        self._access(account_no, user)
        today = self._clock.now().date()
        if period > f"{today:%Y-%m}":
            raise NotFound(looking.IN_FUTURE)
        known = [d for d in self._city.days.get(account_no, []) if d.day < today]
        days: list[DayUsage] = [d for d in known if f"{d.day:%Y-%m}" == period]
        if not days:
            raise NotFound("usage.unknown")
        whole = (end_of(period) - date.fromisoformat(f"{period}-01")).days
        view = BooksDays(account_no, period, tuple(days), len(days) == whole, known[-1].day)
        return read.usage_days(show.usage_days(view))

    async def usage_months(
        self, account_no: str, user: ChannelUser, *, since: str = "", until: str = ""
    ) -> UsageMonths:
        """See base class."""
        self._called("usage_months")
        self._access(account_no, user)
        found = looking.usage_months(account_no, self._issued(account_no), since, until)
        return read.usage_months(show.usage_months(found))

    async def tariff(self, account_no: str, user: ChannelUser, *, on: date | None = None) -> TariffView:
        """See base class."""
        self._called("tariff")
        self._access(account_no, user)
        tariffs, today = self._city.policy.tariffs, self._clock.now().date()
        day = on or today
        if day > today or day < tariffs.begins:
            raise NotFound("tariff.unknown")
        progress = self._running(account_no).progress if day == today and self._days(account_no) else None
        view = looking.tariff_view(account_no, _meters()[account_no], tariffs, day, progress)
        return read.tariff(wire_tariff.tariff(view))

    def _issued_bill(self, account_no: str, period: str) -> BooksBill:
        bills = self._issued(account_no)
        found = next((bill for bill in bills if bill.period == period), None)
        if found is None:
            edges = (bills[0].period, bills[-1].period) if bills else None
            closed_on = self._city.accounts[account_no].closed_on
            raise NotFound(looking.why_no_bill(period, edges, closed_on, self._clock.now().date()))
        return found

    def _running(self, account_no: str) -> BooksMonth:
        days = self._days(account_no)
        if not days:
            raise NotFound("usage.unknown")
        factors = _TABLES.factors_at(days[-1].day + timedelta(days=1))
        earlier, tariffs = self._issued(account_no), self._city.policy.tariffs
        return month.running(account_no, _meters()[account_no], days, tariffs, factors, earlier, _charge_names())


@lru_cache(maxsize=1)
def _rows() -> dict[str, list[dict[str, Any]]]:
    city = read_city()
    wanted = {"accounts", "meter_readings", "plan_changes", "charge_items"}
    return {
        table.name: [dict(zip(table.columns.split(", "), row, strict=True)) for row in table.rows]
        for table in tables(city, fixed_now(city))
        if table.name in wanted
    }


@lru_cache(maxsize=1)
def _charge_names() -> dict[str, str]:
    return {row["code"]: row["name"] for row in _rows()["charge_items"]}


@lru_cache(maxsize=1)
def _meters() -> dict[str, Meter]:
    return {row["account_no"]: _meter(row) for row in _rows()["accounts"]}


def _meter(account: dict[str, Any]) -> Meter:
    account_no, extra = account["account_no"], account["extra"]
    readings = [row for row in _rows()["meter_readings"] if row["account_no"] == account_no]
    changes = [row for row in _rows()["plan_changes"] if row["account_no"] == account_no]
    factor = extra.get("factor")
    return Meter(
        plan=account["plan"],
        closed_on=account["closed_on"],
        changes=tuple(PlanChange(row["since"], row["plan_before"], row["plan_after"]) for row in changes),
        readings={row["read_on"]: Reading(row["read_on"], row["value"], row["kind"]) for row in readings},
        supply=Supply(Decimal(extra.get("multiplier", 1)), Decimal(extra.get("kva", 0)), factor and Decimal(factor)),
    )
