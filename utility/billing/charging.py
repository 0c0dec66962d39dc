"""The lines of a bill: pure functions of a segment's energy, its table and its place in the tiers.

Every line is quantity x price, half up to 0.01 yuan; the total is the sum of the rounded lines. Time of use comes
first, then what the tiers add to it; where that differs by the hours, the kWh above a band are shared out pro rata.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from utility.billing.bands import ZERO, Split
from utility.billing.money import NOTHING, cents
from utility.billing.powerfactor import PowerFactorRule, adjustment
from utility.billing.tariffs import PERIODS, Commercial, Tariff, TimePrices
from utility.billing.terms import Basis, Plan, Supply

KWH_PART = Decimal("0.01")  # a pro rata share of kWh is stated to this; the shares add up exactly
Times = tuple[Decimal, ...]  # kWh at peak, flat, valley


class NoPrice(ValueError):
    """The table has no price for what is to be billed."""


@dataclass(frozen=True)
class Charge:
    """One line as computed: its code, quantity, price and rounded amount."""

    code: str
    quantity: Decimal
    price: Decimal
    segment_no: int = 1

    @property
    def amount(self) -> Decimal:
        """Quantity x price, rounded."""
        return cents(self.quantity * self.price)


@dataclass(frozen=True)
class Segment:
    """A stretch of a bill between two midnight readings, with one plan and one table.

    Attributes:
        plan: by what it is billed.
        tariff: the table that holds.
        month: the month whose prices of the hours hold (1 to 12).
        kwh: the energy of the stretch.
        tiers: how much of it falls into each tier; the sum is `kwh`.
        times: its kWh at peak, flat and valley, when the meter knows them.
        free_quota: how many kWh of it are free at most, on a plan with a free quota.
        supply: the technical facts of a commercial account.
        fixed: whether the monthly capacity charge stands on this stretch.
    """

    plan: Plan
    tariff: Tariff
    month: int
    kwh: Decimal
    tiers: Split
    times: Times | None = None
    free_quota: Decimal = ZERO
    supply: Supply = Supply()
    fixed: bool = True


@dataclass(frozen=True)
class Adjustment:
    """What an earlier bill was wrong by (退补): kWh at a price, negative in the customer's favour."""

    kwh: Decimal
    price: Decimal
    period: str = ""
    why: str = ""


def bill_charges(
    segments: Sequence[Segment], adjustments: Iterable[Adjustment] = (), factors: PowerFactorRule | None = None
) -> list[Charge]:
    """Computes every line of a bill, segment by segment, the adjustments last.

    Raises:
        NoPrice: a table has no price for a segment's plan.
    """
    lines = [line for number, part in enumerate(segments, 1) for line in segment_charges(part, number, factors)]
    last = len(segments)
    return [*lines, *(Charge("adjust", item.kwh, item.price, last) for item in adjustments)]


def segment_charges(segment: Segment, number: int = 1, factors: PowerFactorRule | None = None) -> list[Charge]:
    """Computes the lines of one segment.

    Raises:
        NoPrice: the table has no price for its plan.
    """
    lines = _home(segment) if segment.plan.home else _business(segment, factors)
    return [Charge(code, quantity, price, number) for code, quantity, price in lines]


def total(lines: Iterable[Charge]) -> Decimal:
    """Adds up the rounded lines."""
    return sum((line.amount for line in lines), NOTHING)


Line = tuple[str, Decimal, Decimal]


def _home(segment: Segment) -> Iterator[Line]:
    if segment.plan.tou:
        prices = _time_prices(segment)
        yield from _hours(segment, {name: figures[0] for name, figures in prices.items()})
        if segment.plan.basis is Basis.TIER:
            yield from _adders(segment, prices)
    elif segment.plan.basis is Basis.TIER:
        yield from _tiers(segment)
    else:
        yield segment.plan.basis.value, segment.kwh, _shared_price(segment.tariff)
    if segment.plan.free:
        yield from _free(segment)


def _tiers(segment: Segment) -> Iterator[Line]:
    if not segment.tariff.price:
        raise NoPrice(f"{segment.tariff.name} has no price without time of use")
    for tier, (kwh, price) in enumerate(zip(segment.tiers, segment.tariff.price, strict=True), 1):
        if kwh or tier == 1:
            yield f"tier{tier}", kwh, price


