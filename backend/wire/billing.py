"""How bills, energy and prices look on the wire."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from backend.models import (
    Bill,
    BillExplanation,
    BillLine,
    BillPage,
    BillSide,
    ExplainedPart,
    HourPrices,
    LinePrice,
    MonthUsage,
    RunningMonth,
    StandOut,
    TariffView,
    TierPrice,
    TierProgress,
    Times,
    UsageDay,
    UsageDays,
    UsageMonth,
    UsageMonths,
)
from backend.wire.reading import Json


def bill(content: Json) -> Bill:
    """Reads a bill with its lines."""
    return Bill(
        account_no=content["account_no"],
        period=content["period"],
        days=content["days"],
        kwh=Decimal(content["kwh"]),
        tier=content["tier"],
        lines=tuple(_bill_line(line) for line in content["lines"]),
        total=Decimal(content["total"]),
        issued=date.fromisoformat(content["issued"]),
        due=date.fromisoformat(content["due"]),
        status=content["status"],
        paid_on=_day(content["paid_on"]),
        plan=content["plan"],
        since=date.fromisoformat(content["since"]),
        until=date.fromisoformat(content["until"]),
        reading_before=Decimal(content["reading_before"]),
        reading_after=Decimal(content["reading_after"]),
        times=_times(content["times"]),
        version=content["version"],
    )


def bill_page(content: Json) -> BillPage:
    """Reads a page of bills."""
    return BillPage(tuple(bill(item) for item in content["bills"]), content["next_cursor"] or "")


def explanation(content: Json) -> BillExplanation:
    """Reads why a bill differs from another one."""
    out = content["stand_out"]
    return BillExplanation(
        account_no=content["account_no"],
        before=_side(content["before"]),
        after=_side(content["after"]),
        change=Decimal(content["change"]),
        parts=tuple(
            ExplainedPart(part["code"], Decimal(part["amount"]), _figure(part["kwh"])) for part in content["parts"]
        ),
        stand_out=out and StandOut(_sure_day(out["since"]), _sure_day(out["until"]), *_means(out)),
    )


def month_usage(content: Json) -> MonthUsage:
    """Reads the running month."""
    return MonthUsage(
        account_no=content["account_no"],
        period=content["period"],
        kwh=Decimal(content["kwh"]),
        until=date.fromisoformat(content["until"]),
        tier=content["tier"],
        left_in_tier=_figure(content["left_in_tier"]),
    )


def running_month(content: Json) -> RunningMonth:
    """Reads the running month with its estimate."""
    estimate = content["estimate"]
    return RunningMonth(
        account_no=content["account_no"],
        period=content["period"],
        kwh=Decimal(content["kwh"]),
        until=date.fromisoformat(content["until"]),
        days_read=content["days_read"],
        progress=_progress(content["progress"]),
        so_far=Decimal(content["so_far"]),
        estimated_kwh=Decimal(estimate["kwh"]),
        estimated_tier=estimate["tier"],
        estimated_total=Decimal(estimate["total"]),
    )


def usage_days(content: Json) -> UsageDays:
    """Reads the days of a month."""
    return UsageDays(
        account_no=content["account_no"],
        period=content["period"],
        days=tuple(
            UsageDay(_sure_day(day["day"]), Decimal(day["kwh"]), _times(day["times"])) for day in content["days"]
        ),
        complete=content["complete"],
        as_of=_day(content["as_of"]),
    )


def usage_months(content: Json) -> UsageMonths:
    """Reads billed months."""
    return UsageMonths(
        account_no=content["account_no"],
        months=tuple(_month(month) for month in content["months"]),
        last_month=content["last_month"] and _month(content["last_month"]),
        last_year=content["last_year"] and _month(content["last_year"]),
    )


def tariff(content: Json) -> TariffView:
    """Reads what an account is billed by."""
    same = ("account_no", "plan", "name", "source", "status", "account_period")
    return TariffView(
        **{name: content[name] for name in same},
        on=date.fromisoformat(content["on"]),
        plan_since=_day(content["plan_since"]),
        since=date.fromisoformat(content["since"]),
        tiers=tuple(TierPrice(t["tier"], _figure(t["up_to"]), Decimal(t["price"])) for t in content["tiers"]),
        hours=tuple(HourPrices(h["name"], tuple(h["hours"]), _figures(h["prices"])) for h in content["hours"]),
        bounds=_figures(content["bounds"]) if content["bounds"] else None,
        price=_figure(content["price"]),
        free_kwh=_figure(content["free_kwh"]),
        lines=tuple(LinePrice(line["code"], Decimal(line["price"])) for line in content["lines"]),
        progress=_progress(content["progress"]),
    )


def _bill_line(content: Json) -> BillLine:
    figures = {name: Decimal(content[name]) for name in ("quantity", "price", "amount")}
    return BillLine(code=content["code"], name=content["name"], segment_no=content["segment_no"], **figures)


def _side(content: Json) -> BillSide:
    return BillSide(
        period=content["period"],
        plan=content["plan"],
        days=content["days"],
        kwh=Decimal(content["kwh"]),
        per_day=Decimal(content["per_day"]),
        tier=content["tier"],
        tier_kwh=_figures(content["tier_kwh"]) if content["tier_kwh"] else None,
        times=_times(content["times"]),
        total=Decimal(content["total"]),
        damages=Decimal(content["damages"]),
        estimate=content["estimate"],
    )


def _month(content: Json) -> UsageMonth:
    figures = {name: Decimal(content[name]) for name in ("kwh", "per_day", "total")}
    return UsageMonth(period=content["period"], days=content["days"], times=_times(content["times"]), **figures)


def _progress(content: Json | None) -> TierProgress | None:
    if content is None:
        return None
    return TierProgress(
        account_period=content["account_period"],
        used=Decimal(content["used"]),
        tier=content["tier"],
        left_in_tier=_figure(content["left_in_tier"]),
        bounds=_figures(content["bounds"]),
    )


def _means(content: Json) -> tuple[Decimal, Decimal]:
    return Decimal(content["per_day"]), Decimal(content["other_days"])


def _times(content: Json | None) -> Times | None:
    return None if content is None else Times(*(Decimal(content[name]) for name in ("peak", "flat", "valley")))


def _figures(values: Any) -> tuple[Decimal, ...]:
    return tuple(Decimal(value) for value in values)


def _figure(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _sure_day(value: str) -> date:
    return date.fromisoformat(value)
