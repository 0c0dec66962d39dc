"""Puts a bill together: stretches between readings become segments with their place in the tiers; pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from utility.billing.bands import ZERO, Split, bounds_of, months_between, reached, settle, split_from
from utility.billing.charging import NoPrice, Segment, Times
from utility.billing.tariffs import Bounds, Tariff
from utility.billing.terms import Basis, Plan, Supply


@dataclass(frozen=True)
class Stretch:
    """Energy between two midnight readings under one plan and one table; `until` is the day of the second reading."""

    since: date
    until: date
    plan: Plan
    tariff: Tariff
    kwh: Decimal
    times: Times | None = None
    new_holder: bool = False


@dataclass(frozen=True)
class Year:
    """Where an account stands in its tier year before a bill; a monthly table does not look at it.

    Attributes:
        before: kWh of the year that earlier bills have billed.
        months: the months of supply of the year.
        multi_months: in how many of them the household is a large one.
        billed: the tiers that earlier bills put those kWh into, when the year ends early with this bill.
    """

    before: Decimal = ZERO
    months: tuple[int, ...] = tuple(range(1, 13))
    multi_months: int = 0
    billed: Split | None = None


@dataclass(frozen=True)
class Composed:
    """The segments of a bill, and where its last tier segment has come to."""

    segments: tuple[Segment, ...]
    tier: int | None
    left: Decimal | None
    bounds: Bounds | None
    used: Decimal


@dataclass(frozen=True)
class _Place:
    """How far the running total has come, with the bands that hold."""

    used: Decimal
    year: Year
    bounds: Bounds | None = None


def compose(stretches: Sequence[Stretch], year: Year = Year(), supply: Supply = Supply()) -> Composed:
    """Puts the stretches of one bill, oldest first, into their tiers.

    Within the bill the running total goes on from stretch to stretch; a new holder begins anew.

    Raises:
        NoPrice: a table has no free quota where the plan has one.
    """
    months = [month for _, month in months_between(stretches[0].since, stretches[-1].until)]
    annual = stretches[0].tariff.annual
    place = _Place(year.before if annual else ZERO, year)
    free_used, segments = ZERO, []
    for number, stretch in enumerate(stretches):
        place, tiers = _placed(place, stretch, months)
        quota = max(_quota(stretch, len(months)) - free_used, ZERO)
        free_used += min(quota, stretch.kwh)
        last_fixed = number == _last_business(stretches)
        segments.append(
            Segment(
                plan=stretch.plan,
                tariff=stretch.tariff,
                month=months[-1],
                kwh=stretch.kwh,
                tiers=tiers,
                times=stretch.times,
                free_quota=quota,
                supply=supply,
                fixed=last_fixed,
            )
        )
    tier, left = reached(place.used, place.bounds) if place.bounds else (None, None)
    return Composed(tuple(segments), tier, left, place.bounds, place.used)


def _placed(place: _Place, stretch: Stretch, months: list[int]) -> tuple[_Place, Split]:
    if stretch.plan.basis is not Basis.TIER:
        return _Place(place.used, place.year), (stretch.kwh, ZERO, ZERO)
    year, used = place.year, place.used
    if stretch.new_holder:
        first = stretch.since.month
        year = Year(ZERO, tuple(range(first, 13)), 13 - first if stretch.plan.multi else 0)
        used = ZERO
    if stretch.tariff.annual:
        bounds = bounds_of(stretch.tariff, year.months, year.multi_months)
    else:
        bounds = bounds_of(stretch.tariff, months, len(months) if stretch.plan.multi else 0)
    if year.billed is not None and stretch.tariff.annual:
        tiers = settle(year.billed, stretch.kwh, bounds)
        year = Year(year.before, year.months, year.multi_months, _plus(year.billed, tiers))
    else:
        tiers = split_from(used, stretch.kwh, bounds)
    return _Place(used + stretch.kwh, year, bounds), tiers


def _quota(stretch: Stretch, months: int) -> Decimal:
    if not stretch.plan.free:
        return ZERO
    if stretch.tariff.free_kwh is None:
        raise NoPrice(f"{stretch.tariff.name} has no free quota")
    return stretch.tariff.free_kwh * months


def _last_business(stretches: Sequence[Stretch]) -> int:
    return max((n for n, stretch in enumerate(stretches) if not stretch.plan.home), default=-1)


def _plus(one: Split, other: Split) -> Split:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]
