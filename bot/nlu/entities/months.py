"""Mentions of months and of anything longer; days and weeks are told elsewhere, and which entity it is the caller says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.nlu.entities.calendar_words import (
    MONTH,
    MONTH_FROM_NOW,
    TO,
    in_year,
    month,
    month_number,
    months_from_now,
    year,
    year_said,
)
from bot.nlu.entities.chinese_numbers import integer
from bot.nlu.entities.time_span import Granularity, Prefer, Reading, Shape, TimeSpan, month_end, moved, safe_date

_YEARS_AROUND = (-1, 0, 1)
# 几 in 前几个月, which a bill query must turn into some number.
_A_FEW = 3
_FEW_DAYS = 5
_VAGUE = {"半": 0, "几": _A_FEW, "数": _A_FEW, "一两": 2, "两三": 3}
_MONTHS_OF = {"月": 1, "季度": 3, "年": 12}
_DAYS_OF = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7}
_MOST = {"天": 92, "日": 92, "周": 26, "星期": 26, "礼拜": 26, "月": 24, "季度": 8, "年": 3}
# 前两个月 is over, 最近两个月 runs up to this day.
_OVER = frozenset({"前", "头", "上", "前面"})
_NOTHING_BEFORE = frozenset({("月", 0), ("天", 1), ("日", 1)})
_SEASONS = {"春": 3, "夏": 6, "秋": 9, "冬": 12}
_HOLIDAYS = {"暑": (7, 8), "寒": (1, 2)}
_FESTIVAL_MONTHS = {"国庆": 10, "五一": 5, "元旦": 1, "劳动节": 5, "清明": 4, "双十一": 11, "双11": 11}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
_PINYIN = {"shangyue": -1, "shanggeyue": -1, "shangshangyue": -2, "benyue": 0, "zheyue": 0, "zhegeyue": 0, "xiayue": 1,
           "xiageyue": 1}  # fmt: skip


def _named(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    number = month_number(match["month"])
    said = year_said(match, reading.today)
    return reading.month(match, said, number) if said else _open_month(match, reading, number, number)


def _numeric(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    return reading.month(match, int(match["year"]), int(match["month"]))


def _open_month(match: re.Match[str], reading: Reading, first: int, last: int) -> TimeSpan | None:
    """Months without a year: the year is what the context prefers."""
    years = [reading.today.year + by for by in _YEARS_AROUND]
    options = [(date(y, first, 1), month_end(y + (last < first), last)) for y in years]
    chosen = reading.chosen(match, options)
    if not chosen:
        return None
    grain = Granularity.MONTH if first == last else Granularity.MONTHS
    return reading.months(match, grain, (chosen[0].year, first), (chosen[1].year, last))


def _several(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    """1到10月, 去年11月到今年2月, 8、9月, 三四月."""
    first, last = month_number(match["month1"]), month_number(match["month2"])
    early, late = year_said(match, reading.today, "1"), year_said(match, reading.today, "2")
    if first == last and early == late:
        return None
    if early is None and late is None:
        return _open_month(match, reading, first, last)
    if early is None:
        early = (late or 0) - (first > last)
    elif late is None:
        late = early + (first > last)
    return reading.months(match, Granularity.MONTHS, (early, first), (late or 0, last))


def _neighbours(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    first, last = (month_number(char) for char in match["pair"])
    if last != first + 1:
        return None
    said = year_said(match, reading.today)
    if said is None:
        return _open_month(match, reading, first, last)
    return reading.months(match, Granularity.MONTHS, (said, first), (said, last))


def _from_now(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    by = months_from_now(match)
    return None if by is None else reading.month(match, *_this_month(reading, by))


def _pinyin(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    return reading.month(match, *_this_month(reading, _PINYIN[match.group().lower().replace(" ", "")]))


def _bill(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    """上期, 本期: a month that only a bill is called by."""
    by = (match["ahead"] or "").count("下") - (match["back"] or "").count("上")
    span = reading.month(match, *_this_month(reading, by))
    return replace(span, billing=True) if span else None


def _counted(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    """最近三个月, 近一周, 前两天, 过去七天, 近半年."""
    unit, word, over = match["unit"], match["count"], match["span"] in _OVER
    count = _VAGUE[word] if word in _VAGUE else integer(word) or 0
    if count > _MOST[unit] or (over and (unit == "年" or (unit, count) in _NOTHING_BEFORE)):
        return None
    if word == "半":
        months, days = (6, 0) if unit == "年" else (0, 15 if unit == "月" else 0)
    else:
        months = count * _MONTHS_OF.get(unit, 0) + (6 if match["half"] and unit == "年" else 0)
        days = (_FEW_DAYS if word == "几" and unit == "天" else count) * _DAYS_OF.get(unit, 0)
    if months:
        return _months_back(match, reading, months)
    return _days_back(match, reading, days) if days > 1 else None


def _months_back(match: re.Match[str], reading: Reading, count: int) -> TimeSpan | None:
    """As a bill the months that are over, as a date those up to this day; 这三个月 counts the one that runs."""
    today = reading.today
    ends = _this_month(reading, 0 if match["span"] in ("这", "呢") else -1)
    span = reading.months(match, Granularity.MONTHS, moved(*ends, 1 - count), ends)
    if not span or match["span"] in _OVER:
        return span
    year, month = moved(today.year, today.month, -count)
    began = safe_date(year, month, today.day) or month_end(year, month)
    return replace(span, first=began, last=today)


def _days_back(match: re.Match[str], reading: Reading, days: int) -> TimeSpan | None:
    today = reading.today
    if match["span"] in _OVER:
        return reading.days(match, today - timedelta(days=days), today - timedelta(days=1))
    if reading.leaning(*match.span()) is Prefer.FUTURE:
        return reading.days(match, today, today + timedelta(days=days - 1))
    return reading.days(match, today - timedelta(days=days - 1), today)


def _first_of_year(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    """今年前三个月, 前三季度."""
    count = integer(match["count"]) or 0
    months = count * (3 if match["unit"] == "季度" else 1)
    year = year_said(match, reading.today) or reading.today.year
    if not 1 <= months <= 12:
        return None
    return reading.months(match, Granularity.MONTHS, (year, 1), (year, months))


def _ago(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    """两个月前, 半年前, 三年前; 两个月后."""
    word, unit = match["count"], match["unit"]
    count = 6 if word == "半" else (integer(word) or 0) * (12 if unit == "年" else 1)
    sign = 1 if match["after"] else -1
    if not 1 <= count <= 60:
        return None
    if unit == "年" and word != "半":
        return reading.year(match, reading.today.year + sign * count // 12)
    return reading.month(match, *_this_month(reading, sign * count))


def _quarter(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    word = match["number"] or match["short"]
    number = _QUARTERS.get(word) or int(word)
    said = year_said(match, reading.today)
    years = [said] if said else [reading.today.year + by for by in _YEARS_AROUND]
    options = [(date(y, number * 3 - 2, 1), month_end(y, number * 3)) for y in years]
    chosen = reading.chosen(match, options, whole=False)
    return _stretch(match, reading, Granularity.QUARTER, chosen) if chosen else None


def _quarter_from_now(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    by = -(match["word"].count("上")) + match["word"].count("下")
    first = moved(reading.today.year, (reading.today.month - 1) // 3 * 3 + 1, 3 * by)
    return reading.months(match, Granularity.QUARTER, first, moved(*first, 2))


def _half(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    month = 1 if match["half"] in ("上", "前") else 7
    said = year_said(match, reading.today)
    years = [said] if said else [reading.today.year + by for by in _YEARS_AROUND[:2]]
    options = [(date(y, month, 1), month_end(y, month + 5)) for y in years]
    begun = [option for option in options if option[0] <= reading.today]
    return _stretch(match, reading, Granularity.MONTHS, begun[-1] if begun else options[-1])


def _season(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    """Winter is December to February and called by the year in which it begins; in January this year's is that one."""
    month = _SEASONS[match["season"]]
    current = reading.today.year - (month == 12 and reading.today.month <= 2)
    said = year_said(match, reading.today)
    if said is not None:
        year = said + (current - reading.today.year if match.groupdict().get("year_word") else 0)
        options = [year]
    else:
        options = [current + by for by in _YEARS_AROUND]
    chosen = reading.chosen(match, [(date(y, month, 1), month_end(*moved(y, month, 2))) for y in options], whole=False)
    return _stretch(match, reading, Granularity.SEASON, chosen) if chosen else None


