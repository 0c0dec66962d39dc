"""Why a bill differs from another one: the change split into parts that add up to it to the cent; pure functions.

The parts come from putting the later bill's facts in place of the earlier one's, always in this order:

1. days: the earlier daily usage over the later number of days, at the earlier price of a kWh
2. usage: the later energy, at the same price
3. time_of_use: the later shares of peak, flat and valley, at the earlier prices of the hours
4. tier: what tiers 2 and 3 add to the price of tier 1, at the earlier adders
5. free, capacity, factor: the free quota, the capacity charge, the power-factor adjustment
6. plan: what is left of a change of plan or class
7. price: the later prices in place of the earlier ones, in the hours and in the tiers
8. adjustments, damages

The price of a kWh is that of tier 1, or the mean of the hours' prices; a tier line's rounded cent is in `tier`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from utility.billing.bands import ZERO
from utility.billing.money import NOTHING, cents
from utility.billing.values import Bill, BillLine, StandOut

TIERS = ("tier1", "tier2", "tier3")
ORDER = (
    "days", "usage", "time_of_use", "tier", "free", "capacity", "factor", "plan", "price", "adjustments", "damages",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One part of the change: yuan, and the kWh it speaks of where it speaks of any."""

    code: str
    amount: Decimal
    kwh: Decimal | None = None


@dataclass(frozen=True)
class Side:
    """One of the two bills, as a customer would compare them."""

    period: str
    plan: str
    days: int
    kwh: Decimal
    tier: int | None
    tier_kwh: tuple[Decimal, Decimal, Decimal] | None
    tou_kwh: tuple[Decimal, ...] | None
    total: Decimal
    damages: Decimal
    estimate: bool

    @property
    def per_day(self) -> Decimal:
        """The mean usage of a day."""
        return self.kwh / self.days


@dataclass(frozen=True)
class Explanation:
    """Why `after` differs from `before`; the parts add up to `change`."""

    account_no: str
    before: Side
    after: Side
    change: Decimal
    parts: tuple[Part, ...]
    stand_out: StandOut | None = None


@dataclass(frozen=True)
class _Item:
    """What a bill has under one code: its price is the mean of its segments' where they differ."""

    code: str
    quantity: Decimal
    price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class _Layers:
    """A bill's lines in layers: energy at the price of tier 1 or of its hours, what the tiers add, and the rest."""

    kwh: Decimal
    energy: tuple[_Item, ...]
    adders: tuple[_Item, ...]
    tier_amount: Decimal
    rest: Mapping[str, Decimal]

    @property
    def energy_amount(self) -> Decimal:
        return _sum(item.amount for item in self.energy)

    @property
    def families(self) -> frozenset[str]:
        return frozenset(_family(item.code) for item in self.energy)


def explain(
    after: Bill,
    before: Bill,
    *,
    damages_after: Decimal = NOTHING,
    damages_before: Decimal = NOTHING,
    stand_out: StandOut | None = None,
    estimate: bool = False,
) -> Explanation:
    """Splits what `after` costs more than `before`, late damages included, into its parts.

    Args:
        after: the bill to explain, or an estimate of one.
        before: the bill it is compared with.
        damages_after: what is asked for the lateness of `after`.
        damages_before: the same of `before`.
        stand_out: the days of `after` that used far more than the others.
        estimate: whether `after` is an estimate.
    """
    amounts, kwh = _amounts(after, before), _kwh(after, before)
    amounts["damages"] = damages_after - damages_before
    return Explanation(
        account_no=after.account_no,
        before=side(before, damages_before),
        after=side(after, damages_after, estimate=estimate),
        change=after.total + damages_after - before.total - damages_before,
        parts=tuple(Part(code, amounts[code], kwh.get(code)) for code in ORDER if amounts[code]),
        stand_out=stand_out,
    )


def side(bill: Bill, damages: Decimal = NOTHING, *, estimate: bool = False) -> Side:
    """Shows a bill as one side of a comparison."""
    return Side(
        period=bill.period,
        plan=bill.plan,
        days=bill.days,
        kwh=bill.kwh,
        tier=bill.tier,
        tier_kwh=tier_kwh(bill) if bill.tier else None,
        tou_kwh=bill.tou_kwh,
        total=bill.total,
        damages=damages,
        estimate=estimate,
    )


def tier_kwh(bill: Bill) -> tuple[Decimal, Decimal, Decimal]:
    """Reads from its lines how many kWh a bill has in each tier; what is in no line of tiers 2 and 3 is in tier 1."""
    second, third = (_energy_of(bill, f"tier{tier}", f"add{tier}") for tier in (2, 3))
    return _energy_of(bill, "tier", "tou_") - second - third, second, third


def _energy_of(bill: Bill, *starts: str) -> Decimal:
    return sum((line.quantity for line in bill.lines if line.code.startswith(starts)), ZERO)


