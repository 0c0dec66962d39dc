"""The lunar calendar of 2019 to 2050 as a table, and days said by it: 初八, 腊月二十三, 大年三十; festivals are told elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from bot.nlu.entities.calendar_words import in_year, year_said
from bot.nlu.entities.chinese_numbers import integer
from bot.nlu.entities.time_span import Reading, Shape, TimeSpan

FIRST_YEAR = 2019
_NEW_YEAR_OF_FIRST = date(2019, 2, 5)
# A year: bits 15 to 4 are its months, set when of 30 days; bits 3 to 0 its leap month; bit 16 a leap month of 30 days.
# Equal to lunardate 0.3.0, zhdate 0.1 and cnlunar 0.2.5 on every day (a test has samples).
_YEARS = (
    0x0A930, 0x07954, 0x06AA0, 0x0AD50, 0x05B52, 0x04B60, 0x0A6E6, 0x0A4E0, 0x0D260, 0x0EA65, 0x0D530, 0x05AA0, 0x076A3,
    0x096D0, 0x04AFB, 0x04AD0, 0x0A4D0, 0x1D0B6, 0x0D250, 0x0D520, 0x0DD45, 0x0B5A0, 0x056D0, 0x055B2, 0x049B0, 0x0A577,
    0x0A4B0, 0x0AA50, 0x1B255, 0x06D20, 0x0ADA0, 0x14B63,
)  # fmt: skip
_MONTHS = {"正": 1, "冬": 11, "腊": 12}


_Month = tuple[date, int]


def solar(year: int, month: int, day: int) -> date | None:
    """The day of the common calendar; 30 means the last day of a short month too, None outside the table."""
    found = _plain_months().get((year, month))
    if found is None or not 1 <= day <= 30:
        return None
    first, length = found
    return first + timedelta(days=min(day, length) - 1)


@lru_cache(maxsize=1)
def _months() -> tuple[tuple[tuple[int, int], bool, _Month], ...]:
    """All months: their year and number, whether they are leap months, their first day and their length."""
    months, first = [], _NEW_YEAR_OF_FIRST
    for year, bits in enumerate(_YEARS, start=FIRST_YEAR):
        leap = bits & 0xF
        for month in range(1, 13):
            lengths = [29 + (bits >> (16 - month) & 1)] + ([29 + (bits >> 16)] if month == leap else [])
            for is_leap, length in enumerate(lengths):
                months.append(((year, month), bool(is_leap), (first, length)))
                first += timedelta(days=length)
    return tuple(months)


@lru_cache(maxsize=1)
def _plain_months() -> dict[tuple[int, int], _Month]:
    return {name: found for name, leap, found in _months() if not leap}


def _around(today: date) -> Iterator[_Month]:
    """The months near a day."""
    near = timedelta(days=75)
    return (found for _, _, found in _months() if today - near <= found[0] <= today + near)


def _day_number(word: str) -> int:
    return integer(word.removeprefix("初")) or 0


def _of_month(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    """腊月二十三, 正月十五, 八月初三, 农历九月初八; 大年初一, 年二十八."""
    groups = match.groupdict()
    word, day = groups.get("month") or "", _day_number(match["day"])
    if not word:
        month = 1 if match["day"].startswith("初") else 12
    else:
        month = _MONTHS.get(word) or integer(word) or 0
    said = year_said(match, reading.today)
    years = [said] if said else [reading.today.year + by for by in (-2, -1, 0, 1)]
    found = [at for year in years if (at := solar(year, month, day))]
    chosen = reading.chosen(match, [(at, at) for at in found])
    return reading.day(match, chosen[0]) if chosen else None


def _of_no_month(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    """初八, 农历十五: of the lunar month that runs or of a neighbour."""
    number = _day_number(match["day"])
    days = [first + timedelta(days=number - 1) for first, length in _around(reading.today) if number <= length]
    chosen = reading.chosen(match, [(at, at) for at in days])
    return reading.day(match, chosen[0]) if chosen else None


def _whole_month(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    """腊月: as a billing period the months of the common calendar in which it lies."""
    month = _MONTHS[match["month"]]
    said = year_said(match, reading.today)
    years = [said] if said else [reading.today.year + by for by in (-2, -1, 0, 1)]
    months = [found for year in years if (found := _plain_months().get((year, month)))]
    stretches = [(first, first + timedelta(days=length - 1)) for first, length in months]
    chosen = reading.chosen(match, stretches)
    return reading.lunar_month(match, *chosen) if chosen else None


_DAY = r"(?P<day>初[一二三四五六七八九十]|三十|[二廿]十?[一二三四五六七八九]|二十|十[一二三四五六七八九]?)"
_FIRST_DAYS = r"(?P<day>初[一二三四五六七八九十])"
_NO_SCHOOL = r"(?![中年班级毕学生语数]|的?(?:孩子|学生))"
_CALENDAR = r"(?:农历|阴历|旧历|老历)"

LUNAR_SHAPES = (
    Shape(rf"{_CALENDAR}?(?:{in_year()})?(?P<month>[正冬腊])月{_DAY}(?![号日多几块度元])", _of_month, "正冬腊"),
    Shape(rf"{_CALENDAR}(?:{in_year()})?的?闰?(?P<month>十[一二]|[一二三四五六七八九十])月{_DAY}", _of_month, "历"),
    Shape(rf"(?:{in_year()})?(?<![一二三四五六七八九])(?P<month>十[一二]|[一二三四五六七八九十])月{_FIRST_DAYS}", _of_month, "初"),
    Shape(rf"(?:{in_year()})?(?:大年|(?<![今去前后明每])年){_FIRST_DAYS}", _of_month, "初"),
    Shape(r"(?:大年|(?<![今去前后明每\d十])年)(?P<day>(?:二十|廿)[三四五六七八九])(?![\d万岁号])", _of_month, "年"),
    Shape(rf"{_CALENDAR}(?P<day>初[一二三四五六七八九十]|[二廿]十?[一二三四五六七八九]|二十|十[一二三四五六七八九]?)(?!月)", _of_no_month, "历"),
    Shape(rf"(?<![上读念升月年当从在起最])(?<!原){_FIRST_DAYS}{_NO_SCHOOL}", _of_no_month, "初"),
    Shape(rf"{_CALENDAR}?(?:{in_year()})?(?P<month>[正冬腊])月(?!初|[二廿三]?十|[二廿])", _whole_month, "正冬腊"),
)  # fmt: skip
