"""When somebody is there: the demo city's halls and managers on weekdays, weekends, holidays and days that differ."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.clock import SHANGHAI
from utility.halls import rules
from utility.halls.schedules import hall_week, manager_schedule, read_words
from utility.halls.values import Absence, DayKind, Hours, Manager, OtherDay, Schedule
from utility.orders.worktime import read_calendar
from utility.seed.file import read_city

CITY = read_city()
CALENDAR = read_calendar(CITY["holidays"])
WORDS = read_words()
HALLS = {row["name"][:2]: Schedule(hall_week(row)) for row in CITY["halls"]}
WEEKDAYS, EVERY_DAY = (manager_schedule(f"{word} 08:30-17:30", WORDS) for word in ("工作日", "每天"))
SATURDAY = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def manager(manager_id: str = "M1", schedule: Schedule = WEEKDAYS, *absences: Absence) -> Manager:
    return Manager(manager_id, "梁经纬", "key_account_manager", "0620-5550301", "", "M2", schedule, absences)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 11, 20), DayKind.WEEKDAY),
        (date(2026, 11, 21), DayKind.SATURDAY),
        (date(2026, 11, 22), DayKind.SUNDAY),
        (date(2026, 10, 1), DayKind.HOLIDAY),
        (date(2026, 10, 3), DayKind.HOLIDAY),
        (date(2026, 10, 10), DayKind.WEEKDAY),
        (date(2027, 2, 14), DayKind.WEEKDAY),
        (date(2027, 2, 5), DayKind.HOLIDAY),
        (date(2025, 10, 1), DayKind.HOLIDAY),
    ],
    ids=["friday", "saturday", "sunday", "national day", "its saturday", "made up", "made up 2027", "2027", "2025"],
)
def test_what_a_day_is(day: date, kind: DayKind) -> None:
    assert rules.day_kind(CALENDAR, day) is kind


@pytest.mark.parametrize(
    ("hall", "saturday", "sunday", "holiday"),
    [
        ("启明", "09:00-16:00", None, "09:00-12:00"),
        ("松果", "09:00-12:00", None, None),
        ("长庚", None, None, None),
    ],
)
def test_the_weekend_and_the_holiday_of_each_hall(
    hall: str, saturday: str | None, sunday: str | None, holiday: str | None
) -> None:
    days = [date(2026, 11, 21), date(2026, 11, 22), date(2026, 10, 1)]

    hours = [rules.open_day(HALLS[hall], CALENDAR, day).hours for day in days]

    assert [str(h) if h else None for h in hours] == [saturday, sunday, holiday]


def test_this_saturday_at_ten() -> None:
    found = {name: rules.standing(schedule, CALENDAR, SATURDAY) for name, schedule in HALLS.items()}

    assert {name: (s.open_now, s.open_until) for name, s in found.items()} == {
        "启明": (True, at("11-21T16:00")),
        "长庚": (False, None),
        "松果": (True, at("11-21T12:00")),
    }
    assert found["长庚"].opens_next == at("11-23T08:30")


@pytest.mark.parametrize(
    ("moment", "open_now", "opens_next"),
    [
        ("11-23T08:29:59", False, "11-23T08:30"),
        ("11-23T08:30", True, None),
        ("11-23T17:29:59", True, None),
        ("11-23T17:30", False, "11-24T08:30"),
        ("09-30T18:00", False, "10-01T09:00"),
        ("10-10T10:00", True, None),
    ],
)
def test_opening_and_closing_to_the_second(moment: str, open_now: bool, opens_next: str | None) -> None:
    found = rules.standing(HALLS["启明"], CALENDAR, at(moment))

    assert (found.open_now, found.opens_next) == (open_now, at(opens_next) if opens_next else None)


def test_a_long_holiday_is_waited_through() -> None:
    found = rules.standing(HALLS["长庚"], CALENDAR, at("09-30T18:00"))

    assert found.opens_next == at("10-08T08:30")


def test_a_day_that_differs_comes_before_the_week() -> None:
    storm = OtherDay(None, "台风")
    fair = OtherDay(Hours.read("10:00-11:00"), "集市")
    schedule = Schedule(HALLS["启明"].week, {date(2026, 11, 21): storm, date(2026, 11, 22): fair})

    found = rules.standing(schedule, CALENDAR, SATURDAY)

    assert (found.open_now, found.opens_next, found.today.note) == (False, at("11-22T10:00"), "台风")


def test_a_hall_that_never_opens_says_so() -> None:
    never = Schedule(dict.fromkeys(DayKind))

    found = rules.standing(never, CALENDAR, SATURDAY)

    assert (found.open_now, found.opens_next) == (False, None)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda moment: moment.replace(tzinfo=SHANGHAI)))
def test_the_next_opening_is_open_and_nothing_is_before_it(now: datetime) -> None:
    for schedule in HALLS.values():
        found = rules.standing(schedule, CALENDAR, now)
        turn = found.open_until or found.opens_next

        assert turn is not None
        assert turn > now
        assert rules.standing(schedule, CALENDAR, turn).open_now is not found.open_now
        assert rules.standing(schedule, CALENDAR, turn - timedelta.resolution).open_now is found.open_now


def test_on_a_saturday_nobody_of_the_key_accounts_answers() -> None:
    contact = rules.contact(manager(), manager("M2"), CALENDAR, SATURDAY)

    assert (contact.manager.on_duty, contact.reach) == (False, None)
    assert contact.manager.next_on_duty == at("11-23T08:30")


def test_while_the_manager_answers_no_deputy_is_named() -> None:
    contact = rules.contact(manager(), manager("M2"), CALENDAR, at("11-23T10:00"))

    assert contact.deputy is None
    assert contact.reach is contact.manager


def test_while_the_manager_is_away_the_deputy_answers() -> None:
    away = manager("M1", WEEKDAYS, Absence(at("11-23T00:00"), at("11-25T12:00")))

    contact = rules.contact(away, manager("M2"), CALENDAR, at("11-23T10:00"))

    assert contact.reach is not None
    assert contact.reach.manager.manager_id == "M2"
    assert (contact.manager.absent, contact.manager.next_on_duty) == (True, at("11-25T12:00"))


def test_a_manager_of_every_day_answers_on_sundays() -> None:
    assert rules.duty(manager("G3", EVERY_DAY), CALENDAR, at("11-22T09:00")).on_duty


@pytest.mark.parametrize("line", ["", "周末 08:00-12:00", "每天 12:00-08:00", "每天", "每天 25:00-26:00"])
def test_hours_of_no_form_are_refused(line: str) -> None:
    with pytest.raises(ValueError):
        manager_schedule(line, WORDS)
