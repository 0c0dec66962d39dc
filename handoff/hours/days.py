"""What kind of day a date is in China, by `chinesecalendar`; an unknown year is told by the weekday, and said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache

import chinese_calendar

_SATURDAY = 5


class DayKind(str, Enum):
    """The three kinds that hours differ by."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True)
class Nature:
    """A day's kind; `festival` names the public holiday it belongs to, as its make-up day on a weekend (调休) too."""

    kind: DayKind
    festival: str = ""
    make_up: bool = False
    known: bool = True


@lru_cache(maxsize=1000)
def nature_of(day: date) -> Nature:
    """Tells the kind of a day, looked up once; `known` is false where nobody has published the year's holidays yet."""
    weekend = day.weekday() >= _SATURDAY
    try:
        rests, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return Nature(DayKind.WEEKEND if weekend else DayKind.WORKDAY, known=False)
    festival = str(name or "").lower().replace(" ", "_").replace("'", "")
    if not rests:
        return Nature(DayKind.WORKDAY, festival, make_up=weekend)
    return Nature(DayKind.HOLIDAY if festival else DayKind.WEEKEND, festival)
