"""When a scheduled outage is told of: the evening before, and never in the past."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, time, timedelta

from runtime.clock import SHANGHAI

_MONTHS = 12


def evening_before(start: datetime, at: time) -> datetime:
    """Returns the hour of the evening before a start, by the city's own days."""
    day = start.astimezone(SHANGHAI).date() - timedelta(days=1)
    return datetime.combine(day, at, SHANGHAI)


def months_before(start: datetime, months: int, at: time) -> datetime:
    """Returns an hour of the same day of an earlier month, or of that month's last day."""
    day = start.astimezone(SHANGHAI).date()
    year, month = divmod(day.year * _MONTHS + day.month - 1 - months, _MONTHS)
    last = monthrange(year, month + 1)[1]
    return datetime.combine(day.replace(year=year, month=month + 1, day=min(day.day, last)), at, SHANGHAI)


def soonest(now: datetime, wanted: datetime) -> datetime:
    """Returns the wanted moment, or now when it has passed."""
    return max(now, wanted)


def is_quiet(at: datetime, begins: time, ends: time) -> bool:
    """Tells whether a moment lies in the quiet hours, which may go over midnight."""
    clock = at.astimezone(SHANGHAI).time()
    if begins <= ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends


def after_quiet(at: datetime, begins: time, ends: time) -> datetime:
    """Returns the moment itself, or the end of the quiet hours it lies in."""
    if not is_quiet(at, begins, ends):
        return at
    local = at.astimezone(SHANGHAI)
    end = datetime.combine(local.date(), ends, SHANGHAI)
    return end if end > local else end + timedelta(days=1)


def evening_before_quiet(at: datetime, begins: time, ends: time) -> datetime:
    """Returns the moment itself, or the beginning of the quiet hours it lies in."""
    if not is_quiet(at, begins, ends):
        return at
    local = at.astimezone(SHANGHAI)
    begin = datetime.combine(local.date(), begins, SHANGHAI)
    return begin if begin <= local else begin - timedelta(days=1)