def _school_holiday(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    first, last = _HOLIDAYS[match["holiday"]]
    said = year_said(match, reading.today)
    years = [said] if said else [reading.today.year + by for by in _YEARS_AROUND]
    chosen = reading.chosen(match, [(date(y, first, 1), month_end(y, last)) for y in years], whole=False)
    return _stretch(match, reading, Granularity.SEASON, chosen) if chosen else None


def _stretch(match: re.Match[str], reading: Reading, grain: Granularity, days: tuple[date, date]) -> TimeSpan | None:
    first, last = days
    return reading.months(match, grain, (first.year, first.month), (last.year, last.month))


def _festival_month(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    number = _FESTIVAL_MONTHS[match["festival"]]
    said = year_said(match, reading.today)
    return reading.month(match, said, number) if said else _open_month(match, reading, number, number)


def _year(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    said = year_said(match, reading.today)
    return None if said is None else reading.year(match, said)


def _same_time(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    said = year_said(match, reading.today)
    return None if said is None else reading.month(match, said, reading.today.month)


def _this_month(reading: Reading, by: int) -> tuple[int, int]:
    return moved(reading.today.year, reading.today.month, by)


_FREE = r"(?<![\d.\-/第几每半多数一二两三四五六七八九十百])"
_NOT_COUNTED = r"(?![租薪球饼嫂龄饷供])(?<!一月(?=[一二两三四五六七八九十几多\d]))"
_COUNT = r"(?P<count>半|几|数|一两|两三|[一二两俩三仨四五六七八九十]{1,3}|\d{1,2})"
_UNIT = r"(?P<unit>天|日|(?:周|星期|礼拜)(?![一二三四五六日天末])|月|季度|年)"
_A_MONTH = rf"(?P<month2>{MONTH})(?:[两三四]个)?月[份分]?"
_QUARTER = r"(?:第(?P<number>[一二三四1-4])季度?|(?<!\d)(?P<short>[一二三四1-4])季度)"
_THOSE_MONTHS = r"(?=那[几两三仨]?个?[月阵会]|的?(?:电费|账单|电量|用电量))"
_FESTIVAL = "|".join(sorted(_FESTIVAL_MONTHS, key=len, reverse=True))

MONTH_SHAPES = (
    Shape(rf"{_FREE}(?:{in_year('1')})?{month('1')}{TO}(?:{in_year('2')})?{_A_MONTH}(?!\d)", _several, "月"),
    Shape(rf"{_FREE}(?:{in_year('1')})?(?P<month1>{MONTH}){TO}(?:{in_year('2')})?{_A_MONTH}(?!\d)", _several, "月"),
    Shape(
        rf"{_FREE}(?:{in_year('1')})?(?P<month1>{MONTH})(?:[、,，]{MONTH}){{0,9}}[、,，]{_A_MONTH}", _several, "、,，"
    ),
    Shape(
        rf"{_FREE}(?:{in_year()})?(?P<pair>[一二三四五六七八][二三四五六七八九])(?:两个)?月[份分]?", _neighbours, "月"
    ),
    Shape(rf"{in_year()}{month()}", _named, "月"),
    Shape(rf"{_FREE}{month()}{_NOT_COUNTED}", _named, "月"),
    Shape(
        r"(?<![\d\-./A-Za-z])(?P<year>20\d\d)[\-./](?P<month>1[0-2]|0?[1-9])(?![\d\-/月万元块]|\.\d)", _numeric, "-./"
    ),
    Shape(r"(?<![\d\-./A-Za-z])(?P<year>20[12]\d)(?P<month>1[0-2]|0[1-9])(?![\d\-/.A-Za-z元块度])", _numeric, "2"),
    Shape(rf"(?<![以地]){MONTH_FROM_NOW}(?!期)", _from_now, "月头约"),
    Shape(rf"(?<![A-Za-z])(?i:{'|'.join(sorted(_PINYIN, key=len, reverse=True))})(?![A-Za-z])", _pinyin, "yY"),
    Shape(
        r"(?:(?P<back>上{1,3})|[这本当]|(?<![上以])(?P<ahead>下{1,2}))一?个?(?:期(?![间限望待货末数中])|账期|账单周期|抄表周期)",
        _bill,
        "期账抄",
    ),
    Shape(r"(?P<back>上)一?张(?:账|电费)?单(?P<ahead>)", _bill, "张"),
    Shape(r"(?<!\d)(?P<year>20\d\d)全年", _year, "全"),
    Shape(rf"{in_year()}[前头](?P<count>[一二两三四五六七八九]|\d{{1,2}})个?(?P<unit>月|季度)", _first_of_year, "月度"),
    Shape(r"前(?P<count>[一二两三])个?(?P<unit>季度)", _first_of_year, "度"),
    Shape(
        rf"(?P<span>最近|过去|前面|(?<![今去明提地])[近这呢前头上])的?{_COUNT}(?:个(?P<half>半)?)?多?{_UNIT}(?![前后末底初])(?<!过去.天(?=了))",
        _counted,
        "天日周期拜月度年",
    ),
    Shape(
        r"(?<![\d提])(?P<count>半(?=年)|[一二两俩三仨四五六七八九十]{1,2}|\d{1,2})(?:个?(?P<unit>月|年))(?:之|以)?(?:前|(?P<after>后))",
        _ago,
        "前后",
    ),
    Shape(rf"(?:{in_year()})?{_QUARTER}", _quarter, "季"),
    Shape(r"(?P<word>上{1,2}|[这本当]|(?<!以)下)一?个?季度", _quarter_from_now, "季"),
    Shape(rf"(?:{in_year()})?(?P<half>[上下前后])半年", _half, "半"),
    Shape(rf"{in_year()}(?P<season>[春夏秋冬])[天季日]?(?!至)", _season, "春夏秋冬"),
    Shape(rf"(?<!每年)(?<!一个)(?P<season>[春夏秋冬])[天季]{_THOSE_MONTHS}", _season, "春夏秋冬"),
    Shape(rf"(?:{in_year()}|(?=[暑寒]假(?:那|期间|[两俩]个?月)))(?P<holiday>[暑寒])假", _school_holiday, "假"),
    Shape(rf"(?:{in_year()})?(?P<festival>{_FESTIVAL})节?的?(?:那个?|当|这个)月", _festival_month, "月"),
    Shape(rf"{in_year()}(?:同期|同月|这个?时候|这时|这会儿?|这个月|这阵子?|此时|现在(?:这个?时候)?)", _same_time, "年"),
    Shape(rf"{year()}(?:全年|年度)?", _year, "年"),
)
