"""The hours of people: kinds of days, exceptions, and when they are back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from handoff.errors import HoursError
from handoff.hours.calendar import Calendar, SpecialDays, Week
from handoff.hours.days import DayKind, nature_of
from handoff.hours.duty import absence
from handoff.hours.spans import parse_spans, written_spans
from runtime.clock import SHANGHAI

DAILY = parse_spans("08:00-20:00")
OFFICE = Week(parse_spans("08:30-12:00,13:30-18:00"), parse_spans("09:00-17:00"), ())
CALENDAR = Calendar(Week(DAILY, DAILY, DAILY), {"billing": OFFICE})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "kind", "festival", "make_up"),
    [
        pytest.param(date(2026, 10, 1), DayKind.HOLIDAY, "national_day", False, id="national day"),
        pytest.param(date(2026, 10, 10), DayKind.WORKDAY, "national_day", True, id="a make-up Saturday"),
        pytest.param(date(2026, 2, 17), DayKind.HOLIDAY, "spring_festival", False, id="spring festival"),
        pytest.param(date(2026, 11, 21), DayKind.WEEKEND, "", False, id="a plain Saturday"),
        pytest.param(date(2026, 11, 23), DayKind.WORKDAY, "", False, id="a plain Monday"),
    ],
)
def test_a_day_is_what_the_public_calendar_says(day: date, kind: DayKind, festival: str, make_up: bool) -> None:
    nature = nature_of(day)

    assert (nature.kind, nature.festival, nature.make_up, nature.known) == (kind, festival, make_up, True)


def test_a_year_nobody_has_published_is_told_by_the_weekday_and_said_to_be_unknown() -> None:
    monday, sunday = nature_of(date(2031, 1, 6)), nature_of(date(2031, 1, 5))

    assert (monday.kind, monday.known) == (DayKind.WORKDAY, False)
    assert (sunday.kind, sunday.known) == (DayKind.WEEKEND, False)


@pytest.mark.parametrize(
    ("when", "there"),
    [
        ("2026-11-23T08:30", True),
        ("2026-11-23T12:00", False),
        ("2026-11-23T13:30", True),
        ("2026-11-23T18:00", False),
        ("2026-11-21T17:30", False),
        ("2026-10-01T10:00", False),
        ("2026-10-10T17:30", True),
    ],
)
def test_a_skill_is_there_in_its_own_hours(when: str, there: bool) -> None:
    assert CALENDAR.open_at("billing", at(when)) is there


def test_a_skill_that_is_not_named_has_the_default_hours() -> None:
    assert CALENDAR.open_at("points", at("2026-10-01T19:59"))
    assert not CALENDAR.open_at("points", at("2026-10-01T20:00"))


@pytest.mark.parametrize("skill", ["danger", "fault"])
def test_danger_and_faults_have_no_night_whatever_stands_in_the_book(skill: str) -> None:
    closed = Calendar(Week((), (), ()), {skill: Week((), (), ())})

    assert closed.answers(skill, 5, at("2026-10-01T03:00"))


def test_life_support_is_answered_at_night_in_any_skill() -> None:
    assert CALENDAR.answers("billing", 1, at("2026-10-01T03:00"))
    assert not CALENDAR.answers("billing", 2, at("2026-10-01T03:00"))


def test_over_the_holiday_people_are_back_on_the_first_workday() -> None:
    shift = CALENDAR.next_shift("billing", at("2026-09-30T18:30"))

    assert shift is not None
    assert shift[0] == at("2026-10-08T08:30")


def test_an_exception_of_the_skill_stands_before_one_of_everybody() -> None:
    typhoon = SpecialDays("", date(2026, 11, 23), date(2026, 11, 24), (), "台风")
    late = SpecialDays("billing", date(2026, 11, 23), date(2026, 11, 23), parse_spans("08:00-22:00"), "月末加班")
    calendar = Calendar(CALENDAR.default, CALENDAR.weeks, (late, typhoon))

    assert calendar.open_at("billing", at("2026-11-23T21:00"))
    assert not calendar.open_at("billing", at("2026-11-24T10:00"))
    assert not calendar.open_at("points", at("2026-11-23T10:00"))


def test_a_shift_over_midnight_belongs_to_the_day_it_begins_on() -> None:
    night = parse_spans("22:00-06:00")
    calendar = Calendar(Week(night, (), ()))

    assert calendar.open_at("general", at("2026-11-21T05:59"))  # Friday's, on a Saturday morning
    assert not calendar.open_at("general", at("2026-11-21T22:30"))


def test_nothing_is_promised_where_nothing_is_planned() -> None:
    assert (
        absence(Calendar(Week((), (), ())), "general", at("2026-11-23T10:00"), answer_within=timedelta(hours=1)) is None
    )


def test_an_answer_is_promised_within_the_hour_and_never_after_the_shift() -> None:
    back = absence(CALENDAR, "billing", at("2026-11-23T02:00"), answer_within=timedelta(hours=9))

    assert back is not None
    assert (back.opens, back.promised) == (at("2026-11-23T08:30"), at("2026-11-23T12:00"))


def test_hours_are_written_as_they_are_read() -> None:
    assert written_spans(parse_spans("13:30-18:00, 8:00-12:00")) == "08:00-12:00,13:30-18:00"


@pytest.mark.parametrize("text", ["8-20", "08:00-12:00,11:00-15:00", "24:00-25:00", "随时", "1:00-2:00," * 5])
def test_hours_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(HoursError):
        parse_spans(text)
