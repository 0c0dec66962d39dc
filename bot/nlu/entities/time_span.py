"""What a mention of time means: its grain, its first and last day; here also an open mention is settled by its context."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cached_property

from bot.nlu.entities.span import Span


class Granularity(str, Enum):
    """How coarse a mention of time is."""

    PART_OF_DAY = "part-of-day"
    DAY = "day"
    DAYS = "days"
    WEEK = "week"
    MONTH = "month"
    MONTHS = "months"
    QUARTER = "quarter"
    SEASON = "season"
    YEAR = "year"


_LONGEST_DAYS = 366 * 5
PERIODS = frozenset({Granularity.MONTH, Granularity.MONTHS, Granularity.QUARTER, Granularity.SEASON, Granularity.YEAR})


class Prefer(str, Enum):
    """Which of several calendar dates a mention without a year, month or week means."""

    PAST = "past"
    FUTURE = "future"
    NEAREST = "nearest"


@dataclass(frozen=True)
class TimeSpan:
    """One mention of time in a text.

    Attributes:
        granularity: how coarse it is; `MONTH` and coarser may be a billing period.
        first: its first day; for a part of the day the day of reading, which means nothing.
        last: its last day.
        start: where it starts in the text.
        end: where it ends in the text.
        period: the value as a billing period ("2026-10", "2026-08,2026-09", "2025"); empty when finer than a month.
        part: 上午, 中午, 下午, 晚上 or 全天 for a part of the day.
        billing: whether it can only mean a billing period (上期).
        weekday: whether it is a weekday said without its week.
    """

    granularity: Granularity
    first: date
    last: date
    start: int
    end: int
    period: str = ""
    part: str = ""
    billing: bool = False
    weekday: bool = False

    @property
    def is_period(self) -> bool:
        """Tells whether it is a month or coarser, so that bills can be asked for it."""
        return self.granularity in PERIODS

    @property
    def iso(self) -> str:
        """The value as a date: one day, or "first/last"."""
        return self.first.isoformat() + ("" if self.first == self.last else f"/{self.last.isoformat()}")

    def as_date(self) -> Span:
        """The entity `date` of this mention."""
        return Span("date", self.iso, self.start, self.end)

    def as_bill_period(self) -> Span:
        """The entity `bill_period` of this mention."""
        return Span("bill_period", self.period, self.start, self.end)

    def as_time_period(self) -> Span:
        """The entity `time_period` of this mention."""
        return Span("time_period", self.part, self.start, self.end)


# What after or before a mention tells that it is over, or still to come; looked for inside its clause only.
_OVER = re.compile(
    r"^[^,，。;；!！?？]{0,12}?(?:(?<!行)(?<!好)(?<!可以)(?<!得)(?<!算)[了过咗](?![吗嘛么没吧])|[约报交充付停打办申写投存来修缴抄送买装递说扣](?:电)?的(?!话|时间))"
)
_OVER_BEFORE = re.compile(r"(?:上次|上回|之前|以前|原来|自从|本来|已经|早在)[^,，。]{0,4}$")
_AHEAD = re.compile(
    r"^[^,，。;；!！?？]{0,10}?(?:要|会|能|可以|[行可]不|之前|以前|前[^面]?|方便|停不|吗|么|嘛|有没有|上门|安排|再|过来|来看|约)"
)
_AHEAD_BEFORE = re.compile(
    r"(?:改[到成]?|换[到成]|推[到迟]|约个?|预约|等到?|打算|准备|计划|安排在?|定在?|截止)[^,，。]{0,2}$"
)


@dataclass(frozen=True)
class Reading:
    """A text under reading: from which day, and which way open mentions lean."""

    text: str
    today: date
    prefer: Prefer

    def leaning(self, start: int, end: int) -> Prefer:
        """Returns what the words beside an open mention tell, else what the caller prefers."""
        if self.prefer is Prefer.PAST:
            return Prefer.PAST
        head, tail = self.text[max(0, start - 8) : start], self.text[end : end + 18]
        ahead = _AHEAD_BEFORE.search(head)
        if not ahead and (_OVER_BEFORE.search(head) or _OVER.search(tail)):
            return Prefer.PAST
        if ahead or _AHEAD.search(tail):
            return Prefer.FUTURE
        return self.prefer

    def chosen(
        self, match: re.Match[str], options: Iterable[tuple[date, date]], *, whole: bool = True
    ) -> tuple[date, date] | None:
        """Returns the one of several stretches that an open mention means.

        Args:
            match: the mention.
            options: the stretches, each its first and last day.
            whole: whether one that is past must have reached its last month; a quarter or a season need only have begun.
        """
        known = sorted(options)
        if not known:
            return None
        leaning = self.leaning(*match.span())
        if leaning is Prefer.PAST:
            begun = [
                option
                for option in known
                if (max(option[0], option[1].replace(day=1)) if whole else option[0]) <= self.today
            ]
            return begun[-1] if begun else known[0]
        if leaning is Prefer.FUTURE:
            return next((option for option in known if option[1] >= self.today), known[-1])
        return min(known, key=lambda option: (self._distance(option), -option[0].toordinal()))

    def _distance(self, option: tuple[date, date]) -> int:
        first, last = option
        return 0 if first <= self.today <= last else min(abs((first - self.today).days), abs((last - self.today).days))

    def day(self, match: re.Match[str], day: date) -> TimeSpan:
        """One day."""
        return TimeSpan(Granularity.DAY, day, day, match.start(), match.end())

    def days(self, match: re.Match[str], first: date, last: date) -> TimeSpan | None:
        """Several days; one when both are the same, none when they are the wrong way round."""
        if last < first:
            return None
        grain = Granularity.DAY if first == last else Granularity.DAYS
        return TimeSpan(grain, first, last, match.start(), match.end())

    def months(
        self, match: re.Match[str], grain: Granularity, first: tuple[int, int], last: tuple[int, int]
    ) -> TimeSpan | None:
        """Months from one to another, each a year and a month; bills of months to come are left out of the period."""
        first_day, last_day = date(*first, 1), month_end(*last)
        if last_day < first_day or (last_day - first_day).days > _LONGEST_DAYS:
            return None
        known = [name for name, begins in _month_names(first_day, last_day) if begins <= self.today]
        names = known or [name for name, _ in _month_names(first_day, last_day)]
        return TimeSpan(grain, first_day, last_day, match.start(), match.end(), ",".join(names))

    def month(self, match: re.Match[str], year: int, month: int) -> TimeSpan | None:
        """One month."""
        return self.months(match, Granularity.MONTH, (year, month), (year, month))

    def lunar_month(self, match: re.Match[str], first: date, last: date) -> TimeSpan:
        """A month of the lunar calendar; its bills are those of the months it lies in."""
        names = [name for name, begins in _month_names(first, last) if begins <= self.today]
        period = ",".join(names or [name for name, _ in _month_names(first, last)])
        return TimeSpan(Granularity.MONTH, first, last, match.start(), match.end(), period)

    def year(self, match: re.Match[str], year: int) -> TimeSpan:
        """A whole year."""
        first, last = date(year, 1, 1), date(year, 12, 31)
        return TimeSpan(Granularity.YEAR, first, last, match.start(), match.end(), str(year))


@dataclass(frozen=True)
class Shape:
    """One way to mention time: how it is written, what it means, and the characters without which it is not there."""

    pattern: str
    meaning: Callable[[re.Match[str], Reading], TimeSpan | None]
    needs: str

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The pattern, compiled once."""
        return re.compile(self.pattern)

    def found(self, reading: Reading, characters: frozenset[str]) -> Iterator[TimeSpan]:
        """Finds all mentions of this shape."""
        if characters.isdisjoint(self.needs):
            return
        for match in self.expression.finditer(reading.text):
            span = self.meaning(match, reading)
            if span:
                yield span


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def moved(year: int, month: int, by: int) -> tuple[int, int]:
    """The month so many months later, earlier when negative."""
    year, month = divmod(year * 12 + month - 1 + by, 12)
    return year, month + 1


def safe_date(year: int, month: int, day: int) -> date | None:
    """The day, None when the calendar has no such day."""
    if not (1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def week(today: date, by: int) -> date:
    """The Monday of the week so many weeks from this one."""
    return today - timedelta(days=today.weekday()) + timedelta(weeks=by)


def _month_names(first: date, last: date) -> Iterator[tuple[str, date]]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield f"{year}-{month:02}", date(year, month, 1)
        year, month = moved(year, month, 1)
