"""The arithmetic of money and tiers: pure functions of the books' rows, the policy and the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from utility.policy import Policy, Tariff
from utility.values import Account, Bill, DayUsage, Money, MonthUsage

CENT = Decimal("0.01")
RECENT_DAYS = 7  # what "a day" costs a prepaid account is the mean of its last week
NOTHING = Decimal("0.00")


def cents(amount: Decimal) -> Decimal:
    """Rounds half up to 0.01 yuan, a negative amount by its magnitude."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def running_month(account: Account, days: Sequence[DayUsage], tariff: Tariff) -> MonthUsage | None:
    """Adds up the days of a month, oldest first; None without any day."""
    if not days:
        return None
    kwh, last = sum((d.kwh for d in days), Decimal(0)), days[-1].day
    tier, left = _tier(kwh, tariff.bounds(account.plan, last.month)) if account.residential else (None, None)
    return MonthUsage(account.account_no, f"{last:%Y-%m}", kwh, last, tier, left)


def _tier(kwh: Decimal, bounds: tuple[Decimal, Decimal]) -> tuple[int, Decimal | None]:
    low, high = bounds
    if kwh <= low:
        return 1, low - kwh
    return (2, high - kwh) if kwh <= high else (3, None)


def damages(bill: Bill, account: Account, policy: Policy, today: date) -> Decimal:
    """Computes the late damages of one unpaid bill: from the day after the last payment day through today."""
    days = max(0, (today - bill.due).days)
    rate = policy.damages_resident if account.residential else policy.damages_other
    return cents(bill.total * rate * days)


def money(
    account: Account, bills: Sequence[Bill], credit: Decimal, days: Sequence[DayUsage], policy: Policy, today: date
) -> Money:
    """Computes how an account stands.

    Args:
        account: whose money it is.
        bills: every bill issued so far.
        credit: what was paid in and is not tied to a bill.
        days: the running month, oldest first.
        policy: rates and tiers.
        today: the day it is asked on.
    """
    unpaid = [bill for bill in bills if bill.status == "unpaid"]
    late = [bill for bill in unpaid if bill.due < today]
    balance, days_left = credit, None
    if account.billing == "prepaid":
        settled = _total([bill for bill in bills if bill.status == "settled_from_balance"])
        balance = account.opening_balance + credit - settled - energy_charge(account, days, policy.tariff)
        days_left = _days_left(account, balance, days, policy.tariff)
    fine = sum((damages(bill, account, policy, today) for bill in late), NOTHING)
    return Money(account.account_no, account.billing, balance, _total(unpaid), _total(late), fine, days_left)


def energy_charge(account: Account, days: Sequence[DayUsage], tariff: Tariff) -> Decimal:
    """Computes what the running month has cost so far by tiers, each tier's line rounded."""
    if not days:
        return NOTHING
    kwh = sum((d.kwh for d in days), Decimal(0))
    low, high = tariff.bounds(account.plan, days[-1].day.month)
    parts = min(kwh, low), max(min(kwh, high) - low, Decimal(0)), max(kwh - high, Decimal(0))
    return sum((cents(part * price) for part, price in zip(parts, tariff.price, strict=True)), NOTHING)


def _days_left(account: Account, balance: Decimal, days: Sequence[DayUsage], tariff: Tariff) -> int | None:
    recent = days[-RECENT_DAYS:]
    if not recent:
        return None
    tier = _tier(sum((d.kwh for d in days), Decimal(0)), tariff.bounds(account.plan, recent[-1].day.month))[0]
    per_day = cents(sum((d.kwh for d in recent), Decimal(0)) * tariff.price[tier - 1] / len(recent))
    return max(0, int(balance / per_day)) if per_day else None


def _total(bills: Sequence[Bill]) -> Decimal:
    return sum((bill.total for bill in bills), NOTHING)
