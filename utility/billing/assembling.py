"""Makes the stretches and the tier year of a bill out of what the books hold of an account; pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from utility.billing.bands import ZERO, Split, months_supplied
from utility.billing.charging import Adjustment, Charge, bill_charges, total
from utility.billing.composing import Composed, Stretch, Year, compose
from utility.billing.explaining import tier_kwh
from utility.billing.powerfactor import PowerFactorRule
from utility.billing.tariffs import Tariffs
from utility.billing.terms import Plan, PlanChange, Supply, plan_of, plan_on
from utility.billing.values import Bill, Reading

DAY = timedelta(days=1)
NEW_SUPPLY = "new_supply"  # why the first reading of a newly supplied account was taken


class ReadingMissing(ValueError):
    """No reading stands at the midnight where one is needed."""

    def __init__(self, read_on: date) -> None:
        super().__init__(f"no reading on {read_on}")
        self.read_on = read_on


class ReadingFalls(ValueError):
    """A later reading is below an earlier one."""

    def __init__(self, read_on: date) -> None:
        super().__init__(f"the reading on {read_on} is below the one before it")
        self.read_on = read_on


@dataclass(frozen=True)
class Meter:
    """What the books hold of an account for its bills; `readings` are the newest revisions by day."""

    plan: str
    closed_on: date | None
    changes: tuple[PlanChange, ...]
    readings: Mapping[date, Reading]
    supply: Supply = field(default_factory=Supply)


@dataclass(frozen=True)
class Computed:
    """A bill as computed: what it is made of and its lines."""

    stretches: tuple[Stretch, ...]
    composed: Composed
    charges: tuple[Charge, ...]

    @property
    def kwh(self) -> Decimal:
        """Its energy."""
        return sum((stretch.kwh for stretch in self.stretches), ZERO)

    @property
    def total(self) -> Decimal:
        """The sum of its rounded lines."""
        return total(self.charges)

    @property
    def plan(self) -> str:
        """The plan it ends with."""
        return self.stretches[-1].plan.name

    @property
    def times(self) -> tuple[Decimal, ...] | None:
        """Its kWh at peak, flat and valley, when every stretch knows them."""
        known = [stretch.times for stretch in self.stretches if stretch.times is not None]
        if len(known) != len(self.stretches):
            return None
        return tuple(sum(column, ZERO) for column in zip(*known, strict=True))


def compute(
    meter: Meter,
    tariffs: Tariffs,
    factors: PowerFactorRule | None,
    *,
    since: date,
    until: date,
    period: str,
    earlier: Sequence[Bill] = (),
    adjustments: Iterable[Adjustment] = (),
) -> Computed:
    """Computes the bill of the energy between the midnights of `since` and `until`.

    Args:
        meter: the account's readings and plans.
        tariffs: the tables of the company.
        factors: the power-factor rule.
        since: the day of the first reading.
        until: the day of the last reading.
        period: the month the bill is called by; its year is the tier year.
        earlier: the bills of the same year before it, with their lines.
        adjustments: what it carries of earlier bills.

    Raises:
        ReadingMissing: where the bill begins, splits or ends.
        ReadingFalls: a register went backwards.
        NoPrice: the table has no price for the plan.
    """
    stretches = stretches_of(meter, tariffs, since, until)
    composed = compose(stretches, year_of(meter, stretches[0], period, earlier), meter.supply)
    charges = bill_charges(composed.segments, adjustments, factors)
    return Computed(tuple(stretches), composed, tuple(charges))


def stretches_of(meter: Meter, tariffs: Tariffs, since: date, until: date) -> list[Stretch]:
    """Splits a bill at the midnight of every change of plan, class, holder or table.

    Raises:
        ReadingMissing: at one of those midnights.
        ReadingFalls: a register went backwards.
    """
    changed = {change.since: change for change in meter.changes if since < change.since < until}
    cuts = sorted({since, until, *changed, *tariffs.changes(since, until)})
    return [
        _stretch(meter, tariffs, start, end, new_holder=start in changed and changed[start].new_holder)
        for start, end in pairwise(cuts)
    ]


def _stretch(meter: Meter, tariffs: Tariffs, start: date, end: date, *, new_holder: bool) -> Stretch:
    plan = plan_of(plan_on(start, meter.plan, list(meter.changes)))
    first, last = _reading(meter, start), _reading(meter, end)
    kwh = (last.value - first.value) * meter.supply.multiplier
    times = _times(meter, plan, first, last)
    if kwh < 0 or any(part < 0 for part in times or ()):
        raise ReadingFalls(end)
    if times is not None:
        kwh = sum(times, ZERO) if plan.tou else kwh
    return Stretch(start, end, plan, tariffs.at(start).value, kwh, times, new_holder)


def _times(meter: Meter, plan: Plan, first: Reading, last: Reading) -> tuple[Decimal, ...] | None:
    if plan.home and not plan.tou:
        return None
    if first.registers is None or last.registers is None:
        if plan.tou:
            raise ReadingMissing(first.read_on if first.registers is None else last.read_on)
        return None
    pairs = zip(first.registers, last.registers, strict=True)
    return tuple((after - before) * meter.supply.multiplier for before, after in pairs)


def _reading(meter: Meter, day: date) -> Reading:
    if day not in meter.readings:
        raise ReadingMissing(day)
    return meter.readings[day]


def year_of(meter: Meter, first: Stretch, period: str, earlier: Sequence[Bill]) -> Year:
    """Says where the account stands in its tier year before a bill; a monthly table has no year."""
    if not first.tariff.annual:
        return Year()
    number = int(period[:4])
    begun = _begun(meter, number)
    months = months_supplied(number, begun, meter.closed_on)
    billed = [
        bill
        for bill in earlier
        if bill.period.startswith(f"{number}-") and bill.period < period and (not begun or bill.since >= begun)
    ]
    tiers = _tiers(billed)
    closing = meter.closed_on is not None and period == f"{meter.closed_on:%Y-%m}"
    multi = sum(1 for month in months if plan_of(_plan_of_month(meter, number, month)).multi)
    return Year(sum(tiers, ZERO), tuple(months), multi, tiers if closing else None)


def _begun(meter: Meter, year: int) -> date | None:
    """The day in `year` on which supply, or this holder, began."""
    supplied = [reading.read_on for reading in meter.readings.values() if reading.why == NEW_SUPPLY]
    taken_over = [change.since for change in meter.changes if change.new_holder]
    return max((day for day in (*supplied, *taken_over) if day.year == year), default=None)


def _plan_of_month(meter: Meter, year: int, month: int) -> str:
    last = date(year + month // 12, month % 12 + 1, 1) - DAY
    return plan_on(last, meter.plan, list(meter.changes))


def _tiers(bills: Iterable[Bill]) -> Split:
    placed = [tier_kwh(bill) for bill in bills]
    first, second, third = (sum((kwh[n] for kwh in placed), ZERO) for n in range(3))
    return first, second, third