def _kwh(after: Bill, before: Bill) -> dict[str, Decimal]:
    same_days = before.kwh * after.days / before.days
    above = [sum(tier_kwh(bill)[1:], ZERO) for bill in (before, after)]
    return {"days": same_days - before.kwh, "usage": after.kwh - same_days, "tier": above[1] - above[0]}


def _amounts(after: Bill, before: Bill) -> dict[str, Decimal]:
    old, new = _layers(before), _layers(after)
    worth = _reference(old) if old.kwh else _reference(new)
    same_days = cents(before.kwh * after.days / before.days * worth)
    at_old_price = cents(new.kwh * worth)
    parts = dict.fromkeys(ORDER, NOTHING)
    parts["days"] = same_days - old.energy_amount
    parts["usage"] = at_old_price - same_days
    if old.families != new.families:
        parts["plan"] = new.energy_amount - at_old_price
    elif _codes(new.energy) <= _codes(old.energy) and old.kwh:
        repriced = _at_prices(new.energy, old.energy)
        parts["time_of_use"], parts["price"] = repriced - at_old_price, new.energy_amount - repriced
    else:
        parts["time_of_use"] = new.energy_amount - at_old_price
    dearer = _sum(item.amount for item in new.adders) - _at_prices(new.adders, old.adders)
    parts["price"] += dearer
    parts["tier"] = new.tier_amount - old.tier_amount - dearer
    for code in ("free", "capacity", "factor", "adjustments"):
        parts[code] = new.rest[code] - old.rest[code]
    return parts


def _layers(bill: Bill) -> _Layers:
    energy: list[_Item] = []
    adders: list[_Item] = []
    for _, lines in groupby(bill.lines, key=lambda line: line.segment_no):
        found = list(lines)
        energy.extend(_energy(found))
        adders.extend(_adders(found))
    tiered = _sum(line.amount for line in bill.lines if line.code in TIERS or _layer(line.code) == "tier")
    return _Layers(
        kwh=bill.kwh,
        energy=_by_code(energy),
        adders=_by_code(adders),
        tier_amount=tiered - _sum(item.amount for item in energy if item.code == "tier"),
        rest={
            code: _sum(line.amount for line in bill.lines if _layer(line.code) == code)
            for code in ("free", "capacity", "factor", "adjustments")
        },
    )


def _layer(code: str) -> str:
    if code.startswith("add"):
        return "tier"
    if code.startswith("free"):
        return "free"
    return {"capacity": "capacity", "factor": "factor", "adjust": "adjustments"}.get(code, "energy")


def _energy(lines: Sequence[BillLine]) -> Iterator[_Item]:
    first = next((line for line in lines if line.code == "tier1"), None)
    if first:
        yield _item("tier", sum((line.quantity for line in lines if line.code in TIERS), ZERO), first.price)
    plain = [line for line in lines if line.code not in TIERS and _layer(line.code) == "energy"]
    yield from (_item(line.code, line.quantity, line.price) for line in plain)


def _adders(lines: Sequence[BillLine]) -> Iterator[_Item]:
    first = next((line for line in lines if line.code == "tier1"), None)
    for line in lines:
        if first and line.code in TIERS[1:]:
            yield _item(f"add{line.code[-1]}", line.quantity, line.price - first.price)
        elif _layer(line.code) == "tier":
            yield _item(line.code, line.quantity, line.price)


def _item(code: str, quantity: Decimal, price: Decimal) -> _Item:
    return _Item(code, quantity, price, cents(quantity * price))


def _by_code(items: Sequence[_Item]) -> tuple[_Item, ...]:
    """Puts the items of several segments together, code by code."""
    found: dict[str, _Item] = {}
    for item in items:
        known = found.get(item.code)
        if known is None:
            found[item.code] = item
            continue
        quantity, amount = known.quantity + item.quantity, known.amount + item.amount
        price = known.price if not quantity or cents(quantity * known.price) == amount else amount / quantity
        found[item.code] = _Item(item.code, quantity, price, amount)
    return tuple(found.values())


def _reference(layers: _Layers) -> Decimal:
    """The price of a kWh: the one price there is, else the mean of what the energy costs."""
    if len(layers.energy) == 1:
        return layers.energy[0].price
    return layers.energy_amount / layers.kwh if layers.kwh else ZERO


def _at_prices(items: Sequence[_Item], priced: Sequence[_Item]) -> Decimal:
    """What `items` cost at the prices that `priced` has for their codes; a code it does not have keeps its own."""
    known = {item.code: item.price for item in priced}
    return _sum(cents(item.quantity * known.get(item.code, item.price)) for item in items)


def _codes(items: Sequence[_Item]) -> set[str]:
    return {item.code for item in items}


def _family(code: str) -> str:
    if code == "tier" or code.startswith("tou_"):
        return "home"
    return code if code in ("shared", "charger") else "business"


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)
