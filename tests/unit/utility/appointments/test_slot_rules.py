"""Half days: what is drawn, what is offered, what may be booked and changed, for the demo city and for any."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.clock import SHANGHAI
from utility.appointments import rules
from utility.appointments.tables import read_rules, read_slot_tables, read_visit_types
from utility.appointments.values import Appointment, Slot, SlotStatus
from utility.errors import Clash, NotKnown
from utility.orders.worktime import read_calendar
from utility.seed.file import read_city

CITY = read_city()
CALENDAR = read_calendar(CITY["holidays"])
RULES = read_rules(CITY["policy"]["appointment"])
REGIONS = ("guangzhou", "csg", "cn")
TABLE = read_slot_tables().at(date(2026, 11, 21), REGIONS).value
TYPES = read_visit_types().at(date(2026, 11, 21), REGIONS).value
NOW = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)
TODAY = NOW.date()


def drawn(day: date, period: int = 0, **changes: object) -> Slot:
    return replace(rules.new_slot("D2", "长庚区", day, TABLE.periods[period], 3), **changes)  # type: ignore[arg-type]


def appointment(slot: Slot, *, active: bool = True) -> Appointment:
    until = rules.change_until(slot, RULES)
    return Appointment("A1", "6201", "校表", "booked", active, slot, "", until, "", 0, "", NOW)


def seeded(region_id: str) -> list[Slot]:
    """The half days of the demo city."""
    periods = {period.name: n for n, period in enumerate(TABLE.periods)}
    return [
        drawn(
            date.fromisoformat(row["date"]), periods[row["period"]],
            region_id=region_id, capacity=row["capacity"], booked=row["booked"],
        )
        for row in CITY["appointment_slots"]
        if row["region"] == region_id
    ]  # fmt: skip


def test_the_settings_of_the_demo_city() -> None:
    assert (RULES.offer_slots, RULES.within_workdays, RULES.change_at) == (4, 3, time(18))


@pytest.mark.parametrize(
    ("region_id", "wanted"),
    [
        ("D1", ["23 下午", "24 上午", "25 上午", "25 下午"]),
        ("D2", ["23 上午", "24 下午", "25 上午", "25 下午"]),
        ("D3", ["23 上午", "23 下午", "24 下午", "25 上午"]),
    ],
)
def test_the_free_half_days_of_the_demo_city(region_id: str, wanted: list[str]) -> None:
    window = rules.offer_window(RULES, CALENDAR, NOW, None)

    offered = rules.offers(seeded(region_id), RULES, window, NOW)

    assert [f"{slot.day.day} {slot.period}" for slot in offered] == wanted


def test_half_days_are_drawn_for_working_days_only() -> None:
    days = rules.drawn_days(TABLE, CALENDAR, date(2026, 9, 29))

    assert days[:3] == [date(2026, 9, 30), date(2026, 10, 8), date(2026, 10, 9)]
    assert date(2026, 10, 10) in days  # a Saturday that is worked
    assert len(days) == TABLE.ahead_workdays


def test_a_country_region_has_fewer_visits_in_a_half_day() -> None:
    town = list(rules.drawn_slots(TABLE, "D1", "启明区", "城区", [TODAY]))
    country = list(rules.drawn_slots(TABLE, "D3", "远岫县", "农村", [TODAY]))

    assert [slot.slot_id for slot in town] == ["D1-20261121-am", "D1-20261121-pm"]
    assert ({slot.capacity for slot in town}, {slot.capacity for slot in country}) == ({3}, {2})
    assert town[1].starts_at == datetime(2026, 11, 21, 14, tzinfo=SHANGHAI)


def test_an_unknown_kind_of_region_has_no_half_days() -> None:
    assert list(rules.drawn_slots(TABLE, "D9", "海岛", "海岛", [TODAY])) == []


@given(
    st.lists(
        st.builds(
            lambda n, period, booked, closed: drawn(
                TODAY + timedelta(days=n), period, booked=booked,
                status=SlotStatus.CLOSED if closed else SlotStatus.OPEN,
            ),
            st.integers(-3, 20), st.sampled_from([0, 1]), st.integers(0, 3), st.booleans(),
        )
    ),
    st.integers(0, 96),
)  # fmt: skip
def test_what_is_offered_can_be_booked(slots: list[Slot], hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    window = rules.offer_window(RULES, CALENDAR, now, None)

    offered = rules.offers(slots, RULES, window, now)

    assert len(offered) <= RULES.offer_slots
    assert offered == sorted(offered, key=lambda slot: slot.starts_at)
    for slot in offered:
        rules.check_bookable(slot, now)
        assert now.date() < slot.day <= window[1]


def test_a_wish_for_later_moves_the_window() -> None:
    assert rules.offer_window(RULES, CALENDAR, NOW, None) == (date(2026, 11, 22), date(2026, 11, 25))
    assert rules.offer_window(RULES, CALENDAR, NOW, date(2026, 11, 27)) == (date(2026, 11, 27), date(2026, 12, 1))
    assert rules.offer_window(RULES, CALENDAR, NOW, date(2020, 1, 1))[0] == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("changes", "now", "reason"),
    [
        ({}, datetime(2026, 11, 24, 9, tzinfo=SHANGHAI), "slot.past"),
        ({"status": SlotStatus.CLOSED}, NOW, "slot.closed"),
        ({"booked": 3}, NOW, "slot.full"),
    ],
)
def test_what_cannot_be_booked(changes: dict[str, object], now: datetime, reason: str) -> None:
    with pytest.raises(Clash) as caught:
        rules.check_bookable(drawn(date(2026, 11, 24), **changes), now)

    assert caught.value.reason == reason


def test_the_meter_test_of_7331_may_be_changed_until_six_the_evening_before() -> None:
    booked = appointment(drawn(date(2026, 11, 24)))
    evening = datetime(2026, 11, 23, 18, tzinfo=SHANGHAI)

    rules.check_changeable(booked, evening)
    with pytest.raises(Clash) as caught:
        rules.check_changeable(booked, evening + timedelta(seconds=1))

    assert booked.change_until == evening
    assert (caught.value.reason, caught.value.fields["change_until"]) == ("appointment.fixed", evening.isoformat())


def test_what_is_over_is_not_changed() -> None:
    with pytest.raises(Clash) as caught:
        rules.check_changeable(appointment(drawn(date(2026, 11, 24)), active=False), NOW)

    assert caught.value.reason == "appointment.not_active"


def test_a_visit_has_no_outcome_before_its_half_day() -> None:
    booked = appointment(drawn(date(2026, 11, 24)))

    with pytest.raises(Clash) as caught:
        rules.check_over(booked, NOW)
    rules.check_over(booked, booked.slot.starts_at)

    assert caught.value.reason == "appointment.too_early"


@pytest.mark.parametrize(
    ("name", "residential", "reason"),
    [
        ("更名", True, "appointment.no_visit"),
        ("理发", True, "appointment.no_visit"),
        ("光伏", False, "appointment.not_for_account"),
        ("减容", True, "appointment.not_for_account"),
    ],
)
def test_what_nobody_comes_for(name: str, residential: bool, reason: str) -> None:
    with pytest.raises(Clash) as caught:
        rules.visit_type(TYPES, name, residential=residential)

    assert caught.value.reason == reason


def test_who_comes_shows_a_card_and_takes_no_money() -> None:
    assert rules.visit_type(TYPES, "校表", residential=True).visitor == "计量技术员"
    assert (TYPES.shows_card, TYPES.takes_money) == (True, False)


@pytest.mark.parametrize(
    "slot_id", ["", "D1", "D1-20261199-am", "D1-2026112-am", "D1-20261124-night", "D1-٢٠٢٦١١٢٤-am"]
)
def test_a_name_no_half_day_can_have_is_unknown(slot_id: str) -> None:
    with pytest.raises(NotKnown):
        rules.slot_named(slot_id, TABLE)


def test_a_name_is_read_as_it_is_written() -> None:
    region_id, day, period = rules.slot_named("D1-20261124-pm", TABLE)

    assert rules.slot_id_of(region_id, day, period.period_id) == "D1-20261124-pm"
