"""Mentions of weeks, of weekdays and of weekends; a week begins on Monday."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from bot.nlu.entities.calendar_words import NEXT
from bot.nlu.entities.time_span import Granularity, Prefer, Reading, Shape, TimeSpan, week

_WEEKDAYS = {**{char: n for n, char in enumerate("一二三四五六日")}, **{str(n + 1): n for n in range(7)},
             "天": 6}  # fmt: skip


def _weeks_away(match: re.Match[str]) -> int | None:
    if match["back"]:
        return -len(match["back"])
    if match["here"]:
        return 0
    return len(match["ahead"]) if match["ahead"] else None


def _weekday(match: re.Match[str], reading: Reading) -> TimeSpan:
    at, away = _WEEKDAYS[match["weekday"]], _weeks_away(match)
    if away is not None:
        return reading.day(match, week(reading.today, away) + timedelta(days=at))
    # Without a word on it the day to come is meant, not the nearest: 周四停电.
    over = reading.leaning(*match.span()) is Prefer.PAST
    days = [week(reading.today, by) + timedelta(days=at) for by in (-1, 0, 1)]
    found = [day for day in days if (day <= reading.today if over else day >= reading.today)]
    return replace(reading.day(match, found[-1] if over else found[0]), weekday=True)


def _weekend(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    away = _weeks_away(match)
    options = [week(reading.today, by) for by in ([-1, 0, 1] if away is None else [away])]
    weekends = [(monday + timedelta(days=5), monday + timedelta(days=6)) for monday in options]
    chosen = reading.chosen(match, weekends)
    return reading.days(match, *chosen) if chosen else None


def _week(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    monday = week(reading.today, _weeks_away(match) or 0)
    span = reading.days(match, monday, monday + timedelta(days=6))
    return replace(span, granularity=Granularity.WEEK) if span else None


_WEEK_FROM_NOW = rf"(?:(?P<back>上{{1,3}})|(?P<here>[这本今]|呢(?=个))|(?P<ahead>{NEXT}))一?个?"
_WEEK = r"(?:周|星期|礼拜|新期|礼败)"

WEEK_SHAPES = (
    Shape(
        rf"(?<![每一二两三四五六七八九十几\d半逢])(?:{_WEEK_FROM_NOW}(?:周|星期|礼拜|拜)|{_WEEK})(?P<weekday>[一二三四五六日天]|[1-7](?![\d个.次]))(?![个次趟回圈期均]|天天)",
        _weekday,
        "周期拜败",
    ),
    Shape(rf"(?<![每逢])(?:(?:{_WEEK_FROM_NOW})?(?:周末|礼拜末|周六日|周六周日|双休日?|大礼拜))", _weekend, "末双拜周"),
    Shape(rf"{_WEEK_FROM_NOW}(?:周|星期|礼拜)(?![一二三四五六日天末年围边期转报])", _week, "周期拜"),
)
