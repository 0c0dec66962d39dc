"""Mentions of days, of stretches of days and of weeks; it knows neither the lunar calendar nor festivals."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.nlu.entities.calendar_words import (
    DAY,
    MONTH,
    MONTH_FROM_NOW,
    TO,
    day,
    in_year,
    month,
    month_number,
    months_from_now,
    year_said,
)
from bot.nlu.entities.chinese_numbers import integer
from bot.nlu.entities.time_span import (
    Prefer,
    Reading,
    Shape,
    TimeSpan,
    month_end,
    moved,
    safe_date,
)

_FROM_NOW = {
    "今天": 0, "今日": 0, "今儿": 0, "今儿个": 0, "今朝": 0, "今填": 0, "今添": 0, "今个": 0, "本日": 0,
    "明天": 1, "明日": 1, "明儿": 1, "明儿个": 1, "明朝": 1, "明添": 1, "明填": 1, "名天": 1, "听日": 1, "明个": 1,
    "后天": 2, "后日": 2, "后儿": 2, "后儿个": 2, "后添": 2, "后填": 2,
    "昨天": -1, "昨日": -1, "昨儿": -1, "昨儿个": -1, "昨添": -1, "昨填": -1, "做天": -1, "寻日": -1, "琴日": -1, "昨个": -1,
    "前天": -2, "前日": -2, "前儿": -2, "前儿个": -2, "前填": -2, "前添": -2,
    "今早": 0, "今晨": 0, "今晚": 0, "今夜": 0, "今晚上": 0, "听晚": 1, "听朝": 1,
    "明早": 1, "明晨": 1, "明晚": 1, "后晚": 2, "昨晚": -1, "昨夜": -1, "昨黑": -1, "寻晚": -1, "琴晚": -1, "前晚": -2,
    "jintian": 0, "mingtian": 1, "houtian": 2, "zuotian": -1, "qiantian": -2, "zuowan": -1, "jinwan": 0,
}  # fmt: skip
_BIG = {"后天": 2, "后日": 2, "后儿": 2, "前天": -2, "前日": -2, "前儿": -2}
_PAIRS = {"今明": (0, 1), "明后": (1, 2), "昨今": (-1, 0), "前昨": (-2, -1)}
# Within a month: 上旬 and its kin, and the looser 月初, 月中, 月底 of five days.
_PARTS = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "初": (1, 5), "头": (1, 5), "中": (13, 17)}
_YEAR_PARTS = {"初": 1, "头": 1, "中": 6, "底": 12, "末": 12, "尾": 12}
_A_WHILE_DAYS = 30
_HOUSE_BEFORE = re.compile(r"门牌|地址|住址|[路街巷弄道]\d{1,4}号?[、和与跟到]$")
_NEAR = 12
_MOST_DAYS_AWAY = 92


def _dated(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    """11月15号, 去年11月15日, 上个月15号, 2026-11-15, 11.15."""
    number = integer(match["day"]) or 0
    by = months_from_now(match)
    if by is not None:
        found = safe_date(*moved(reading.today.year, reading.today.month, by), number)
        return reading.day(match, found) if found else None
    said = year_said(match, reading.today)
    month_said = month_number(match["month"])
    if said is not None:
        found = safe_date(said, month_said, number)
        return reading.day(match, found) if found else None
    return _open_days(match, reading, [(reading.today.year + by, month_said) for by in (-1, 0, 1)], number, number)


def _open_days(
    match: re.Match[str], reading: Reading, months: list[tuple[int, int]], first: int, last: int
) -> TimeSpan | None:
    options = [(begins, ends) for at in months if (begins := safe_date(*at, first)) and (ends := safe_date(*at, last))]
    chosen = reading.chosen(match, [option for option in options if option[0] <= option[1]])
    return reading.days(match, *chosen) if chosen else None


def _bare(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    """15号: of this month or of a neighbour; never a house's number."""
    if _HOUSE_BEFORE.search(reading.text, max(0, match.start() - _NEAR), match.start()):
        return None
    return _open_days(match, reading, _months_around(reading), *[integer(match["day"]) or 0] * 2)


