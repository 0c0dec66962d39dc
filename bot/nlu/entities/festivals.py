"""Festivals as days, by the common or the lunar calendar; whether anybody works then, another room knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.nlu.entities.calendar_words import in_year, year_said
from bot.nlu.entities.lunar import solar
from bot.nlu.entities.time_span import Reading, Shape, TimeSpan


def _fixed(month: int, day: int) -> Callable[[int], date | None]:
    return lambda year: date(year, month, day)


def _by_moon(month: int, day: int) -> Callable[[int], date | None]:
    return lambda year: solar(year, month, day)


def _new_years_eve(year: int) -> date | None:
    new_year = solar(year, 1, 1)
    return new_year - timedelta(days=1) if new_year else None


def _by_sun(month: int, offset: float, exceptions: dict[int, int]) -> Callable[[int], date | None]:
    """A solar term of this century; the rule of thumb is off by a day in a few years."""

    def day(year: int) -> date:
        short = year % 100
        return date(year, month, exceptions.get(year) or int(short * 0.2422 + offset) - short // 4)

    return day


# By its name in the year in which it falls; a year before 除夕 or 小年 is the year that begins with the feast after it.
_FESTIVALS: dict[str, Callable[[int], date | None]] = {
    "元旦": _fixed(1, 1), "妇女节": _fixed(3, 8), "清明": _by_sun(4, 4.81, {}), "五一": _fixed(5, 1),
    "劳动节": _fixed(5, 1), "六一": _fixed(6, 1), "儿童节": _fixed(6, 1), "国庆": _fixed(10, 1), "十一": _fixed(10, 1),
    "双十一": _fixed(11, 11), "双11": _fixed(11, 11), "双十二": _fixed(12, 12), "双12": _fixed(12, 12),
    "冬至": _by_sun(12, 21.94, {2021: 21}), "平安夜": _fixed(12, 24), "圣诞": _fixed(12, 25),
    "春节": _by_moon(1, 1), "元宵": _by_moon(1, 15), "端午": _by_moon(5, 5), "七夕": _by_moon(7, 7),
    "中元": _by_moon(7, 15), "七月半": _by_moon(7, 15), "中秋": _by_moon(8, 15), "八月十五": _by_moon(8, 15),
    "重阳": _by_moon(9, 9), "九月九": _by_moon(9, 9), "腊八": lambda year: solar(year - 1, 12, 8),
    "小年": lambda year: solar(year - 1, 12, 23), "除夕": _new_years_eve, "大年三十": _new_years_eve,
    "年三十": _new_years_eve, "大年夜": _new_years_eve, "年三十晚": _new_years_eve,
}  # fmt: skip
# How many days people mean by 国庆期间, 春节那几天; three where nothing is said.
_HOLIDAYS = {"国庆": 7, "十一": 7, "春节": 7, "五一": 5, "劳动节": 5}
_OTHER_HOLIDAY = 3


def _festival(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    name = match["festival"]
    said = year_said(match, reading.today)
    years = [said] if said else [reading.today.year + by for by in (-1, 0, 1)]
    length = _HOLIDAYS.get(name, _OTHER_HOLIDAY) if match["holiday"] is not None else 1
    days = [at for year in years if (at := _FESTIVALS[name](year))]
    chosen = reading.chosen(match, [(at, at + timedelta(days=length - 1)) for at in days])
    return reading.days(match, *chosen) if chosen else None


_NEED_CUE = ("十一", "五一", "六一")
_NAMES = "|".join(sorted((name for name in _FESTIVALS if name not in _NEED_CUE), key=len, reverse=True))
_HOLIDAY = r"(?P<holiday>(?=期间|假期|长假|放假|那几天|这几天|那段))?"

FESTIVAL_SHAPES = (
    Shape(
        rf"(?:{in_year()})?(?<!过)(?P<festival>{_NAMES})(?:节(?!约|电|能|目))?{_HOLIDAY}(?!路|街|广场|大道|小区|村|镇|[号日]|苑|花园|饭店|酒店|超市|快乐)",
        _festival,
        "元节旦清国双冬平圣春宵端七中八重九腊小除年妇劳儿",
    ),
    Shape(
        rf"(?:{in_year()})?(?<![一二三四五六七八九十百零〇幺两\d第])(?P<festival>[五六十]一)(?:劳动节|儿童节|国庆节?|节)?{_HOLIDAY}"
        r"(?=节|劳动|儿童|国庆|期间|假期|长假|放假|那几?天|这几?天|那段|前|后|之|当天|停|$|[,，。?？!！ ])",
        _festival,
        "一",
    ),
)