def _hours(segment: Segment, prices: Mapping[str, Decimal]) -> Iterator[Line]:
    for name, kwh in _named(segment).items():
        if name in prices:
            yield f"tou_{name}", kwh, prices[name]


def _adders(segment: Segment, prices: Mapping[str, Sequence[Decimal]]) -> Iterator[Line]:
    for tier, kwh in ((2, segment.tiers[1]), (3, segment.tiers[2])):
        if not kwh:
            continue
        adders = {name: figures[tier - 1] - figures[0] for name, figures in prices.items()}
        if len(set(adders.values())) == 1:
            yield f"add{tier}", kwh, next(iter(adders.values()))
        else:
            shares = pro_rata(kwh, [_named(segment)[name] for name in adders])
            yield from (
                (f"add{tier}_{name}", share, adder) for (name, adder), share in zip(adders.items(), shares, strict=True)
            )


def _free(segment: Segment) -> Iterator[Line]:
    kwh = min(segment.kwh, segment.free_quota)
    if not kwh:
        return
    if not segment.plan.tou:
        price = segment.tariff.price[0] if segment.plan.basis is Basis.TIER else _shared_price(segment.tariff)
        yield "free", kwh, -price
        return
    prices = _time_prices(segment)
    shares = pro_rata(kwh, [_named(segment)[name] for name in prices])
    yield from (
        (f"free_{name}", share, -figures[0])
        for (name, figures), share in zip(prices.items(), shares, strict=True)
        if share
    )


def _business(segment: Segment, factors: PowerFactorRule | None) -> Iterator[Line]:
    prices, supply = segment.tariff.commercial, segment.supply
    if prices is None:
        raise NoPrice(f"{segment.tariff.name} has no commercial prices")
    two_part = segment.plan.basis is Basis.TWO_PART
    lines = list(_per_kwh(segment, prices, two_part))
    if two_part and segment.fixed:
        lines.insert(0, ("capacity", supply.kva, prices.capacity))
    if two_part and factors and supply.power_factor is not None:
        base = sum((cents(quantity * price) for _, quantity, price in lines), NOTHING)
        lines.append(("factor", base, adjustment(supply.power_factor, factors)))
    yield from lines
    yield "fund", segment.kwh, prices.fund


def _per_kwh(segment: Segment, prices: Commercial, two_part: bool) -> Iterator[Line]:
    if segment.times:
        figures = zip(PERIODS, segment.times, prices.ratio, strict=True)
        yield from ((f"grid_{name}", kwh, prices.grid * ratio) for name, kwh, ratio in figures)
    else:
        yield "grid", segment.kwh, prices.grid
    yield "loss", segment.kwh, prices.loss
    yield "trans", segment.kwh, prices.trans_two_part if two_part else prices.trans_single
    yield "system", segment.kwh, prices.system


def pro_rata(kwh: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Shares `kwh` out by `weights`, each share to 0.01 kWh, the last one takes what is left; they add up exactly."""
    whole = sum(weights, ZERO)
    marks = [(kwh * sum(weights[:n], ZERO) / whole).quantize(KWH_PART, ROUND_HALF_UP) for n in range(1, len(weights))]
    ends = [ZERO, *(min(mark, kwh) for mark in marks), kwh]
    return [end - start for start, end in pairwise(ends)]


def _named(segment: Segment) -> dict[str, Decimal]:
    if segment.times is None:
        raise NoPrice("time of use without its readings")
    return dict(zip(PERIODS, segment.times, strict=True))


def _time_prices(segment: Segment) -> Mapping[str, Sequence[Decimal]]:
    times: TimePrices | None = segment.tariff.time_prices(segment.month)
    if times is None or (segment.plan.basis is not Basis.TIER):
        raise NoPrice(f"{segment.tariff.name} has no prices by the hours for {segment.plan.name}")
    unpriced = [name for name, kwh in _named(segment).items() if kwh and name not in times.prices]
    if unpriced:
        raise NoPrice(f"{segment.tariff.name} has no price at {', '.join(unpriced)}")
    return times.prices


def _shared_price(tariff: Tariff) -> Decimal:
    if tariff.shared_price is None:
        raise NoPrice(f"{tariff.name} has no price for a shared meter")
    return tariff.shared_price
