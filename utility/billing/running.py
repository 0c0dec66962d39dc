"""The running month: the days read in their tiers, and what its bill would be if it went on so; pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from utility.billing.assembling import Meter, year_of
from utility.billing.bands import ZERO
from utility.billing.charging import Charge, Times, bill_charges, pro_rata, total
from utility.billing.composing import Composed, Stretch, compose
from utility.billing.powerfactor import PowerFactorRule
from utility.billing.tariffs import Tariffs
from utility.billing.terms import Plan, plan_of, plan_on
from utility.billing.values import Bill, BillLine, DayUsage
from utility.billing.views import Progress, RunningMonth

TENTH = Decimal("0.1")  # an estimate of energy is stated to a tenth of a kWh


def running(
    account_no: str,
    meter: Meter,
    days: Sequence[DayUsage],
    tariffs: Tariffs,
    factors: PowerFactorRule | None,
    earlier: Sequence[Bill],
    names: dict[str, str],
) -> RunningMonth:
    """Adds up the days read (at least one) and estimates the bill: their mean for the days that are not read.

    `earlier` are the earlier bills with their lines, oldest first: they tell the tier year and how hours were shared.

    Raises:
        NoPrice: the table has no price for the plan.
    """
    first, last = days[0].day.replace(day=1), days[-1].day
    end = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    shares = next((bill.tou_kwh for bill in reversed(earlier) if bill.tou_kwh and sum(bill.tou_kwh)), None)
    read = _stretches(meter, days, tariffs, shares, ZERO)
    mean = sum((day.kwh for day in days), ZERO) / len(days)
    missing = (end - first).days - len(days)
    whole = _stretches(meter, days, tariffs, shares, (mean * missing).quantize(TENTH))
    year = year_of(meter, read[0], f"{last:%Y-%m}", earlier)
    now, then = compose(read, year, meter.supply), compose(whole, year, meter.supply)
    so_far = total(bill_charges(now.segments, (), factors))
    charges = bill_charges(then.segments, (), factors)
    return RunningMonth(
        account_no=account_no,
        period=f"{last:%Y-%m}",
        kwh=sum((day.kwh for day in days), ZERO),
        until=last,
        days_read=len(days),
        as_of=last,
        progress=progress(now, annual=read[-1].tariff.annual),
        so_far=so_far,
        estimate=_estimate(account_no, first, end, whole, then, charges, names),
    )


def progress(composed: Composed, *, annual: bool) -> Progress | None:
    """Says how far the tiers have come; None without tiers."""
    if composed.bounds is None or composed.tier is None:
        return None
    return Progress(annual, composed.used, composed.tier, composed.left, composed.bounds)


def _stretches(
    meter: Meter, days: Sequence[DayUsage], tariffs: Tariffs, shares: Times | None, more: Decimal
) -> list[Stretch]:
    """Makes a stretch of each run of days with one plan; `more` kWh are added to the last one."""
    changes = list(meter.changes)
    runs = [list(run) for _, run in groupby(days, key=lambda day: plan_on(day.day, meter.plan, changes))]
    found = []
    for number, run in enumerate(runs):
        plan = plan_of(plan_on(run[0].day, meter.plan, changes))
        added = more if number == len(runs) - 1 else ZERO
        kwh = sum((day.kwh for day in run), ZERO) + added
        until = date.fromordinal(run[-1].day.toordinal() + 1)
        times = _times(plan, run, kwh, shares)
        priced = (
            plan if times is not None or not plan.tou else Plan(plan.name, plan.basis, False, plan.multi, plan.free)
        )
        found.append(Stretch(run[0].day, until, priced, tariffs.at(run[-1].day).value, kwh, times))
    return found


def _times(plan: Plan, run: Sequence[DayUsage], kwh: Decimal, shares: Times | None) -> Times | None:
    """The hours of a run: as the days tell, else shared as in the newest bill that knows them, else unknown."""
    if plan.home and not plan.tou:
        return None
    told = [day.tou_kwh for day in run if day.tou_kwh is not None]
    if len(told) == len(run):
        known = tuple(sum(column, ZERO) for column in zip(*told, strict=True))
        shares = known if sum(known) else shares
    return tuple(pro_rata(kwh, shares)) if shares else None


def _estimate(
    account_no: str,
    first: date,
    end: date,
    stretches: Sequence[Stretch],
    composed: Composed,
    charges: Sequence[Charge],
    names: dict[str, str],
) -> Bill:
    kwh = sum((stretch.kwh for stretch in stretches), ZERO)
    times = [stretch.times for stretch in stretches if stretch.times is not None]
    return Bill(
        account_no=account_no,
        period=f"{first:%Y-%m}",
        days=(end - first).days,
        kwh=kwh,
        tier=composed.tier,
        total=total(charges),
        issued=end,
        due=end,
        status="estimate",
        paid_on=None,
        plan=stretches[-1].plan.name,
        since=first,
        until=end,
        reading_before=ZERO,
        reading_after=ZERO,
        tou_kwh=tuple(sum(column, ZERO) for column in zip(*times, strict=True)) if times else None,
        lines=tuple(
            BillLine(line.code, names[line.code], line.quantity, line.price, line.amount, line.segment_no)
            for line in charges
        ),
    )
