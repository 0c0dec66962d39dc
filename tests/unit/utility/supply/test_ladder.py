"""The ladder: no cut without its notices, never at night, on a day off or before one, never for who is spared."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.clock import SHANGHAI
from utility.orders.worktime import Calendar, read_calendar
from utility.seed.file import read_city
from utility.supply.ladder import cut_day, may_cut, next_step
from utility.supply.terms import SupplyTerms, parse_supply
from utility.supply.values import Facts, Step
from utility.versions import read_versions

TERMS: SupplyTerms = read_versions("supply", parse_supply).at(date(2026, 11, 21), ("cn",)).value
CALENDAR: Calendar = read_calendar(read_city()["holidays"])
OWING = Decimal("100.00")
NOON = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)  # a Monday


def late(days: int, now: datetime = NOON, tags: tuple[str, ...] = ()) -> Facts:
    return Facts("postpaid", tags, OWING, now.date() - timedelta(days=days))


def step_of(facts: Facts, *done: Step, now: datetime = NOON, weather: frozenset[date] = frozenset()) -> str:
    found = next_step(facts, done, TERMS, CALENDAR, weather, now)
    return found.step if found else ""


def ago(step: str, now: datetime = NOON, **gap: float) -> Step:
    at = now - timedelta(**gap)
    return Step(step, at, rank=3 if step == "reminded" else 0, cut_on=NOON.date() if step == "letter" else None)


@pytest.mark.parametrize(("days", "step"), [(0, ""), (1, "reminded"), (29, "reminded")])
def test_reminders_come_first(days: int, step: str) -> None:
    assert step_of(late(days)) == step


def test_no_letter_before_thirty_days_and_a_reminder() -> None:
    assert step_of(late(29), ago("reminded", days=5)) == ""
    assert step_of(late(30), ago("reminded", days=5)) == "letter"
    assert step_of(late(60)) == "reminded"


def test_the_final_notice_is_half_an_hour_and_the_cut_after_it() -> None:
    told = ago("reminded", days=20), ago("letter", days=5)

    assert step_of(late(40), *told) == "final"
    assert step_of(late(40), *told, ago("final", minutes=29)) == ""
    assert step_of(late(40), *told, ago("final", minutes=30)) == "cut"
    assert step_of(late(40), *told, ago("final", minutes=121)) == "final"


def test_a_letter_that_is_too_old_is_written_anew() -> None:
    assert step_of(late(60), ago("reminded", days=20), ago("letter", days=8)) == "letter"


def test_who_has_paid_leaves_the_ladder_at_any_step() -> None:
    paid = Facts("postpaid", (), Decimal(0))

    for step in ("reminded", "letter", "final"):
        assert step_of(paid, ago(step, minutes=40)) == "settled"


@pytest.mark.parametrize("tag", ["生命支持设备", "独居老人", "低保", "公共服务", "重要用户"])
def test_who_is_spared_goes_to_a_person(tag: str) -> None:
    assert step_of(late(40, tags=(tag,)), ago("reminded", days=5)) == "handed_over"


@pytest.mark.parametrize(
    ("day", "free"),
    [("2026-11-20", False), ("2026-11-21", False), ("2026-11-23", True), ("2026-09-30", False), ("2026-10-07", False)],
    ids=["Friday", "Saturday", "Monday", "before the National Day", "in it"],
)
def test_on_which_days_somebody_is_cut(day: str, free: bool) -> None:
    assert may_cut(date.fromisoformat(day), TERMS, CALENDAR, ()) is free


def test_a_letter_names_a_day_within_its_law_or_waits() -> None:
    named = cut_day(late(40), TERMS, CALENDAR, (), date(2026, 11, 23))
    waits = cut_day(late(40), TERMS, CALENDAR, (), date(2026, 9, 27))  # seven days off ahead

    assert (named, waits) == (date(2026, 11, 30), None)


def test_a_prepaid_balance_that_recovers_voids_its_letter() -> None:
    low = Facts("prepaid", (), Decimal(0), None, low=True)

    assert step_of(low) == "low"
    assert step_of(low, ago("low", days=1)) == ""
    assert step_of(low, ago("letter", days=1)) == "withdrawn"


minutes = st.integers(20, 130) | st.integers(1, 26 * 60)


@settings(deadline=None)
@given(
    gaps=st.lists(minutes, min_size=30, max_size=220),
    prepaid=st.booleans(),
    paid_at=st.integers(0, 400),
    tags=st.sampled_from([(), ("生命支持设备",), ("大客户",)]),
    weather=st.frozensets(st.dates(date(2026, 11, 23), date(2026, 12, 20)), max_size=5),
)
def test_a_random_walk_never_cuts_against_the_rule(
    gaps: list[int], prepaid: bool, paid_at: int, tags: tuple[str, ...], weather: frozenset[date]
) -> None:
    now, done = NOON, []
    since = None if prepaid else date(2026, 10, 25)
    for n, gap in enumerate(gaps):
        now += timedelta(minutes=gap)
        arrears = Decimal(0) if n == paid_at else OWING
        facts = Facts("prepaid" if prepaid else "postpaid", tags, arrears, since)
        step = next_step(facts, done, TERMS, CALENDAR, weather, now)
        if step is None:
            continue
        assert TERMS.notice_hours.hold(now.time()) or step.step == "settled"
        if step.step == "cut":
            check_cut(done, now, tags, weather)
        done = [] if step.step in ("settled", "cut", "handed_over") else [*done, step]


def check_cut(done: list[Step], now: datetime, tags: tuple[str, ...], weather: frozenset[date]) -> None:
    letter = [step for step in done if step.step == "letter"][-1]
    waited = now - done[-1].at
    assert done[-1].step == "final"
    assert TERMS.final <= waited <= TERMS.final_valid
    assert letter.cut_on is not None
    assert letter.cut_on <= now.date() <= (letter.at + TERMS.letter_valid).date()
    assert (letter.cut_on - letter.at.date()).days >= 3
    assert not TERMS.spared(tags)
    assert may_cut(now.date(), TERMS, CALENDAR, weather)
    assert TERMS.cut_hours.hold(now.time())
