"""Working time: the demo city's limits, days off, make-up workdays, and that the clock never runs backwards."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from chinese_calendar import is_workday
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from runtime.clock import SHANGHAI
from utility.orders.worktime import (
    Limit,
    after,
    due,
    elapsed,
    last_day,
    read_calendar,
    used_percent,
    workdays,
)
from utility.seed.file import read_city

CALENDAR = read_calendar(read_city()["holidays"])
NOW = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)
FIVE = Limit("complaint_answer", Decimal(5), "workday")
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)).map(lambda at: at.replace(tzinfo=SHANGHAI))
spans = st.timedeltas(timedelta(0), timedelta(days=20))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("filed", "days", "expected"),
    [
        ("11-16T16:40", 5, "11-23T16:40"),
        ("11-18T20:15", 9, "12-01T20:15"),
        ("11-17T22:05", 9, "11-30T22:05"),
        ("11-17T09:30", 5, "11-24T09:30"),
        ("11-20T17:20", 2, "11-24T17:20"),
        ("09-24T10:00", 5, "10-09T10:00"),
        ("09-30T10:00", 3, "10-10T10:00"),
    ],
    ids=["complaint", "opinion", "report", "过户", "峰谷", "over two holidays", "onto a make-up Saturday"],
)
def test_a_limit_in_workdays_ends_at_its_hour(filed: str, days: int, expected: str) -> None:
    assert due(CALENDAR, Limit("any", Decimal(days), "workday"), at(filed)) == at(expected)


def test_what_is_filed_on_a_day_off_ends_with_a_day() -> None:
    ends = due(CALENDAR, FIVE, NOW)

    assert ends == at("11-28T00:00")
    assert last_day(ends) == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("filed", "limit", "used"),
    [
        ("11-16T16:40", 5, 80),
        ("11-17T09:30", 5, 60),
        ("11-18T14:10", 5, 40),
        ("11-20T17:20", 2, 0),
        ("11-20T10:15", 6, 0),
    ],
    ids=["T26111600003", "N26111700021", "N26111800005", "N26112000007", "N26112000011"],
)
def test_the_used_share_is_the_demo_citys(filed: str, limit: int, used: int) -> None:
    counted = elapsed(CALENDAR, "workday", at(filed), NOW)

    assert used_percent(Limit("any", Decimal(limit), "workday"), counted) == used


def test_hours_and_minutes_run_through_days_off() -> None:
    assert due(CALENDAR, Limit("complaint_contact", Decimal(24), "hour"), NOW) == NOW + timedelta(hours=24)
    assert due(CALENDAR, Limit("arrive_urban", Decimal(45), "minute"), NOW) == NOW + timedelta(minutes=45)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_the_official_year_is_worked_as_chinesecalendar_says(day: date) -> None:
    assert CALENDAR.is_workday(day) == is_workday(day)


@pytest.mark.parametrize(
    ("day", "worked"),
    [("2027-02-14", True), ("2027-02-08", False), ("2027-05-08", True), ("2025-10-08", False), ("2025-10-11", True)],
    ids=["make-up Sunday", "spring festival", "make-up Saturday", "2025 by chinesecalendar", "2025 make-up"],
)
def test_the_citys_own_year_and_the_librarys_years(day: str, worked: bool) -> None:
    assert CALENDAR.is_workday(date.fromisoformat(day)) is worked


def test_a_year_without_data_is_warned_of_and_counts_weekdays() -> None:
    with capture_logs() as logs:
        ends = due(CALENDAR, FIVE, datetime(2031, 1, 6, 9, tzinfo=SHANGHAI))

    assert ends == datetime(2031, 1, 13, 9, tzinfo=SHANGHAI)
    assert [(line["event"], line["year"], line["log_level"]) for line in logs] == [
        ("utility.calendar.year_unknown", 2031, "warning")
    ]


def test_the_next_workdays_leave_out_the_weekend() -> None:
    assert workdays(CALENDAR, date(2026, 11, 21), 3) == [date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)]


@given(moments, spans)
def test_what_is_counted_until_the_end_is_the_limit(start: datetime, span: timedelta) -> None:
    assert elapsed(CALENDAR, "workday", start, after(CALENDAR, "workday", start, span)) == span


@given(moments, spans, spans)
def test_the_clock_can_be_stopped_anywhere_and_loses_nothing(start: datetime, one: timedelta, two: timedelta) -> None:
    middle, end = start + one, start + one + two

    parts = elapsed(CALENDAR, "workday", start, middle) + elapsed(CALENDAR, "workday", middle, end)

    assert parts == elapsed(CALENDAR, "workday", start, end)
    assert timedelta(0) <= parts <= one + two


@given(moments, spans, spans)
def test_a_longer_limit_never_ends_sooner(start: datetime, one: timedelta, two: timedelta) -> None:
    assert after(CALENDAR, "workday", start, one) <= after(CALENDAR, "workday", start, one + two)
