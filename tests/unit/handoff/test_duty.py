"""When people are at the desk, and for whom at night."""

from __future__ import annotations

from datetime import datetime, time, timezone

import pytest

from handoff.errors import HoursError
from handoff.hours.duty import HumanHours
from runtime.clock import SHANGHAI

DAY = HumanHours.parse("08:00-20:00")


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 21, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "there"), [(at(7, 59), False), (at(8), True), (at(19, 59), True), (at(20), False), (at(0), False)]
)
def test_people_are_there_from_the_first_minute_to_the_last(moment: datetime, there: bool) -> None:
    assert DAY.open_at(moment) is there


def test_hours_are_those_of_the_city_whatever_zone_the_clock_has() -> None:
    assert DAY.open_at(datetime(2026, 11, 21, 0, 30, tzinfo=timezone.utc))
    assert not DAY.open_at(datetime(2026, 11, 21, 12, 30, tzinfo=timezone.utc))


@pytest.mark.parametrize(("skill", "priority"), [("fault", 5), ("danger", 0), ("general", 1)])
def test_faults_danger_and_life_support_have_no_night(skill: str, priority: int) -> None:
    assert DAY.answers(skill, priority, at(23))
    assert not DAY.answers("billing", 5, at(23))


def test_hours_may_run_over_midnight_or_all_day() -> None:
    late = HumanHours.parse("20:00-06:00")

    assert late.open_at(at(23))
    assert not late.open_at(at(12))
    assert HumanHours.parse("00:00-00:00").open_at(at(3))


def test_sentences_write_hours_without_a_leading_nought() -> None:
    assert HumanHours(time(8), time(17, 30)).blanks() == {"opens": "8:00", "closes": "17:30"}


@pytest.mark.parametrize("text", ["8-20", "25:00-26:00", "", "day and night"])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(HoursError):
        HumanHours.parse(text)
