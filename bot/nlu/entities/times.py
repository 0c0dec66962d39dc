"""Every mention of a calendar time in a text, by one grammar; which entity a mention is, the caller decides by its grain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.nlu.entities.days import DAY_SHAPES
from bot.nlu.entities.festivals import FESTIVAL_SHAPES
from bot.nlu.entities.lunar import LUNAR_SHAPES
from bot.nlu.entities.months import MONTH_SHAPES
from bot.nlu.entities.parts_of_day import time_periods
from bot.nlu.entities.time_span import PERIODS, Granularity, Prefer, Reading, Shape, TimeSpan
from bot.nlu.entities.weeks import WEEK_SHAPES

_SHAPES: tuple[Shape, ...] = (*FESTIVAL_SHAPES, *LUNAR_SHAPES, *DAY_SHAPES, *WEEK_SHAPES, *MONTH_SHAPES)
# No mention is without one of these.
_ANY = frozenset("".join(shape.needs for shape in _SHAPES))
_CONNECTORS = frozenset({"到", "至", "~", "～", "-", "–", "—", "——", " 到 ", " - "})
_DAYS = frozenset({Granularity.DAY, Granularity.DAYS, Granularity.WEEK})
_A_WEEK = timedelta(weeks=1)


def times(text: str, now: datetime, prefer: Prefer = Prefer.NEAREST) -> list[TimeSpan]:
    """Finds every mention of a calendar time, in the order of the text; mentions never overlap.

    Args:
        text: normalised text.
        now: the moment from which 昨天 and 上个月 are counted.
        prefer: which date a mention without its year, month or week means when the words beside it do not tell.
    """
    reading = Reading(text, now.date(), prefer)
    parts = [
        TimeSpan(Granularity.PART_OF_DAY, reading.today, reading.today, span.start, span.end, part=span.value)
        for span in time_periods(text)
    ]
    return _apart([*_joined(_calendar(reading), reading), *parts])


def _calendar(reading: Reading) -> list[TimeSpan]:
    characters = frozenset(reading.text)
    if characters.isdisjoint(_ANY):
        return []
    return _apart(span for shape in _SHAPES for span in shape.found(reading, characters))


def _apart(spans: Iterable[TimeSpan]) -> list[TimeSpan]:
    """Keeps the spans that begin first, of those the longest, of those the first found."""
    kept: list[TimeSpan] = []
    end = 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.start >= end:
            kept.append(span)
            end = span.end
    return kept


def _joined(spans: list[TimeSpan], reading: Reading) -> Iterator[TimeSpan]:
    """Makes one stretch of two mentions with 到 between them: 周一到周三, 上个月到这个月."""
    waiting: TimeSpan | None = None
    for span in spans:
        stretch = _stretch(waiting, span, reading) if waiting else None
        if stretch:
            waiting = stretch
            continue
        if waiting:
            yield waiting
        waiting = span
    if waiting:
        yield waiting


def _stretch(first: TimeSpan, last: TimeSpan, reading: Reading) -> TimeSpan | None:
    if last.start - first.end > 3 or reading.text[first.end : last.start] not in _CONNECTORS:
        return None
    if first.granularity in _DAYS and last.granularity in _DAYS:
        return _of_days(first, last, reading)
    if first.granularity in PERIODS and last.granularity in PERIODS and first.first < last.last:
        match = re.compile(".+", re.DOTALL).match(reading.text, first.start, last.end)
        ends = (first.first.year, first.first.month), (last.last.year, last.last.month)
        return reading.months(match, Granularity.MONTHS, *ends) if match else None
    return None


def _of_days(first: TimeSpan, last: TimeSpan, reading: Reading) -> TimeSpan | None:
    """A weekday without its week is the next one after the first, or the first is the one before the last."""
    begins, ends = first.first, last.last
    if last.weekday and not first.weekday:
        ends = begins + timedelta(days=(ends - begins).days % 7)
    elif ends < begins and first.weekday and last.weekday:
        begins, ends = (begins - _A_WEEK, ends) if reading.prefer is Prefer.PAST else (begins, ends + _A_WEEK)
    if ends <= begins:
        return None
    return replace(first, granularity=Granularity.DAYS, first=begins, last=ends, end=last.end, weekday=False)
