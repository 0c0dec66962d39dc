"""The words of years, months and days as fragments of patterns, and what they mean; it finds nothing by itself."""

from __future__ import annotations

import re
from datetime import date

from bot.nlu.entities.chinese_numbers import integer, spoken_digits

YEARS_FROM_NOW = {
    "大前年": -3, "前年": -2, "去年": -1, "上年": -1, "旧年": -1, "上一年": -1, "今年": 0, "本年": 0,
    "明年": 1, "来年": 1, "下年": 1, "出年": 1, "后年": 2, "大后年": 3,
}  # fmt: skip
_YEAR_WORD = r"(?<![以之目当])大?[前后]年|[今去旧明出]年|(?<!以)(?:[上下]年|上一年)|(?<![本历近后往十几多百])来年|(?<![基根成原])本年"
# A month's number, the longer ones first.
MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|卅一?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
TO = r"\s?(?:到|至|~|～|—{1,2}|–|-)\s?"


def year(suffix: str = "") -> str:
    """The fragment for a year, with the groups `year` and `year_word`, each with the suffix."""
    return (
        rf"(?:(?P<year{suffix}>(?<!\d)20\d\d|二[零〇][零〇一二三四五六七八九]{{2}}|(?<!\d)[12]\d(?=年(?:\d|十|[一二三四五六七八九]月)))\s?年度?"
        rf"|(?P<year_word{suffix}>{_YEAR_WORD})(?:度|子)?)"
    )


def in_year(suffix: str = "") -> str:
    """The fragment for a year before a month, a season or a day of it."""
    return rf"{year(suffix)}的?\s?"


def month(suffix: str = "") -> str:
    """The fragment for a month named by its number, with the group `month`; 元月 is January."""
    return rf"(?P<month{suffix}>{MONTH}|元)月(?:份|分(?!别|开))?"


def day(suffix: str = "") -> str:
    """The fragment for a day of the month, with the group `day`."""
    return rf"(?P<day{suffix}>{DAY})"


# 下个月 or 下下个月, but in 查一下下个月 the first belongs to the verb.
NEXT = r"(?<=[一查看问]下)下|(?<![一上下每几半多\d二两三四五六七八九十以])(?<![查看问](?=下下))下{1,3}"
# A month seen from now, with the groups `back`, `here` and `ahead`: 上个月, 这个月, 下下个月.
MONTH_FROM_NOW = (
    r"(?:(?P<back>上{1,4}|[头](?=一?[个各]))(?:一|1)?(?:[个各]|個)?(?:月|号头|约(?=[电的店费]))[份分]?"
    rf"|(?P<here>[这本当今]|呢(?=个))一?[个各]?月[份分]?|(?P<ahead>{NEXT})一?[个各]?月[份分]?)"
)


def year_said(match: re.Match[str], today: date, suffix: str = "") -> int | None:
    """Reads the groups of `year`; None when no year is said."""
    groups = match.groupdict()
    word, figures = groups.get(f"year_word{suffix}"), groups.get(f"year{suffix}")
    if word:
        return today.year + YEARS_FROM_NOW[word]
    if figures:
        value = int(spoken_digits(figures))
        return value if value > 100 else 2000 + value
    return None


def month_number(word: str) -> int:
    """Reads the group of `month`."""
    return 1 if word == "元" else integer(word) or 0


def months_from_now(match: re.Match[str]) -> int | None:
    """Reads the groups of `MONTH_FROM_NOW`: -1 is the month before, None when no such month is said."""
    groups = match.groupdict()
    if groups.get("here"):
        return 0
    back, ahead = groups.get("back"), groups.get("ahead")
    if back:
        return -max(1, back.count("上"))
    return len(ahead) if ahead else None
