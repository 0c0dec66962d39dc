"""What holds of every bill: random energy, plans and tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from utility.billing.assembling import Meter, compute, stretches_of
from utility.billing.bands import ZERO, bounds_of, months_supplied, settle, split, split_from
from utility.billing.charging import Adjustment, NoPrice, bill_charges, pro_rata, total
from utility.billing.composing import Stretch, Year, compose
from utility.billing.explaining import ORDER, explain, tier_kwh
from utility.billing.money import CENT, NOTHING, cents
from utility.billing.powerfactor import PowerFactorRule, read_power_factors
from utility.billing.tariffs import Tariff, Tariffs, city_tariffs, read_tariffs
from utility.billing.terms import PlanChange, Supply, plan_of
from utility.billing.values import Bill, BillLine, Reading
from utility.seed.file import read_city

D = Decimal
REGIONS = ("guangzhou", "shenzhen", "shandong", "zhejiang", "shanghai", "jiangsu", "beijing")
HOMES = ("tier", "tier_tou", "tier_multi", "tier_free", "tier_tou_multi", "tier_tou_free", "tier_tou_multi_free",
         "tier_multi_free", "shared", "shared_free", "charger")  # fmt: skip
PLANS = (*HOMES, "single", "two_part")
SUPPLY = Supply(D(1), D(630), D("0.93"))

kwhs = st.integers(0, 300_000).map(lambda n: D(n) / 100)
months = st.integers(1, 12)


@lru_cache(maxsize=1)
def tables() -> dict[str, Tariff]:
    found = {region: read_tariffs((region,)).at(date(2026, 6, 1)).value for region in REGIONS}
    city = read_city()
    return {**found, "city": city_tariffs(city["utility"], city["policy"], city["tariff"]).at(date(2026, 6, 1)).value}


@lru_cache(maxsize=1)
def factors() -> PowerFactorRule:
    return read_power_factors().at(date(2026, 6, 1), ("cn",)).value


def span(month: int, days: int) -> tuple[date, date]:
    return date(2026, month, 1), date(2026, month, 1) + timedelta(days=days)


def bill_of(seed: int) -> Bill:
    """A bill of any plan under any table that prices it; half of them have a change of plan in them."""
    chance = Random(seed)
    while True:
        try:
            return _bill(chance)
        except NoPrice:
            continue


bills = st.integers(0, 2**64 - 1).map(bill_of)


def _bill(chance: Random) -> Bill:
    month, days = chance.randint(1, 12), chance.randint(2, 28)
    since, until = span(month, days)
    cut = since + timedelta(days=chance.randint(1, days - 1))
    edges = chance.choice([[since, cut, until], [since, until]])
    table = tables()[chance.choice((*REGIONS, "city", "city"))]
    parts = [_stretch(chance, start, end, table) for start, end in pairwise(edges)]
    adjustments = [Adjustment(D(chance.randint(1, 90)), D("-0.639"))] * chance.choice([0, 0, 1, 2])
    composed = compose(parts, Year(before=D(chance.randint(0, 6000))), SUPPLY)
    charges = bill_charges(composed.segments, adjustments, factors())
    times = [part.times for part in parts if part.times]
    return Bill(
        account_no="1",
        period=f"2026-{month:02d}",
        days=days,
        kwh=sum((part.kwh for part in parts), ZERO),
        tier=composed.tier,
        total=total(charges),
        issued=until,
        due=until,
        status="unpaid",
        paid_on=None,
        plan=parts[-1].plan.name,
        since=since,
        until=until,
        reading_before=ZERO,
        reading_after=ZERO,
        tou_kwh=times[0] if len(times) == len(parts) == 1 else None,
        lines=tuple(BillLine(c.code, c.code, c.quantity, c.price, c.amount, c.segment_no) for c in charges),
    )


def _stretch(chance: Random, start: date, end: date, table: Tariff) -> Stretch:
    plan = plan_of(chance.choice(PLANS))
    times = None
    if plan.tou or (not plan.home and chance.random() < 0.5):
        flat = "flat" in table.times[0].prices if table.times and plan.home else True
        times = (D(chance.randint(0, 900)), D(chance.randint(0, 900)) * flat, D(chance.randint(0, 900)))
    kwh = sum(times, ZERO) if times else D(chance.choice([0, chance.randint(0, 300_000)])) / 100
    return Stretch(start, end, plan, table, kwh, times)


@given(bills, bills, st.integers(0, 5000), st.integers(0, 5000))
@settings(max_examples=250, deadline=None)
def test_the_parts_of_an_explanation_add_up_to_the_cent(after: Bill, before: Bill, late: int, early: int) -> None:
    found = explain(after, before, damages_after=D(late) / 100, damages_before=D(early) / 100)

    assert sum((part.amount for part in found.parts), NOTHING) == found.change
    assert found.change == after.total + D(late) / 100 - before.total - D(early) / 100
    assert [part.code for part in found.parts] == [code for code in ORDER if code in {p.code for p in found.parts}]
    assert all(part.amount and part.amount == cents(part.amount) for part in found.parts)


@given(bills)
@settings(max_examples=100, deadline=None)
def test_a_bill_differs_from_itself_by_nothing(bill: Bill) -> None:
    assert explain(bill, bill).parts == ()


@given(bills)
@settings(max_examples=100, deadline=None)
def test_a_bill_is_the_sum_of_its_rounded_lines(bill: Bill) -> None:
    assert bill.total == sum((line.amount for line in bill.lines), NOTHING)
    assert all(abs(line.amount - line.quantity * line.price) <= CENT / 2 for line in bill.lines)


@given(bills)
@settings(max_examples=100, deadline=None)
def test_the_lines_of_a_bill_hold_all_its_energy(bill: Bill) -> None:
    bases = ("tier1", "tier2", "tier3", "shared", "charger", "tou_peak", "tou_flat", "tou_valley", "loss")

    assert sum(line.quantity for line in bill.lines if line.code in bases) == bill.kwh


@given(st.sampled_from(REGIONS), st.sampled_from(HOMES), months, kwhs, kwhs, st.integers(0, 5000), st.integers(0, 100))
@settings(max_examples=150, deadline=None)
def test_more_energy_never_costs_less(
    region: str, plan: str, month: int, kwh: Decimal, more: Decimal, before: int, share: int
) -> None:
    def cost(energy: Decimal) -> Decimal:
        peak = energy * share / 100
        times = (peak, ZERO, energy - peak) if "tou" in plan else None
        stretch = Stretch(*span(month, 28), plan_of(plan), tables()[region], energy, times)
        return sum((c.quantity * c.price for c in bill_charges(compose([stretch], Year(D(before))).segments)), ZERO)

    try:
        least = cost(kwh)
    except NoPrice:
        return
    assert least <= cost(kwh + more) + CENT  # a share of the hours is stated to 0.01 kWh


@given(st.sampled_from(REGIONS), st.lists(kwhs, min_size=12, max_size=12))
@settings(max_examples=150, deadline=None)
def test_twelve_months_fill_the_year_as_one_reading_would(region: str, used: list[Decimal]) -> None:
    table = tables()[region]
    bounds = bounds_of(table, range(1, 13))
    parts = [split_from(sum(used[:n], ZERO), kwh, bounds) for n, kwh in enumerate(used)]

    assert tuple(sum(part[tier] for part in parts) for tier in range(3)) == split(sum(used, ZERO), bounds)


@given(kwhs, kwhs, st.integers(1, 12))
def test_a_year_that_ends_early_is_settled_with_its_own_bands(before: Decimal, kwh: Decimal, months: int) -> None:
    table = tables()["shandong"]
    billed, short = split(before, bounds_of(table, range(1, 13))), bounds_of(table, range(1, months + 1))

    left = settle(billed, kwh, short)

    assert sum(left) == kwh
    assert tuple(a + b for a, b in zip(billed, left, strict=True)) == split(before + kwh, short)


@given(st.lists(st.integers(0, 400), min_size=28, max_size=28), st.sets(st.integers(1, 27), max_size=4))
@settings(max_examples=60, deadline=None)
def test_splitting_a_period_never_changes_its_energy(daily: list[int], cuts: set[int]) -> None:
    readings = {
        date(2026, 5, 1) + timedelta(days=n): Reading(date(2026, 5, 1), D(sum(daily[:n])), "actual") for n in range(29)
    }
    plans = ["tier", *("tier_multi" if n % 2 == 0 else "tier" for n in range(len(cuts)))]
    changes = [
        PlanChange(date(2026, 5, 1) + timedelta(days=day), plans[n], plans[n + 1]) for n, day in enumerate(sorted(cuts))
    ]
    meter = Meter(plans[-1], None, tuple(changes), readings)
    tariffs = read_once()

    parts = stretches_of(meter, tariffs, date(2026, 5, 1), date(2026, 5, 29))

    assert len(parts) == len(cuts) + 1
    assert sum(part.kwh for part in parts) == sum(daily)
    assert sum(sum(segment.tiers) for segment in compose(parts).segments) == sum(daily)


@lru_cache(maxsize=1)
def read_once() -> Tariffs:
    return read_tariffs(("guangzhou",))


@given(st.integers(0, 4000), st.integers(0, 3000), st.integers(0, 3000))
def test_without_a_change_of_plan_a_split_changes_no_tier(first: int, second: int, third: int) -> None:
    bounds = bounds_of(tables()["guangzhou"], [7])
    whole = split(D(first + second + third), bounds)
    parts = [
        split_from(ZERO, D(first), bounds),
        split_from(D(first), D(second), bounds),
        split_from(D(first + second), D(third), bounds),
    ]

    assert tuple(sum(part[tier] for part in parts) for tier in range(3)) == whole


@given(kwhs, st.lists(st.integers(0, 5000).map(D), min_size=1, max_size=3).filter(any))
def test_shares_add_up_and_none_is_below_nothing(kwh: Decimal, weights: list[Decimal]) -> None:
    shares = pro_rata(kwh, weights)

    assert sum(shares) == kwh
    assert all(share >= 0 for share in shares)


@given(bills)
@settings(max_examples=100, deadline=None)
def test_the_tiers_of_a_bill_hold_what_is_billed_by_tiers(bill: Bill) -> None:
    tiered = sum((line.quantity for line in bill.lines if line.code.startswith(("tier", "tou_"))), ZERO)

    assert sum(tier_kwh(bill)) == tiered


def test_new_supply_on_5_march_has_ten_months_and_closing_then_three() -> None:
    assert len(months_supplied(2026, date(2026, 3, 5), None)) == 10
    assert len(months_supplied(2026, None, date(2026, 3, 5))) == 3
    assert len(months_supplied(2026, date(2026, 3, 20), date(2026, 4, 25))) == 2


def _shandong_meter(**changes: object) -> Meter:
    readings = {date(2026, month, 1): Reading(date(2026, month, 1), D(300 * month), "actual") for month in range(1, 13)}
    readings[date(2026, 3, 6)] = Reading(date(2026, 3, 6), D(1000), "actual")
    return replace(Meter("tier", None, (), readings), **changes)  # type: ignore[arg-type]


def _bill_of(
    meter: Meter, period: str, until: date | None = None, earlier: tuple[Bill, ...] = ()
) -> tuple[Bill, object]:
    since = date.fromisoformat(f"{period}-01")
    until = until or date(2026, since.month + 1, 1)
    computed = compute(
        meter, read_tariffs(("shandong",)), None, since=since, until=until, period=period, earlier=earlier
    )
    lines = tuple(BillLine(c.code, c.code, c.quantity, c.price, c.amount) for c in computed.charges)
    bill = Bill("1", period, 30, computed.kwh, computed.composed.tier, computed.total, until, until, "paid", until,
                "tier", since, until, ZERO, ZERO, lines=lines)  # fmt: skip
    return bill, computed


def test_closing_on_5_march_settles_the_year_with_three_months_of_bands() -> None:
    meter = _shandong_meter(closed_on=date(2026, 3, 5))
    open_meter = _shandong_meter()
    january, _ = _bill_of(open_meter, "2026-01")
    february, _ = _bill_of(open_meter, "2026-02", earlier=(january,))

    last, _ = _bill_of(meter, "2026-03", date(2026, 3, 6), (january, february))

    # 700 kWh in all against 3 x 210 = 630: 600 stood in tier 1 already.
    assert [(line.code, line.quantity) for line in last.lines] == [("tier1", D(30)), ("tier2", D(70))]


def test_a_new_holder_begins_the_year_anew() -> None:
    meter = _shandong_meter(changes=(PlanChange(date(2026, 6, 1), "tier", "tier", new_holder=True),))
    before = Bill("1", "2026-05", 31, D(2500), 1, D(1), date(2026, 6, 1), date(2026, 6, 1), "paid", date(2026, 6, 1),
                  "tier", date(2026, 5, 1), date(2026, 6, 1), ZERO, ZERO,
                  lines=(BillLine("tier1", "", D(2500), D(1), D(1)),))  # fmt: skip

    bill, _ = _bill_of(meter, "2026-06", earlier=(before,))

    assert [(line.code, line.quantity) for line in bill.lines] == [("tier1", D(300))]


def test_a_large_household_since_april_has_nine_months_of_wider_bands() -> None:
    meter = _shandong_meter(plan="tier_multi", changes=(PlanChange(date(2026, 4, 1), "tier", "tier_multi"),))

    _, computed = _bill_of(meter, "2026-05")

    assert computed.composed.bounds == (D(2520 + 900), D(4800))
