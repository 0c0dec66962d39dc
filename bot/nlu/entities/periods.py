"""Billing periods as months, "YYYY-MM", resolved against the time given; a bare month is never in the future."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from bot.nlu.entities.span import Span

_MONTH_WORDS = {"一": 1, "元": 1, "正": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
                "十": 10, "十一": 11, "十二": 12, "冬": 11, "腊": 12}  # fmt: skip
_YEAR_WORDS = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "旧年": -1, "前年": -2, "明年": 1, "下年": 1, "后年": 2}
_CHINESE_DIGITS = {char: str(value) for value, char in enumerate("零一二三四五六七八九")} | {"〇": "0"}
_MONTH = r"(?P<{name}>1[0-2]|0?[1-9]|十[一二]?|[一二两三四五六七八九元腊])"
_YEAR = r"(?:(?P<year>20\d\d|[二][零〇][零〇一二三四五六七八九]{2})\s*年?|(?P<word>今年|本年|去年|上年|旧年|前年|明年|下年|后年)的?)"
_RANGE = re.compile(
    rf"{_YEAR}?\s*{_MONTH.format(name='first')}月?(?:份|分)?(?:到|至|~|—|-){_MONTH.format(name='last')}月(?:份|分)?"
)
_DATED = re.compile(rf"{_YEAR}[ \-./年]*{_MONTH.format(name='month')}(?:月(?:份|分)?|(?![\d年月]))(?![\d日号]|\d)")
_BARE = re.compile(
    rf"(?<![\d\-./第几个上下]){_MONTH.format(name='month')}月(?:份|分)?(?!\d{{1,2}}[日号]|[一二三四五六七八九十]+[日号])"
)
_RELATIVE = re.compile(
    r"(?P<before>上{1,3})(?:个|各|一个|1个)?(?:月|约(?=[的电])|号头)(?:份)?|(?P<now>本月|这个?月|当月|今个?月|个月里|本期|这期)|(?P<last>上一?期)|(?P<next>下{1,2}个?月)"
)
_COUNTED = re.compile(r"(?:最近|近|过去|前)(?P<count>[一二两三四五六七八九十\d]{1,2})个?月")
_WHOLE_YEAR = re.compile(
    r"(?P<word>今年|本年度?|去年|上年度?|前年)(?:全年|一年|一整年|整年|一共|总共|合计|全部|每个月|的?电费|到现在|至今|以来|(?=$|[ ,,。??]))|(?P<year>20\d\d)年(?:全年|一年|度|(?=$|[ ,,。??]|的?电费))"
)


def bill_periods(text: str, now: datetime) -> list[Span]:
    """Finds billing periods; a value is "2026-10", several joined by commas, or "2025" for a whole year."""
    taken: list[Span] = []
    for finder in (_ranges, _dated, _relative, _counted, _bare, _whole_years):
        for span in finder(text, now):
            if not any(span.overlaps(other) for other in taken):
                taken.append(span)
    return sorted(taken, key=lambda span: span.start)


def _span(match: re.Match[str], value: str) -> Span:
    return Span("bill_period", value, match.start(), match.end())


def _ranges(text: str, now: datetime) -> Iterator[Span]:
    for match in _RANGE.finditer(text):
        first, last = _month_number(match["first"]), _month_number(match["last"])
        year = _year_number(match, now)
        if first >= last:
            continue
        year = year if year is not None else (now.year if last <= now.month else now.year - 1)
        yield _span(match, ",".join(f"{year}-{month:02}" for month in range(first, last + 1)))


def _dated(text: str, now: datetime) -> Iterator[Span]:
    for match in _DATED.finditer(text):
        year = _year_number(match, now)
        if year is not None:
            yield _span(match, f"{year}-{_month_number(match['month']):02}")


def _relative(text: str, now: datetime) -> Iterator[Span]:
    for match in _RELATIVE.finditer(text):
        back = (match["before"] or match["last"] or "").count("上") - (match["next"] or "").count("下")
        yield _span(match, _months_ago(now, back))


def _counted(text: str, now: datetime) -> Iterator[Span]:
    for match in _COUNTED.finditer(text):
        word = match["count"]
        count = int(word) if word.isdigit() else _MONTH_WORDS.get(word, 0)
        if 1 <= count <= 24:
            yield _span(match, ",".join(_months_ago(now, back) for back in range(count, 0, -1)))


def _bare(text: str, now: datetime) -> Iterator[Span]:
    for match in _BARE.finditer(text):
        month = _month_number(match["month"])
        yield _span(match, f"{now.year if month <= now.month else now.year - 1}-{month:02}")


def _whole_years(text: str, now: datetime) -> Iterator[Span]:
    for match in _WHOLE_YEAR.finditer(text):
        word = (match["word"] or "").rstrip("度")
        yield _span(match, match["year"] or str(now.year + _YEAR_WORDS[word]))


def _months_ago(now: datetime, back: int) -> str:
    year, month = divmod(now.year * 12 + now.month - 1 - back, 12)
    return f"{year}-{month + 1:02}"


def _month_number(word: str) -> int:
    return int(word) if word.isdigit() else _MONTH_WORDS[word]


def _year_number(match: re.Match[str], now: datetime) -> int | None:
    if match["word"]:
        return now.year + _YEAR_WORDS[match["word"]]
    if match["year"]:
        return int("".join(_CHINESE_DIGITS.get(char, char) for char in match["year"]))
    return None
