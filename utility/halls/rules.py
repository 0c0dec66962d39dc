"""When somebody is there: the hours of a day, open now or not, the next opening. Pure: the caller says when."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from runtime.clock import SHANGHAI
from utility.halls.values import Contact, DayKind, Duty, Manager, OpenDay, Schedule, Standing
from utility.orders.worktime import Calendar

_SATURDAY = 5
_DAY = timedelta(days=1)
# The longest closed time there is: Spring Festival with the weekends at its ends, twice over.
_AHEAD = 31


def day_kind(calendar: Calendar, day: date) -> DayKind:
    """Tells what a day is for opening hours: a public holiday, a day of work (made-up ones too), a weekend."""
    if day in calendar.off:
        return DayKind.HOLIDAY
    if calendar.is_workday(day):
        return DayKind.WEEKDAY
    return DayKind.SATURDAY if day.weekday() == _SATURDAY else DayKind.SUNDAY


def open_day(schedule: Schedule, calendar: Calendar, day: date) -> OpenDay:
    """Returns the hours of one day; a day announced to differ comes before the week."""
    kind = day_kind(calendar, day)
    other = schedule.other_days.get(day)
    if other:
        return OpenDay(day, kind, other.hours, other.note)
    return OpenDay(day, kind, schedule.week[kind])


def open_days(schedule: Schedule, calendar: Calendar, first: date, count: int) -> list[OpenDay]:
    """Returns the hours of the next `count` days."""
    return [open_day(schedule, calendar, first + n * _DAY) for n in range(count)]


def standing(schedule: Schedule, calendar: Calendar, now: datetime) -> Standing:
    """Tells whether it is open at `now`, until when, and when it opens next; closing time is closed."""
    now = now.astimezone(SHANGHAI)
    today = open_day(schedule, calendar, now.date())
    if today.hours and today.hours.since <= now.time() < today.hours.until:
        return Standing(True, _moment(today.day, today.hours.until), None, today)
    return Standing(False, None, _opens_next(schedule, calendar, now), today)


def duty(manager: Manager, calendar: Calendar, now: datetime) -> Duty:
    """Tells whether a manager answers at `now`: within their hours and not away."""
    absence = next((a for a in manager.absences if a.since <= now < a.until), None)
    if absence is None:
        found = standing(manager.schedule, calendar, now)
        return Duty(manager, found.open_now, absent=False, next_on_duty=found.opens_next)
    back = standing(manager.schedule, calendar, absence.until)
    return Duty(manager, on_duty=False, absent=True, next_on_duty=absence.until if back.open_now else back.opens_next)


def contact(manager: Manager, deputy: Manager | None, calendar: Calendar, now: datetime) -> Contact:
    """Tells whom to call: the deputy is named only while the manager is not there."""
    first = duty(manager, calendar, now)
    second = duty(deputy, calendar, now) if deputy and not first.on_duty else None
    return Contact(first, second)


def _opens_next(schedule: Schedule, calendar: Calendar, now: datetime) -> datetime | None:
    for day in open_days(schedule, calendar, now.date(), _AHEAD):
        if day.hours and (opening := _moment(day.day, day.hours.since)) > now:
            return opening
    return None


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, SHANGHAI)
