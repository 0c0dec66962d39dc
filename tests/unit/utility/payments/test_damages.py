"""Damages: the published examples, the year crossing, part payments, and what splitting the days can change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utility.payments.damages import damages, exact
from utility.payments.terms import DamagesTerms, read_money_tables
from utility.payments.values import Debt, Settled

DAY = timedelta(days=1)
TERMS: DamagesTerms = read_money_tables().damages.at(date(2026, 11, 1), ("guangzhou", "csg", "cn")).value
DUE = date(2026, 9, 25)


def debt(total: str, due: date = DUE, *settled: Settled, paid: str = "0.00") -> Debt:
    return Debt(f"{due:%Y-%m}", Decimal(total), due, settled, Decimal(paid))


def late(total: str, days: int, *, residential: bool = True, due: date = DUE, terms: DamagesTerms = TERMS) -> Decimal:
    return damages(debt(total, due), terms, residential=residential, today=due + DAY * days)


@pytest.mark.parametrize(
    ("principal", "days", "result"),
    [
        ("370.40", 12, "4.44"),
        ("60.00", 20, "1.20"),
        ("100.00", 30, "3.00"),
        ("168.48", 57, "9.60"),
        ("145.48", 27, "3.93"),
    ],
    ids=["W8", "QB-AC 20 days", "QB-AC 30 days", "6224 August", "6224 September"],
)
def test_the_published_examples(principal: str, days: int, result: str) -> None:
    assert late(principal, days) == Decimal(result)


def test_the_last_payment_day_itself_costs_nothing() -> None:
    assert (late("100.00", 0), late("100.00", 1)) == (Decimal("0.00"), Decimal("0.10"))


def test_others_pay_more_from_new_year_and_homes_do_not() -> None:
    due = date(2026, 12, 25)  # six days of 2026, ten of 2027

    assert late("1000.00", 16, residential=False, due=due) == Decimal("12.00") + Decimal("30.00")
    assert late("1000.00", 16, due=due) == Decimal("16.00")


@pytest.mark.parametrize(
    ("first_day", "payment_day", "days"), [(True, True, 3), (False, True, 2)], ids=["both", "not the first"]
)
def test_which_days_count_is_a_setting(first_day: bool, payment_day: bool, days: int) -> None:
    terms = replace(TERMS, first_day=first_day, payment_day=payment_day)

    assert late("1000.00", 3, terms=terms) == Decimal(days)


def test_what_is_paid_on_a_day_is_outstanding_until_its_end() -> None:
    paid = debt("1000.00", DUE, Settled(DUE + DAY * 2, Decimal("600.00")))

    found = [damages(paid, TERMS, residential=True, today=DUE + DAY * n) for n in (2, 3)]

    assert found == [Decimal("2.00"), Decimal("2.40")]


def test_a_settled_bill_grows_no_more() -> None:
    paid = debt("1000.00", DUE, Settled(DUE + DAY * 2, Decimal("1000.00")), paid="2.00")

    assert damages(paid, TERMS, residential=True, today=DUE + DAY * 400) == 0


def test_cap_and_minimum_are_settings() -> None:
    assert late("100.00", 2000, terms=replace(TERMS, cap=Decimal(1))) == Decimal("100.00")
    assert late("100.00", 1, terms=replace(TERMS, minimum=Decimal("1.00"))) == Decimal("1.00")
    assert late("100.00", 0, terms=replace(TERMS, minimum=Decimal("1.00"))) == 0


def test_the_old_rule_had_its_one_yuan() -> None:
    old = read_money_tables().damages.at(date(2023, 1, 26), ("guangzhou", "csg", "cn")).value

    assert late("100.00", 1, terms=old) == Decimal("1.00")


sums = st.decimals("0.01", "99999.99", places=2)


@settings(deadline=None)
@given(
    total=sums,
    days=st.integers(1, 900),
    cuts=st.lists(st.integers(1, 900), max_size=6),
    parts=st.lists(st.tuples(st.integers(-20, 900), st.decimals("0.01", "500.00", places=2)), max_size=4),
    residential=st.booleans(),
)
def test_splitting_the_days_changes_no_sum(
    total: Decimal, days: int, cuts: list[int], parts: list[tuple[int, Decimal]], residential: bool
) -> None:
    bill = debt(f"{total:f}", DUE, *(Settled(DUE + DAY * n, amount) for n, amount in parts))
    edges = [0, *sorted({cut for cut in cuts if cut < days}), days]
    spans = list(zip(edges, edges[1:], strict=False))

    whole = exact(bill, TERMS, residential=residential, since=DUE, today=DUE + DAY * days)
    pieces = [exact(bill, TERMS, residential=residential, since=DUE + DAY * a, today=DUE + DAY * b) for a, b in spans]

    assert sum(pieces) == whole
    rounded = sum(round(piece, 2) for piece in pieces)
    assert abs(rounded - round(whole, 2)) <= (len(pieces) + 1) * Decimal("0.005")


@settings(deadline=None)
@given(total=sums, days=st.integers(0, 900), residential=st.booleans())
def test_damages_never_fall_as_days_go_by(total: Decimal, days: int, residential: bool) -> None:
    bill = debt(f"{total:f}")

    today, tomorrow = (damages(bill, TERMS, residential=residential, today=DUE + DAY * n) for n in (days, days + 1))

    assert 0 <= today <= tomorrow
