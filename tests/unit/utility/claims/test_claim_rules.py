"""What is owed for a broken appliance: figures of the rule, and what holds for every price and age."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.clock import SHANGHAI
from utility.claims import rules
from utility.claims.tables import read_claim_tables
from utility.claims.values import AssessedItem, ClaimRules, Item, Outcome, Verdict
from utility.errors import Clash, NotKnown

DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)
TABLE = read_claim_tables().at(DAY, ("guangzhou", "csg", "cn")).value
RULES = ClaimRules(window=timedelta(days=7), visit=timedelta(hours=24), residents_only=True)
PRICES = st.decimals("0.01", "100000.00", places=2)
DAYS = st.dates(date(1990, 1, 1), DAY)
LIVES = st.sampled_from([category.life_years for category in TABLE.categories.values()])


@pytest.mark.parametrize(
    ("category", "years"), [("electronics", 10), ("motor", 12), ("heating", 5), ("lamp", 2)], ids=str
)
def test_the_lives_are_those_of_the_rule(category: str, years: int) -> None:
    assert TABLE.categories[category].life_years == years


@pytest.mark.parametrize(
    ("price", "bought_on", "life", "paid"),
    [
        ("3600.00", date(2026, 6, 1), 12, "3600.00"),
        ("3600.00", date(2026, 5, 21), 12, "3600.00"),
        ("3600.00", date(2026, 5, 20), 12, "3450.00"),
        ("5000.00", date(2021, 11, 21), 10, "2500.00"),
        ("1000.00", date(2017, 1, 1), 10, "100.00"),
        ("999.99", date(2010, 1, 1), 10, "100.00"),
        ("100.00", date(2026, 2, 21), 2, "62.50"),
        ("299.00", date(2024, 8, 22), 5, "169.43"),
        ("0.01", date(2000, 1, 1), 5, "0.01"),
    ],
    ids=[
        "under six months",
        "six months to the day",
        "a day over six months",
        "half its life",
        "nearly worn",
        "worn out, the floor rounds up",
        "a lamp",
        "months are whole",
        "a cent",
    ],
)
def test_worked_compensations(price: str, bought_on: date, life: int, paid: str) -> None:
    assert rules.compensation(Decimal(price), bought_on, DAY, life, TABLE) == Decimal(paid)


@given(price=PRICES, bought_on=DAYS, life=LIVES)
def test_it_is_never_under_a_tenth_and_never_over_the_price(price: Decimal, bought_on: date, life: int) -> None:
    paid = rules.compensation(price, bought_on, DAY, life, TABLE)

    assert price / 10 <= paid <= price
    assert paid == paid.quantize(Decimal("0.01"))


@given(price=PRICES, one=DAYS, other=DAYS, life=LIVES)
def test_the_older_is_never_worth_more(price: Decimal, one: date, other: date, life: int) -> None:
    older, newer = min(one, other), max(one, other)

    assert rules.compensation(price, older, DAY, life, TABLE) <= rules.compensation(price, newer, DAY, life, TABLE)


@given(price=PRICES, bought_on=DAYS)
def test_a_longer_life_is_never_worth_less(price: Decimal, bought_on: date) -> None:
    paid = [rules.compensation(price, bought_on, DAY, years, TABLE) for years in (2, 5, 10, 12)]

    assert paid == sorted(paid)


@pytest.mark.parametrize(
    ("bought_on", "day", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 0),
        (date(2026, 1, 31), date(2026, 3, 31), 2),
        (date(2024, 2, 29), date(2025, 2, 28), 11),
        (date(2026, 11, 21), date(2026, 11, 21), 0),
        (date(2026, 11, 22), date(2026, 11, 21), 0),
    ],
)
def test_only_whole_months_count(bought_on: date, day: date, months: int) -> None:
    assert rules.age_months(bought_on, day) == months


def item(**changes: object) -> Item:
    known: dict[str, object] = {
        "category": "electronics",
        "name": "电视机",
        "bought_on": date(2025, 1, 1),
        "price": Decimal("5000.00"),
        "receipt": True,
    }
    return Item(**{**known, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("residential", "happened_at", "reason"),
    [
        (False, NOW - timedelta(hours=1), "claim.not_residential"),
        (True, NOW + timedelta(minutes=1), "claim.not_happened"),
        (True, NOW - timedelta(days=7, seconds=1), "claim.too_late"),
    ],
)
def test_who_may_not_claim(residential: bool, happened_at: datetime, reason: str) -> None:
    with pytest.raises(Clash) as caught:
        rules.check_filing(residential, happened_at, RULES, NOW)

    assert caught.value.reason == reason


def test_the_seventh_day_is_in_time() -> None:
    assert rules.check_filing(True, NOW - timedelta(days=7), RULES, NOW) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"category": "boat"}, "item.category"),
        ({"price": Decimal("0.00")}, "item.price"),
        ({"price": Decimal("-5.00")}, "item.price"),
        ({"price": Decimal("100000.01")}, "item.price"),
        ({"bought_on": date(2026, 11, 22)}, "item.bought_late"),
    ],
    ids=["category", "nothing", "negative", "absurd", "future"],
)
def test_a_wrong_item_is_refused(wrong: dict[str, object], reason: str) -> None:
    with pytest.raises(Clash) as caught:
        rules.check_items([item(), item(**wrong)], 0, DAY, TABLE)

    assert caught.value.reason == reason


def test_an_absurd_list_is_refused() -> None:
    rules.check_items([item()] * 20, 0, DAY, TABLE)

    with pytest.raises(Clash) as caught:
        rules.check_items([item()], 20, DAY, TABLE)

    assert caught.value.reason == "claim.items_many"


def test_only_what_is_compensated_is_added_up() -> None:
    items = [AssessedItem(n, item(price=Decimal("1200.00"), bought_on=date(2026, 11, 1))) for n in (1, 2, 3)]
    outcomes = (Outcome.COMPENSATE, Outcome.REPAIR, Outcome.REFUSE)

    decided = [
        rules.assessed(known, Verdict(known.item_no, outcome), DAY, TABLE)
        for known, outcome in zip(items, outcomes, strict=True)
    ]

    assert [known.amount for known in decided] == [Decimal("1200.00"), Decimal("0.00"), Decimal("0.00")]
    assert rules.offered(decided) == Decimal("1200.00")


@pytest.mark.parametrize(("numbers", "error"), [((1,), Clash), ((1, 1), Clash), ((), Clash), ((1, 2, 3), NotKnown)])
def test_every_item_is_decided_once(numbers: tuple[int, ...], error: type[Exception]) -> None:
    items = [AssessedItem(n, item()) for n in (1, 2)]

    with pytest.raises(error):
        rules.check_verdicts(items, [Verdict(n, Outcome.REPAIR) for n in numbers])
