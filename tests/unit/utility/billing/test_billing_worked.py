"""The worked bills of the tariff collection, to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from utility.billing.bands import ZERO
from utility.billing.charging import Charge, bill_charges, total
from utility.billing.composing import Stretch, Year, compose
from utility.billing.tariffs import MultiPerson, Tariff, read_tariffs
from utility.billing.terms import plan_of
from utility.payments.damages import damages
from utility.payments.terms import read_money_tables
from utility.payments.values import Debt

D = Decimal
TEXTBOOK = Tariff(
    "textbook", False, {"all": frozenset(range(1, 13))}, {"all": (D(220), D(310))}, (D("0.50"), D("0.55"), D("0.80"))
)
QUESTION = Tariff(
    "question", False, {"all": frozenset(range(1, 13))}, {"all": (D(180), D(280))}, (D("0.50"), D("0.60"), D("0.80"))
)


def table(region: str) -> Tariff:
    return read_tariffs((region,)).at(date(2026, 7, 1)).value


def month_of(number: int) -> tuple[date, date]:
    return date(2026, number, 1), date(2026 + number // 12, number % 12 + 1, 1)


def lines(
    tariff: Tariff, month: int, kwh: int, plan: str = "tier", *, before: int = 0, times: tuple[int, ...] | None = None
) -> list[Charge]:
    hours = tuple(D(n) for n in times) if times else None
    stretch = Stretch(*month_of(month), plan_of(plan), tariff, D(kwh), hours)
    return bill_charges(compose([stretch], Year(before=D(before))).segments)


def shown(charges: list[Charge]) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    return [(line.code, line.quantity, line.price, line.amount) for line in charges]


def test_w1_a_summer_month() -> None:
    charges = lines(table("guangzhou"), 7, 600)

    assert shown(charges) == [("tier1", 260, D("0.589"), D("153.14")), ("tier2", 340, D("0.639"), D("217.26"))]
    assert total(charges) == D("370.40")


def test_w2_a_winter_month() -> None:
    charges = lines(table("guangzhou"), 12, 600)

    assert [line.amount for line in charges] == [D("117.80"), D("127.80"), D("177.80")]
    assert total(charges) == D("423.40")


def test_w3_the_year_crosses_a_band() -> None:
    tariff = table("shandong")
    stretch = Stretch(*month_of(9), plan_of("tier"), tariff, D(400))
    composed = compose([stretch], Year(before=D(2300)))
    charges = bill_charges(composed.segments)

    assert shown(charges) == [("tier1", 220, D("0.5469"), D("120.32")), ("tier2", 180, D("0.5969"), D("107.44"))]
    assert (total(charges), composed.used, composed.tier, composed.left) == (D("227.76"), D(2700), 2, D(2100))


def test_w4_time_of_use_and_then_the_tier() -> None:
    charges = lines(table("zhejiang"), 10, 350, "tier_tou", before=2600, times=(210, 0, 140))

    assert shown(charges) == [
        ("tou_peak", 210, D("0.568"), D("119.28")),
        ("tou_valley", 140, D("0.288"), D("40.32")),
        ("add2", 190, D("0.050"), D("9.50")),
    ]
    assert total(charges) == D("169.10")


def test_w5_a_big_family() -> None:
    charges = lines(table("guangzhou"), 7, 600, "tier_multi")

    assert [line.amount for line in charges] == [D("212.04"), D("153.36")]
    assert total(charges) == D("365.40") == total(lines(table("guangzhou"), 7, 600)) - D("5.00")


def test_w6_a_low_income_home() -> None:
    charges = lines(table("shandong"), 5, 180, "tier_free")

    assert [(line.code, line.amount) for line in charges] == [("tier1", D("98.44")), ("free", D("-8.20"))]
    assert total(charges) == D("90.24")


def test_w7_the_textbook() -> None:
    charges = lines(TEXTBOOK, 12, 930)

    assert [line.amount for line in charges] == [D("110.00"), D("49.50"), D("496.00")]
    assert total(charges) == D("655.50")


def test_w8_twelve_days_late() -> None:
    terms = read_money_tables().damages.at(date(2026, 8, 1), ("guangzhou", "csg", "cn")).value
    debt = Debt("2026-07", total(lines(table("guangzhou"), 7, 600)), date(2026, 8, 25))

    late = damages(debt, terms, residential=True, today=date(2026, 9, 6))

    assert (late, debt.total + late) == (D("4.44"), D("374.84"))


@pytest.mark.parametrize(("plan", "amount"), [("tier", "246.00"), ("tier_multi", "216.00")])
def test_five_persons_move_every_bound_where_the_table_says_so(plan: str, amount: str) -> None:
    wide = Tariff(
        QUESTION.name, False, QUESTION.seasons, QUESTION.bands, QUESTION.price, multi=MultiPerson(5, D(100), True)
    )

    assert total(lines(wide, 3, 400, plan)) == D(amount)


def test_adders_that_differ_by_the_hours_are_shared_out_pro_rata() -> None:
    charges = lines(table("shanghai"), 8, 300, "tier_tou", before=3000, times=(200, 0, 100))

    assert shown(charges) == [
        ("tou_peak", 200, D("0.617"), D("123.40")),
        ("tou_valley", 100, D("0.307"), D("30.70")),
        ("add2_peak", 120, D("0.060"), D("7.20")),
        ("add2_valley", 60, D("0.030"), D("1.80")),
    ]


def test_a_reading_over_two_months_has_the_bands_of_both() -> None:
    stretch = Stretch(date(2026, 10, 1), date(2026, 12, 1), plan_of("tier"), table("guangzhou"), D(500))

    assert compose([stretch]).segments[0].tiers == (D(460), D(40), ZERO)


def test_a_shared_meter_and_a_charger_pay_one_price() -> None:
    assert [shown(lines(table("zhejiang"), 3, 5000, plan)) for plan in ("shared", "charger")] == [
        [("shared", 5000, D("0.558"), D("2790.00"))],
        [("charger", 5000, D("0.558"), D("2790.00"))],
    ]


def test_heating_months_have_their_own_valley_price() -> None:
    november, october = (lines(table("shandong"), month, 100, "tier_tou", times=(0, 0, 100)) for month in (11, 10))

    assert (total(november), total(october)) == (D("34.69"), D("37.69"))
