"""How bills, readings and energy look outside."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from utility.billing.charging import Adjustment
from utility.billing.explaining import Explanation, Side
from utility.billing.issuing import Run
from utility.billing.readings import Corrected
from utility.billing.tariffs import PERIODS
from utility.billing.values import Bill, DayUsage, MonthUsage, PeriodUsage, Reading, StandOut
from utility.billing.views import Progress, RunningMonth, UsageDays, UsageMonths
from utility.counter.paging import Page
from utility.counter.shown import Json, shown_number, shown_time

HUNDREDTH = Decimal("0.01")


def bill(value: Bill) -> Json:
    """Shows a bill with its lines."""
    return {
        "account_no": value.account_no,
        "period": value.period,
        "days": value.days,
        "since": value.since.isoformat(),
        "until": value.until.isoformat(),
        "plan": value.plan,
        "reading_before": shown_number(value.reading_before),
        "reading_after": shown_number(value.reading_after),
        "kwh": shown_number(value.kwh),
        "times": _times(value.tou_kwh),
        "tier": value.tier,
        "lines": _lines(value),
        "total": shown_number(value.total),
        "issued": value.issued.isoformat(),
        "due": value.due.isoformat(),
        "status": value.status,
        "paid_on": value.paid_on.isoformat() if value.paid_on else None,
        "version": value.version,
    }


def bills(value: Page[Bill]) -> Json:
    """Shows a page of bills."""
    return {"bills": [bill(item) for item in value.items], "next_cursor": value.next_cursor}


def usage(value: MonthUsage) -> Json:
    """Shows the running month."""
    return {
        "account_no": value.account_no,
        "period": value.period,
        "kwh": shown_number(value.kwh),
        "until": value.until.isoformat(),
        "tier": value.tier,
        "left_in_tier": None if value.left_in_tier is None else shown_number(value.left_in_tier),
    }


def running(value: RunningMonth) -> Json:
    """Shows the running month with its estimate."""
    return {
        "account_no": value.account_no,
        "period": value.period,
        "kwh": shown_number(value.kwh),
        "until": value.until.isoformat(),
        "days_read": value.days_read,
        "progress": progress(value.progress),
        "so_far": shown_number(value.so_far),
        "estimate": {
            "days": value.estimate.days,
            "kwh": shown_number(value.estimate.kwh),
            "tier": value.estimate.tier,
            "lines": _lines(value.estimate),
            "total": shown_number(value.estimate.total),
        },
    }


def progress(value: Progress | None) -> Json | None:
    """Shows how far the tiers have come."""
    if value is None:
        return None
    return {
        "account_period": "annual" if value.annual else "monthly",
        "used": shown_number(value.used),
        "tier": value.tier,
        "left_in_tier": None if value.left is None else shown_number(value.left),
        "bounds": [shown_number(bound) for bound in value.bounds],
    }


def usage_days(value: UsageDays) -> Json:
    """Shows the days of a month."""
    return {
        "account_no": value.account_no,
        "period": value.period,
        "days": [_day(day) for day in value.days],
        "complete": value.complete,
        "as_of": value.as_of.isoformat() if value.as_of else None,
    }


def usage_months(value: UsageMonths) -> Json:
    """Shows billed periods and what the newest is compared with."""
    return {
        "account_no": value.account_no,
        "months": [_month(month) for month in value.months],
        "last_month": _month(value.last_month) if value.last_month else None,
        "last_year": _month(value.last_year) if value.last_year else None,
    }


def explanation(value: Explanation) -> Json:
    """Shows why a bill differs from another one."""
    return {
        "account_no": value.account_no,
        "before": _side(value.before),
        "after": _side(value.after),
        "change": shown_number(value.change),
        "parts": [
            {"code": part.code, "amount": shown_number(part.amount), "kwh": _rounded(part.kwh)} for part in value.parts
        ],
        "stand_out": _stand_out(value.stand_out),
    }


def reading(value: Reading) -> Json:
    """Shows a reading."""
    return {
        "read_on": value.read_on.isoformat(),
        "value": shown_number(value.value),
        "registers": _times(value.registers),
        "kind": value.kind,
        "revision": value.revision,
        "why": value.why,
        "taken_at": shown_time(value.taken_at),
    }


def readings(account_no: str, value: Sequence[Reading]) -> Json:
    """Shows an account's readings."""
    return {"account_no": account_no, "readings": [reading(item) for item in value]}


def corrected(value: Corrected) -> Json:
    """Shows what a correction did."""
    return {
        "reading": reading(value.reading),
        "adjustments": [_adjustment(item) for item in value.adjustments],
        "bills": [bill(item) for item in value.bills],
    }


def run(value: Run) -> Json:
    """Shows what issuing a period came to."""
    refused = [{"account_no": account_no, "code": code} for account_no, code in value.refused]
    head = {"period": value.period, "issued": list(value.issued)}
    return {**head, "refused": refused, "next_after": value.next_after or None}


def _side(value: Side) -> Json:
    return {
        "period": value.period,
        "plan": value.plan,
        "days": value.days,
        "kwh": shown_number(value.kwh),
        "per_day": _rounded(value.per_day),
        "tier": value.tier,
        "tier_kwh": [shown_number(kwh) for kwh in value.tier_kwh] if value.tier_kwh else None,
        "times": _times(value.tou_kwh),
        "total": shown_number(value.total),
        "damages": shown_number(value.damages),
        "estimate": value.estimate,
    }


def _stand_out(value: StandOut | None) -> Json | None:
    if value is None:
        return None
    days = {"since": value.since.isoformat(), "until": value.until.isoformat()}
    return {**days, "per_day": _rounded(value.per_day), "other_days": _rounded(value.other_days)}


def _lines(value: Bill) -> list[Json]:
    return [
        {
            "code": line.code,
            "name": line.name,
            "quantity": shown_number(line.quantity),
            "price": shown_number(line.price),
            "amount": shown_number(line.amount),
            "segment_no": line.segment_no,
        }
        for line in value.lines
    ]


def _day(value: DayUsage) -> Json:
    return {"day": value.day.isoformat(), "kwh": shown_number(value.kwh), "times": _times(value.tou_kwh)}


def _month(value: PeriodUsage) -> Json:
    return {
        "period": value.period,
        "days": value.days,
        "kwh": shown_number(value.kwh),
        "per_day": _rounded(value.per_day),
        "times": _times(value.tou_kwh),
        "total": shown_number(value.total),
    }


def _adjustment(value: Adjustment) -> Json:
    return {"period": value.period, "kwh": shown_number(value.kwh), "price": shown_number(value.price)}


def _times(value: Sequence[Decimal] | None) -> Json | None:
    return dict(zip(PERIODS, map(shown_number, value), strict=True)) if value else None


def _rounded(value: Decimal | None) -> str | None:
    return None if value is None else shown_number(value.quantize(HUNDREDTH, ROUND_HALF_UP))
