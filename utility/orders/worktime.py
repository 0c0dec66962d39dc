"""Working time: which days are worked, and how a limit of minutes, hours, days or workdays runs. Pure but a warning.

A working day counts from midnight to midnight: what is filed at 16:40 with five workdays is due at 16:40 of the fifth
workday after. Time on days off does not count, so what is filed on one starts with the next working day and ends with
a day, at its 24:00.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import structlog
from chinese_calendar import constants

from runtime.clock import SHANGHAI

DAY = timedelta(days=1)
_SATURDAY = 5
_NATURAL = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": DAY}
UNITS = (*_NATURAL, "workday")


@dataclass(frozen=True)
class Calendar:
    """Days off and make-up workdays of the years it knows; in another year the weekday decides, with a warning."""

    off: frozenset[date]
    work: frozenset[date]
    years: frozenset[int]

    def is_workday(self, day: date) -> bool:
        """Tells whether somebody works on `day`."""
        return day in self.work or (day.weekday() < _SATURDAY and day not in self.off)

    def knows(self, day: date) -> bool:
        """Tells whether the holidays of that year are known."""
        return day.year in self.years


def read_calendar(holidays: Mapping[str, Any]) -> Calendar:
    """Builds the calendar: the city's own years as its books say, every other year chinesecalendar knows as it says."""
    own = {int(year) for year in holidays}
    off = {day for day in constants.holidays if day.year not in own}
    work = {day for day in constants.workdays if day.year not in own}
    years = {day.year for day in constants.holidays} | own
    for year in holidays.values():
        off.update(day for span in year["off"] for day in _days(span))
        work.update(date.fromisoformat(day) for day in year["work"])
    return Calendar(frozenset(off - work), frozenset(work), frozenset(years))


@dataclass(frozen=True)
class Limit:
    """A published limit: so many minutes, hours, days (natural) or workdays."""

    name: str
    value: Decimal
    unit: str

    @property
    def span(self) -> timedelta:
        """Its length in the time that its clock counts: natural, or 24 hours for each workday."""
        return float(self.value) * _NATURAL.get(self.unit, DAY)


def elapsed(calendar: Calendar, unit: str, start: datetime, end: datetime) -> timedelta:
    """Counts the time of a clock of `unit` between two moments; 0 when `end` is not later."""
    start, end = start.astimezone(SHANGHAI), end.astimezone(SHANGHAI)
    if end <= start:
        return timedelta(0)
    if unit != "workday":
        return end - start
    counted = timedelta(0)
    day = start.date()
    while day <= end.date():
        if calendar.is_workday(day):
            counted += min(end, _midnight(day + DAY)) - max(start, _midnight(day))
        day += DAY
    return counted


def after(calendar: Calendar, unit: str, start: datetime, span: timedelta) -> datetime:
    """Returns the moment when a clock of `unit` that starts at `start` has counted `span`."""
    start = start.astimezone(SHANGHAI)
    if unit != "workday":
        return start + span
    _warn(calendar, start.date())
    moment, left = start, span
    while left > timedelta(0):
        day = moment.date()
        if calendar.is_workday(day):
            step = min(left, _midnight(day + DAY) - moment)
            left -= step
            if not left:
                return moment + step
        moment = _midnight(day + DAY)
        if moment.year != day.year:
            _warn(calendar, moment.date())
    return moment


def due(calendar: Calendar, limit: Limit, start: datetime) -> datetime:
    """Returns when a limit ends that starts at `start` and never pauses."""
    return after(calendar, limit.unit, start, limit.span)


def last_day(moment: datetime) -> date:
    """Returns the last day that is still within a due moment: 24:00 belongs to the day that ends."""
    return (moment.astimezone(SHANGHAI) - timedelta.resolution).date()


def workdays(calendar: Calendar, first: date, count: int) -> list[date]:
    """Lists the next `count` workdays from `first` on, `first` included if it is one."""
    _warn(calendar, first)
    found: list[date] = []
    day = first
    while len(found) < count:
        if calendar.is_workday(day):
            found.append(day)
        day += DAY
    return found


def whole_units(limit: Limit, counted: timedelta) -> int:
    """Counts the whole units of a limit that have passed, as the published limit is counted."""
    return counted // _NATURAL.get(limit.unit, DAY)


def used_percent(limit: Limit, counted: timedelta) -> int:
    """Tells how much of a limit is used: whole workdays of it, or its natural time; over 100 when it is passed."""
    if limit.unit == "workday":
        return int(Decimal(whole_units(limit, counted)) * 100 / limit.value)
    return int(counted * 100 / limit.span)


def _days(span: Mapping[str, str]) -> Iterable[date]:
    first, last = date.fromisoformat(span["from"]), date.fromisoformat(span["to"])
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _warn(calendar: Calendar, day: date) -> None:
    if not calendar.knows(day):
        structlog.get_logger().warning("utility.calendar.year_unknown", year=day.year, rule="monday to friday")
