"""Until when: the end of every stretch of time an agent names, by the clock, by a span from now, or by the calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import chinese_calendar

from bot.nlu.entities.chinese_numbers import number
from bot.nlu.entities.time_span import Granularity, Prefer, TimeSpan
from bot.nlu.entities.times import times
from runtime.yaml_files import read_yaml

_FILE = Path(__file__).with_name("words.yml")
_NUMBER = r"[0-9]+(?:\.[0-9]+)?|[零〇一二两俩三四五六七八九十百]+"
_FOLLOWS = r"(?:之内|以内|内|之后|以后|后|左右|上下|就|钟左右)"
# A day, a part of it and an hour stand close together to be one moment.
_NEAR = 3


@dataclass(frozen=True)
class Moment:
    """A named time: where it stands, and the end of what it names."""

    start: int
    end: int
    due: datetime


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """Reads the dictionary, once."""
    content: Mapping[str, Any] = read_yaml(_FILE)
    return content


@lru_cache(maxsize=1)
def _expressions() -> Mapping[str, re.Pattern[str]]:
    book = words()
    units = "|".join(sorted([*book["units"], *book["workday_units"]], key=len, reverse=True))
    parts = "|".join(sorted(book["parts"], key=len, reverse=True))
    named = "|".join(f"(?:{shape})" for shape in book["named_ends"])
    return {
        "span": re.compile(
            rf"(?P<half>半)(?P<half_unit>个?(?:小时|钟头|天))(?:之内|以内|内|之后|以后|后|左右|就)"
            rf"|(?:{book['ahead']})(?P<ahead_many>{_NUMBER})(?P<ahead_unit>{units})"
            rf"|(?P<many>{_NUMBER}|几)(?P<and_half_first>个半)?(?P<unit>{units})(?P<and_half>半)?"
            rf"(?:{_FOLLOWS}|(?={book['straight']}))"
        ),
        "clock": re.compile(
            rf"(?P<part>{parts})?的?(?P<hour>{_NUMBER})(?:[:：](?P<digits>[0-5][0-9])"
            rf"|(?:点钟?|时(?!间|候))(?P<minute>半|一刻|三刻|(?:{_NUMBER})分?)?)"
        ),
        "part": re.compile(rf"(?<![{book['no_part_after']}])(?P<part>{parts})(?![{book['no_part_before']}])"),
        "range": re.compile(book["range"]),
        "named": re.compile(named),
    }


def moments(text: str, now: datetime) -> list[Moment]:
    """Finds every named time that is still to come, in the order of the text."""
    found = [*_spans(text, now), *_calendar(text, now)]
    apart: list[Moment] = []
    for one in sorted(found, key=lambda moment: (moment.start, -moment.end)):
        if one.due > now and (not apart or one.start >= apart[-1].end):
            apart.append(one)
    return apart


def _spans(text: str, now: datetime) -> Iterator[Moment]:
    """半小时内, 两个小时之内, 3个工作日内, 二十分钟左右."""
    for match in _expressions()["span"].finditer(text):
        if match["half"]:
            minutes = 720 if "天" in match["half_unit"] else 30
            yield Moment(match.start(), match.end(), now + timedelta(minutes=minutes))
            continue
        said, unit = match["many"] or match["ahead_many"], match["unit"] or match["ahead_unit"]
        many = number(said) if said != "几" else 5
        if many is None or not 0 < many <= 366:
            continue
        if unit in words()["workday_units"]:
            yield Moment(match.start(), match.end(), _at(_workday(now.date(), int(many)), _day_end(), now))
            continue
        more = 0.5 if match["and_half"] or match["and_half_first"] else 0.0
        minutes = words()["units"][unit] * (float(many) + more)
        due = now + timedelta(minutes=minutes)
        yield Moment(match.start(), match.end(), due if minutes < 1440 else _at(due.date(), _day_end(), now))


def _calendar(text: str, now: datetime) -> Iterator[Moment]:
    """今天18点前, 明天上午, 这周五之前, 月底前, 晚上八点."""
    days = [(one.start, one.end, _to_come(one, now.date())) for one in _days(text, now)]
    hours = [*_hours(text)]
    for start, end, last in days:
        own = next((hour for hour in hours if _joins(start, end, hour)), None)
        if own:
            yield Moment(start, max(end, own.end), _at(last, own.at, now))
        else:
            yield Moment(start, end, _by_day_end(last, now))
    for hour in hours:
        if any(_joins(start, end, hour) for start, end, _ in days):
            continue
        due = _at(now.date(), hour.at, now)
        if due <= now and hour.is_clock:
            due += timedelta(days=1) if not hour.part else timedelta()
        yield Moment(hour.start, hour.end, due)


def _days(text: str, now: datetime) -> Iterator[TimeSpan]:
    spans = times(text, now, Prefer.FUTURE)
    fine = {Granularity.DAY, Granularity.DAYS, Granularity.WEEK, Granularity.MONTH}
    return (one for one in spans if one.granularity in fine and not one.billing)


def _to_come(span: TimeSpan, today: date) -> date:
    """Its last day; a weekday said without its week is never the one that is gone."""
    return span.last + timedelta(weeks=1) if span.weekday and span.last < today else span.last


@dataclass(frozen=True)
class _Hour:
    start: int
    end: int
    at: time
    part: str = ""
    is_clock: bool = True


def _joins(start: int, end: int, hour: _Hour) -> bool:
    """Whether an hour belongs to the day before it; 今晚 and 明早 hold both in one word."""
    return start <= hour.start <= end + _NEAR


def _hours(text: str) -> Iterator[_Hour]:
    book, found = words(), _expressions()
    taken: list[tuple[int, int]] = []
    for hour in _ranges([*_clocks(text)], text):
        taken.append((hour.start, hour.end))
        yield hour
    for match in found["named"].finditer(text):
        shape = next(one for one in book["named_ends"] if re.fullmatch(one, match.group()))
        taken.append(match.span())
        yield _Hour(match.start(), match.end(), time.fromisoformat(book["named_ends"][shape]), "named", is_clock=False)
    for match in found["part"].finditer(text):
        if not any(start <= match.start() < end for start, end in taken):
            at = time.fromisoformat(book["parts"][match["part"]])
            yield _Hour(match.start(), match.end(), at, match["part"], is_clock=False)


def _clocks(text: str) -> Iterator[_Hour]:
    for match in _expressions()["clock"].finditer(text):
        at = _clock(match)
        if at:
            yield _Hour(match.start(), match.end(), at, match["part"] or "")


def _ranges(hours: list[_Hour], text: str) -> list[_Hour]:
    """Of 9点到10点 the end counts."""
    joined: list[_Hour] = []
    for hour in hours:
        before = joined[-1] if joined else None
        if before and _expressions()["range"].fullmatch(text[before.end : hour.start]):
            at = hour.at if hour.at > before.at else hour.at.replace(hour=(hour.at.hour + 12) % 24)
            joined[-1] = _Hour(before.start, hour.end, at, before.part or hour.part)
        else:
            joined.append(hour)
    return joined


def _clock(match: re.Match[str]) -> time | None:
    hour = number(match["hour"])
    if hour is None or hour != int(hour) or not 0 <= hour <= 24:
        return None
    before = match.string[max(0, match.start() - 2) : match.start()]
    part = match["part"] or ("晚" if before.endswith("晚") else "")
    half = int(hour) < 12 and part in words()["second_half"]
    clock = int(hour) + 12 if half else int(hour)
    minute = {"半": 30, "一刻": 15, "三刻": 45}.get(match["minute"] or "", -1)
    if minute < 0:
        said = match["digits"] or (match["minute"] or "").rstrip("分")
        minute = int(number(said) or 0) if said else 0
    if clock == 24:
        return time(23, 59)
    return time(clock, minute) if minute < 60 else None


def _day_end() -> time:
    return time.fromisoformat(words()["day_end"])


def _by_day_end(day: date, now: datetime) -> datetime:
    """The end of a working day; of a day whose work is over, its very end."""
    due = _at(day, _day_end(), now)
    return due if due > now else _at(day, time.fromisoformat(words()["late_day_end"]), now)


def _at(day: date, at: time, now: datetime) -> datetime:
    return datetime.combine(day, at, now.tzinfo)


def _workday(day: date, many: int) -> date:
    """The day so many working days later, by the calendar of the State Council where it is known."""
    while many > 0:
        day += timedelta(days=1)
        many -= _works(day)
    return day


def _works(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # a year that is not announced yet
        return day.weekday() < 5