def _stretch(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    """15号到20号, 11月1号到5号, 11月28号到12月3号, 24、25号."""
    first, last = integer(match["day1"]) or 0, integer(match["day2"]) or 0
    groups, today = match.groupdict(), reading.today
    by, late = months_from_now(match), groups.get("month2")
    said = year_said(match, today)
    if by is not None:
        at = [moved(today.year, today.month, by)]
    elif groups.get("month1"):
        years = [said] if said else [today.year + n for n in (-1, 0, 1)]
        at = [(y, month_number(groups["month1"])) for y in years]
    else:
        at = _months_around(reading)
    options = []
    for year, month_of_first in at:
        begins = safe_date(year, month_of_first, first)
        end_month = month_number(late) if late else month_of_first
        ends = safe_date(year + (end_month < month_of_first), end_month, last)
        if begins and ends and begins <= ends:
            options.append((begins, ends))
    chosen = reading.chosen(match, options)
    return reading.days(match, *chosen) if chosen else None


def _months_around(reading: Reading) -> list[tuple[int, int]]:
    return [moved(reading.today.year, reading.today.month, by) for by in (-2, -1, 0, 1, 2)]


def _month_part(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    """月底, 10月底, 上个月初, 11月下旬."""
    today, part = reading.today, match["part"]
    by, named = months_from_now(match), match["month"]
    if by is not None:
        at = [moved(today.year, today.month, by)]
    elif named:
        said = year_said(match, today)
        at = [(y, month_number(named)) for y in ([said] if said else [today.year + n for n in (-1, 0, 1)])]
    else:
        at = [moved(today.year, today.month, n) for n in (-1, 0, 1)]
    chosen = reading.chosen(match, [_part_of(*month_at, part) for month_at in at])
    return reading.days(match, *chosen) if chosen else None


def _part_of(year: int, month_said: int, part: str) -> tuple[date, date]:
    end = month_end(year, month_said)
    first, last = _PARTS.get(part, (end.day - 4, end.day))
    return date(year, month_said, first), date(year, month_said, min(last, end.day))


def _year_part(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    """年底, 明年初: its last or first month."""
    number = _YEAR_PARTS[match["part"]]
    said = year_said(match, reading.today)
    years = [said] if said else [reading.today.year + n for n in (-1, 0, 1)]
    chosen = reading.chosen(match, [(date(y, number, 1), month_end(y, number)) for y in years])
    return reading.month(match, chosen[0].year, number) if chosen else None


def _word(match: re.Match[str], reading: Reading) -> TimeSpan:
    return reading.day(match, reading.today + timedelta(days=_FROM_NOW[match.group().lower()]))


def _big_word(match: re.Match[str], reading: Reading) -> TimeSpan:
    """大后天, 大大前天: one day further for each 大."""
    by = _BIG[match["word"]]
    away = len(match["big"])
    return reading.day(match, reading.today + timedelta(days=by + (away if by > 0 else -away)))


def _pair(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    first, last = _PAIRS[match["pair"]]
    return reading.days(match, reading.today + timedelta(days=first), reading.today + timedelta(days=last))


def _days_away(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    """3天前, 两周后, 半个月前, 再过三天."""
    groups = match.groupdict()
    word = groups.get("count") or groups["days"]
    count = 0 if word == "半" else integer(word) or 0
    unit = groups.get("unit") or "天"
    days = 15 if word == "半" else count * (1 if unit in ("天", "日") else 7)
    if not 1 <= days <= _MOST_DAYS_AWAY:
        return None
    return reading.day(match, reading.today + timedelta(days=-days if groups.get("before") else days))


def _a_while_ago(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    yesterday = reading.today - timedelta(days=1)
    return reading.days(match, reading.today - timedelta(days=_A_WHILE_DAYS), yesterday)


def _lately(match: re.Match[str], reading: Reading) -> TimeSpan | None:
    """这些天: up to this day, or from it on when something is to come."""
    away = timedelta(days=4)
    if reading.leaning(*match.span()) is Prefer.FUTURE:
        return reading.days(match, reading.today, reading.today + away)
    return reading.days(match, reading.today - away, reading.today)


_AT_PLACE = "路街巷弄道胡同鹿坊墅座幢牌址住组第层栋号附"
# A number before 号 is a house, a bay or a window when a place stands before it or a thing after it.
_NOT_HOUSE = rf"(?<![A-Za-z\d.\-/{_AT_PLACE}])(?<!每月)(?<!每个月)(?<!提前)(?<!哪(?=一))"
_NOT_THING = (
    r"(?!楼|栋|幢|座|单元|院|室|房|线|厂房|仓|库|车[位间库]|窗|台区|变压?器|机|杆|柜|桩|箱|门(?!店)|井|棚|塔|公寓|地块|馆|表|泵|炉|坑|铺"
    r"|[\u4e00-\u9fff]?表箱|[A-Z\d])"
)
_NOT_COUNTED = r"(?!内|之内|以内|后|之后|以后|前|之前之|游|三餐|元|[圆产])"
# Behind these a number may be a house's as well as a day's; what follows tells.
_SOFT_PLACE = r"(?<![村镇苑园区楼院期城湾屯桥寨庄])(?<!(?<![这那家屋店厂哪村])里)"
_DAY_FOLLOWS = r"(?=[上下]午|中午|那天|当天|晚|早|全天|要|会|有没|[停断]电?[吗不嘛么是]|到\d)"
_HAO = rf"(?:号{_NOT_THING}|日{_NOT_COUNTED})"
_MONTH_SAID = rf"(?:(?:{in_year()})?{month()}|(?<![以地]){MONTH_FROM_NOW})的?\s?"
_MONTH_SAID_1 = rf"(?:(?:{in_year()})?{month('1')}|(?<![以地]){MONTH_FROM_NOW})的?\s?"
_WORDS = "|".join(sorted((word for word in _FROM_NOW if not word.isascii()), key=len, reverse=True))
_TYPED = "|".join(word for word in _FROM_NOW if word.isascii())
_COUNT = r"(?P<count>半(?=个月)|[一二两俩三仨四五六七八九十]{1,3}|\d{1,2})"

DAY_SHAPES = (
    Shape(rf"(?<![\d第每]){_MONTH_SAID}{day()}(?:号{_NOT_THING}|日)", _dated, "号日"),
    Shape(
        r"(?<![一二三四五六七八九十第每])(?P<month>十[一二]?|[一二三四五六七九])月(?P<day>二?十[一二三四五六七八九]?)(?![号日百千万多来几块元度个毛点蚊一二三四五六七八九十])",
        _dated,
        "月",
    ),
    Shape(
        rf"(?<![\d第每])(?:{in_year()})?{month()}(?P<day>3[01]|[12]\d|0?[1-9])(?![\d.,、到至~\-—号日月元块度万千百个几多来毛点时户台]|(?<=\d)[ ]?\d)",
        _dated,
        "月",
    ),
    Shape(
        rf"(?<![\d第每])(?:{in_year()})?{month()}(?P<day>二?十[一二三四五六七八九]?)(?=那天|[上下]午|晚上|早上|[停来到交扣]|$)",
        _dated,
        "月",
    ),
    Shape(
        r"(?<![\d\-./A-Za-z])(?P<year>20\d\d)(?P<dash>[\-./])(?P<month>1[0-2]|0?[1-9])(?P=dash)(?P<day>3[01]|[12]\d|0?[1-9])(?![\d\-/])号?",
        _dated,
        "-./",
    ),
    Shape(
        r"(?<![\d\-./A-Za-z])(?P<year>20[12]\d)(?P<month>1[0-2]|0[1-9])(?P<day>3[01]|[12]\d|0[1-9])(?![\d\-/.A-Za-z元块度])",
        _dated,
        "2",
    ),
    Shape(
        r"(?<![\d\-./A-Za-z¥￥充交缴付扣收欠差退存补花冲])(?P<month>1[0-2]|0?[1-9])[./](?P<day>3[01]|[12]\d)(?![\d./%元块度万千百个毛角折米平岁kK]|到\d{1,2}[./])[号日]?",
        _dated,
        "./",
    ),
    Shape(
        rf"(?<![\d\-./A-Za-z])(?P<month1>1[0-2]|0?[1-9])(?P<dash>[./])(?P<day1>3[01]|[12]\d|0?[1-9])[号日]?{TO}(?P<month2>1[0-2]|0?[1-9])(?P=dash)(?P<day2>3[01]|[12]\d|0?[1-9])(?![\d./%元块])[号日]?",
        _stretch,
        "./",
    ),
    Shape(
        rf"(?<![\d第每]){_MONTH_SAID_1}(?P<day1>{DAY})[号日]?(?:{TO}|[、,，])(?:(?P<month2>{MONTH})月[份]?)?(?P<day2>{DAY})(?:[两三]?日|号{_NOT_THING})",
        _stretch,
        "号日",
    ),
    Shape(rf"{_NOT_HOUSE}{_SOFT_PLACE}(?P<day1>{DAY})[号日]?{TO}(?P<day2>{DAY}){_HAO}", _stretch, "号日"),
    Shape(rf"{_NOT_HOUSE}{_SOFT_PLACE}(?P<day1>{DAY})[、,，](?P<day2>{DAY}){_HAO}", _stretch, "、,，"),
    Shape(rf"{_NOT_HOUSE}{_SOFT_PLACE}(?<![一二两三四五六七八九十百几多]){day()}{_HAO}", _bare, "号日"),
    Shape(rf"{_NOT_HOUSE}(?<![一二两三四五六七八九十百几多]){day()}[号日]{_DAY_FOLLOWS}", _bare, "号日"),
    Shape(
        rf"(?:{_MONTH_SAID}|(?<![一二两三四五六七八九十\d每个])月|(?=[上中下]旬))(?P<part>[上中下]旬|[底末尾](?!数)|初(?!中|[一二三四五六七八九十])|中(?![国秋央午旬])|(?<=月)头(?!上))",
        _month_part,
        "初中底末尾旬头",
    ),
    Shape(
        rf"(?:{in_year()}年?|(?<![今去前后明本来往历当半一二两三四五六七八九十\d过跨多每])年)(?P<part>[底末尾]|初(?![一二三四五六七八九十])|中(?![国秋央午旬]))",
        _year_part,
        "初中底末尾",
    ),
    Shape(rf"(?<![大之以])(?<!前(?=后))(?:{_WORDS})", _word, "今明后昨前名听寻琴做"),
    Shape(rf"(?<![A-Za-z])(?i:{_TYPED})(?![A-Za-z])", _word, "tTwW"),
    Shape(r"(?P<big>大{1,4})(?P<word>[前后][天日儿])", _big_word, "大"),
    Shape(r"(?P<pair>今明|明后|昨今|前昨)(?:两?[天日]|两)", _pair, "明昨"),
    Shape(
        rf"(?<![\d提一二两三四五六七八九十前月]){_COUNT}(?P<unit>[天日]|个?(?:周|星期|礼拜))(?:之|以)?(?:(?P<before>前)|后)",
        _days_away,
        "前后",
    ),
    Shape(r"(?P<count>半)个月(?:之|以)?(?:(?P<before>前)|后)", _days_away, "前后"),
    Shape(
        r"再?过(?P<days>[三四五六七八九十]|\d{1,2})天(?![了没就才还])|(?<![都已])隔(?P<count>[三四五])天(?=来|再)",
        _days_away,
        "过隔",
    ),
    Shape(r"前(?:些(?:天|日子|时候|时间)|一?阵子?|段(?:时间|日子)|一段时间?)", _a_while_ago, "前"),
    Shape(r"这些(?:天|日子)|近日|这阵子|近几天", _lately, "这近"),
)
