"""How the tariff of an account looks outside: its plan, its tiers, its hours, and where the table comes from."""

from __future__ import annotations

from utility.billing.tariffs import PERIODS, Bounds, Tariff
from utility.billing.terms import Basis, Plan
from utility.billing.views import TariffView
from utility.billing.wire import progress
from utility.counter.shown import Json, shown_number


def tariff(value: TariffView) -> Json:
    """Shows what an account is billed by on a day."""
    table, plan = value.version.value, value.plan
    return {
        "account_no": value.account_no,
        "on": value.on.isoformat(),
        "plan": plan.name,
        "plan_since": value.plan_since.isoformat() if value.plan_since else None,
        "name": table.name,
        "source": value.version.source,
        "status": value.version.status,
        "since": value.version.since.isoformat(),
        "account_period": "annual" if table.annual else "monthly",
        "tiers": _tiers(table, value.bounds) if value.bounds and not plan.tou else [],
        "hours": _hours(table, value.on.month) if plan.tou else [],
        "bounds": [shown_number(bound) for bound in value.bounds] if value.bounds else None,
        "price": _flat(table, plan),
        "free_kwh": shown_number(table.free_kwh) if plan.free and table.free_kwh is not None else None,
        "lines": _business(table, plan),
        "progress": progress(value.progress),
    }


def _tiers(table: Tariff, bounds: Bounds) -> list[Json]:
    ends = [shown_number(bounds[0]), shown_number(bounds[1]), None]
    return [
        {"tier": tier, "up_to": end, "price": shown_number(price)}
        for tier, (end, price) in enumerate(zip(ends, table.price, strict=True), 1)
    ]


def _hours(table: Tariff, month: int) -> list[Json]:
    times = table.time_prices(month)
    if times is None:
        return []
    return [
        {
            "name": name,
            "hours": list(times.hours[name]),
            "prices": [shown_number(price) for price in times.prices[name]],
        }
        for name in PERIODS
        if name in times.prices
    ]


def _flat(table: Tariff, plan: Plan) -> str | None:
    flat = plan.basis in (Basis.SHARED, Basis.CHARGER) and table.shared_price is not None
    return shown_number(table.shared_price) if flat and table.shared_price is not None else None


def _business(table: Tariff, plan: Plan) -> list[Json]:
    prices = table.commercial
    if plan.home or prices is None:
        return []
    trans = prices.trans_two_part if plan.basis is Basis.TWO_PART else prices.trans_single
    lines = {"grid": prices.grid, "loss": prices.loss, "trans": trans, "system": prices.system, "fund": prices.fund}
    if plan.basis is Basis.TWO_PART:
        lines["capacity"] = prices.capacity
    return [{"code": code, "price": shown_number(price)} for code, price in lines.items()]
