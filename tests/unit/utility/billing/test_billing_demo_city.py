"""The demo city's books: every bill comes out of its readings and the province's table, every change is explained."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pytest

from utility.billing.assembling import Meter, compute
from utility.billing.charging import Adjustment
from utility.billing.explaining import Explanation, explain
from utility.billing.powerfactor import read_power_factors
from utility.billing.tariffs import city_tariffs
from utility.billing.terms import PlanChange, Supply
from utility.billing.usage import read_usage_rules, standing_out
from utility.billing.values import Bill, BillLine, DayUsage, Reading
from utility.seed.file import fixed_now, read_city
from utility.seed.rows import tables

D = Decimal


@lru_cache(maxsize=1)
def rows() -> dict[str, list[dict[str, Any]]]:
    city = read_city()
    found = tables(city, fixed_now(city))
    return {
        table.name: [dict(zip(table.columns.split(", "), row, strict=True)) for row in table.rows] for table in found
    }


@lru_cache(maxsize=1)
def bills() -> dict[tuple[str, str], Bill]:
    names = {row["code"]: row["name"] for row in rows()["charge_items"]}
    lines: dict[tuple[str, str], list[BillLine]] = {}
    for row in rows()["bill_lines"]:
        figures = (row["quantity"], row["price"], row["amount"], row["segment_no"])
        lines.setdefault((row["account_no"], row["period"]), []).append(
            BillLine(row["code"], names[row["code"]], *figures)
        )
    return {
        (row["account_no"], row["period"]): Bill(**row, lines=tuple(lines[row["account_no"], row["period"]]))
        for row in rows()["bills"]
    }


def meter(account_no: str) -> Meter:
    account = next(row for row in rows()["accounts"] if row["account_no"] == account_no)
    readings = [row for row in rows()["meter_readings"] if row["account_no"] == account_no]
    changes = [row for row in rows()["plan_changes"] if row["account_no"] == account_no]
    extra = account["extra"]
    return Meter(
        plan=account["plan"],
        closed_on=account["closed_on"],
        changes=tuple(PlanChange(row["since"], row["plan_before"], row["plan_after"]) for row in changes),
        readings={
            row["read_on"]: Reading(row["read_on"], row["value"], row["kind"], row["registers"]) for row in readings
        },
        supply=Supply(
            D(extra.get("multiplier", 1)), D(extra.get("kva", 0)), D(extra["factor"]) if "factor" in extra else None
        ),
    )


def _reading(row: dict[str, Any]) -> Reading:
    return Reading(row["read_on"], row["value"], row["kind"], row["registers"])


@pytest.mark.parametrize("account_no", sorted({no for no, _ in bills()}))
def test_every_bill_comes_out_of_its_readings(account_no: str) -> None:
    city = read_city()
    tariffs = city_tariffs(city["utility"], city["policy"], city["tariff"])
    factors = read_power_factors().at(date(2026, 11, 1), ("cn",)).value
    own = [bill for (no, _), bill in bills().items() if no == account_no]

    for bill in own:
        adjusted = [Adjustment(line.quantity, line.price) for line in bill.lines if line.code == "adjust"]
        computed = compute(
            meter(account_no), tariffs, factors,
            since=bill.since, until=bill.until, period=bill.period, adjustments=adjusted,
        )  # fmt: skip

        booked = [(line.code, line.quantity, line.price, line.amount) for line in bill.lines]
        assert [(line.code, line.quantity, line.price, line.amount) for line in computed.charges] == booked
        assert (computed.kwh, computed.total, computed.plan) == (bill.kwh, bill.total, bill.plan)
        assert (computed.composed.tier, list(computed.times or ())) == (bill.tier, list(bill.tou_kwh or ()))


def test_there_are_334_bills_of_24_accounts() -> None:
    assert (len({no for no, _ in bills()}), len(bills())) == (24, 23 * 14 + 12)


def test_the_city_charges_what_its_province_does() -> None:
    city = read_city()
    told, tariff = city["tariff"]["residential"], city_tariffs(city["utility"], city["policy"], city["tariff"])
    table = tariff.at(date(2026, 11, 21)).value

    assert {name: list(bounds) for name, bounds in table.bands.items()} == told["bands"]
    assert sorted(table.seasons["summer"]) == told["summer_months"]
    assert list(table.price) == told["price"]
    assert [price - table.price[0] for price in table.price[1:]] == told["adders"]
    times = table.time_prices(11)
    assert times is not None
    assert [times.prices[name][0] for name in ("peak", "flat", "valley")] == told["tou_price"]
    assert {name: list(hours) for name, hours in times.hours.items()} == told["tou_periods"]


def explained(account_no: str, after: str, before: str) -> Explanation:
    return explain(bills()[account_no, after], bills()[account_no, before])


def parts(explanation: Explanation) -> dict[str, Decimal]:
    return {part.code: part.amount for part in explanation.parts}


def test_why_6133_paid_more_in_october() -> None:
    found = explained("6201011006133", "2026-10", "2026-09")

    assert (found.before.kwh, found.after.kwh, found.change) == (D(312), D(648), D("226.70"))
    assert (found.before.tier_kwh, found.after.tier_kwh) == ((260, 52, 0), (260, 340, 48))
    assert parts(found) == {"days": D("6.12"), "usage": D("191.78"), "tier": D("28.80")}
    assert {part.code: part.kwh for part in found.parts} == {"days": D("10.4"), "usage": D("325.6"), "tier": D(336)}


def test_the_days_of_6133_that_stand_out() -> None:
    rule = read_usage_rules().at(date(2026, 11, 1), ("cn",)).value
    used = [row for row in rows()["daily_usage"] if row["account_no"] == "6201011006133" and row["day"].month == 10]

    found = standing_out([DayUsage(row["day"], row["kwh"]) for row in used], rule)

    assert found is not None
    assert (found.since, found.until) == (date(2026, 10, 9), date(2026, 10, 20))
    assert (round(found.per_day), round(found.other_days)) == (35, 12)


def test_why_7141_paid_less_in_october() -> None:
    found = explained("6201024007141", "2026-10", "2026-09")

    assert found.change == D("248.45") - D("252.38") == sum(parts(found).values())
    assert set(parts(found)) == {"days", "usage", "time_of_use", "tier"}
    assert parts(found)["tier"] == D("7.10") - D("7.40")


def test_the_first_peak_valley_bill_of_7141_says_what_the_hours_did() -> None:
    found = explained("6201024007141", "2026-03", "2026-02")

    assert found.before.plan == "tier"
    assert found.after.plan == "tier_tou"
    assert parts(found)["time_of_use"] == D("65.08") + D("43.59") + D("15.00") - D("121.33")
    assert sum(parts(found).values()) == found.change


def test_six_persons_in_6158_have_a_wide_first_tier() -> None:
    found = explained("6201011006158", "2026-10", "2026-09")

    assert found.change == D("309.17") - D("343.67") == sum(parts(found).values())
    assert found.after.tier_kwh == (D(360), D(152), D(0))


def test_8166_has_the_same_free_quota_in_both_months() -> None:
    found = explained("6201037008166", "2026-10", "2026-09")

    assert found.change == D("47.70") - D("58.90") == sum(parts(found).values())
    assert "free" not in parts(found)


def test_the_correction_of_6257_is_a_part_of_its_own() -> None:
    found = explained("6201011006257", "2026-10", "2026-09")

    assert parts(found)["adjustments"] == D("11.78")
    assert sum(parts(found).values()) == found.change == D("162.09") - D("164.36")


def test_a_factory_is_explained_too() -> None:
    found = explained("6201024007182", "2026-10", "2026-09")

    assert found.change == D("280925.00") - D("293758.42") == sum(parts(found).values())
    assert parts(found)["factor"] == D("93.28")


def test_a_quiet_month_has_no_day_that_stands_out() -> None:
    rule = read_usage_rules().at(date(2026, 11, 1), ("cn",)).value
    days = [DayUsage(date(2026, 11, 1) + timedelta(days=n), D(8 + n % 3)) for n in range(20)]

    assert standing_out(days, rule) is None
