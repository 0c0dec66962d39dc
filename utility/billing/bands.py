"""Tiers (阶梯): where the bands of a month or a year lie and which kWh fall into them; pure functions.

A part month counts as a whole one, a reading over two months has the bands of both, unused bands are lost with the
month or year. A year runs over the twelve account months January to December.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from utility.billing.tariffs import Bounds, Tariff

Split = tuple[Decimal, Decimal, Decimal]
ZERO = Decimal(0)


def split(kwh: Decimal, bounds: Bounds) -> Split:
    """Returns how many of `kwh`, counted from nothing, fall into tiers 1, 2 and 3."""
    low, high = bounds
    return min(kwh, low), max(min(kwh, high) - low, ZERO), max(kwh - high, ZERO)


def split_from(before: Decimal, kwh: Decimal, bounds: Bounds) -> Split:
    """Returns into which tiers `kwh` fall when `before` were used in the same month or year already."""
    return _minus(split(before + kwh, bounds), split(before, bounds))


def settle(billed: Split, kwh: Decimal, bounds: Bounds) -> Split:
    """Returns what is left to bill of a year that ends early: its bands shrink to the months supplied.

    Tier 1 may be negative then: kWh that earlier bills had in tier 1 move up. The sum is always `kwh`.
    """
    return _minus(split(sum(billed, kwh), bounds), billed)


def reached(kwh: Decimal, bounds: Bounds) -> tuple[int, Decimal | None]:
    """Returns the tier that `kwh` has reached and what is left of it; nothing is left to say of the last one."""
    low, high = bounds
    if kwh <= low:
        return 1, low - kwh
    return (2, high - kwh) if kwh <= high else (3, None)


def bounds_of(tariff: Tariff, months: Sequence[int], multi_months: int = 0) -> Bounds:
    """Returns the upper bounds of tiers 1 and 2 over `months` (1 to 12), wider by those of a large household.

    Args:
        tariff: the table.
        months: the months of supply that count, a part month as a whole one.
        multi_months: how many of them the household has five persons or more (一户多人口).
    """
    bands = [tariff.month_band(month) for month in months]
    low, high = sum((band[0] for band in bands), ZERO), sum((band[1] for band in bands), ZERO)
    if not multi_months or tariff.multi is None:
        return low, high
    plus = tariff.multi.plus * multi_months
    return low + plus, high + plus if tariff.multi.shift_all else max(high, low + plus)


def months_between(since: date, until: date) -> list[tuple[int, int]]:
    """Lists the months (year, month) that any day from `since` to the day before `until` lies in."""
    last = until - timedelta(days=1)
    first = since.year * 12 + since.month - 1
    return [(n // 12, n % 12 + 1) for n in range(first, last.year * 12 + last.month)]


def months_supplied(year: int, since: date | None, closed_on: date | None) -> list[int]:
    """Lists the months of `year` in which there is supply; the first and the last count whole.

    New supply on 5 March: ten months. Closing on 5 March: three.
    """
    first = since.month if since and since.year == year else 1
    last = closed_on.month if closed_on and closed_on.year == year else 12
    return list(range(first, last + 1))


def _minus(whole: Split, part: Split) -> Split:
    return whole[0] - part[0], whole[1] - part[1], whole[2] - part[2]
