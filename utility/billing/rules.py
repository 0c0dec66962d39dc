"""The arithmetic of energy and tiers: pure functions of readings, tariff and day."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from utility.accounts.values import Account
from utility.billing.values import DayUsage, MonthUsage
from utility.policy import Tariff

CENT = Decimal("0.01")


NOTHING = Decimal("0.00")


def cents(amount: Decimal) -> Decimal:
    """Rounds half up to 0.01 yuan, a negative amount by its magnitude."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def running_month(account: Account, days: Sequence[DayUsage], tariff: Tariff) -> MonthUsage | None:
    """Adds up the days of a month, oldest first; None without any day."""
    if not days:
        return None
    kwh, last = sum((d.kwh for d in days), Decimal(0)), days[-1].day
    tier, left = tier_of(kwh, tariff.bounds(account.plan, last.month)) if account.residential else (None, None)
    return MonthUsage(account.account_no, f"{last:%Y-%m}", kwh, last, tier, left)


def tier_of(kwh: Decimal, bounds: tuple[Decimal, Decimal]) -> tuple[int, Decimal | None]:
    """Returns the tier that `kwh` has reached and what is left of it; nothing is left to say of the last one."""
    low, high = bounds
    if kwh <= low:
        return 1, low - kwh
    return (2, high - kwh) if kwh <= high else (3, None)


def energy_charge(account: Account, days: Sequence[DayUsage], tariff: Tariff) -> Decimal:
    """Computes what the running month has cost so far by tiers, each tier's line rounded."""
    if not days:
        return NOTHING
    kwh = sum((d.kwh for d in days), Decimal(0))
    low, high = tariff.bounds(account.plan, days[-1].day.month)
    parts = min(kwh, low), max(min(kwh, high) - low, Decimal(0)), max(kwh - high, Decimal(0))
    return sum((cents(part * price) for part, price in zip(parts, tariff.price, strict=True)), NOTHING)
