"""Money and energy as customers name them: one scan finds the numbers, what stands beside each tells what it counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.nlu.entities.chinese_numbers import NUMERALS, number
from bot.nlu.entities.span import Span

_CENT = Decimal("0.01")
# Below this a number without a unit, or of 块 alone, is a count of something until a word of money stands beside it.
_MANY = 10
_DAYS_OF_MONTH = 31
_NEVER_BARE = frozenset({"十", "12345", "12398", "12315", "95598", "10086", "10010"})
_FIGURES = r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,7})(?:\.\d{1,4})?"
# 几十 is a number nobody knows, 四十几 is forty and more, 百把 and 百来 are about a hundred.
_NUMBER = re.compile(
    rf"(?:(?P<sign>[¥￥]\s?|(?i:rmb)\s?)|(?<![\d.,:：/\-])(?<![A-Za-z](?=\d)))"
    rf"(?P<number>{_FIGURES}(?![\d:：]|\.\d|[\-/]\d)(?:[百千万](?![瓦伏安])\d?(?!\d))?|[几数][十百千万]{{1,2}}|[{NUMERALS}]{{1,12}})"
    r"(?P<vague>(?:多|来(?!着|的|了)|几(?![点时号天个月])|余(?!额)|出头|把(?=[块元百千万]))[百千万]?|[把八]十?(?=块))?"
)
_DIGIT = r"[0-9一二两三四五六七八九]"
_SHORT = rf"(?P<short>[0-9]{{1,2}}|[一二三四五六七八九])(?!(?!一[度次个天])[\d{NUMERALS}.]|[个次天月年块度号点户张台家斤笔]|分钱?)"
_SMALL = rf"(?:零|又)?(?P<jiao>{_DIGIT})(?:毛(?!病)|角)(?:(?P<fen>{_DIGIT})分?)?"
_THINGS = r"(?:[旧新老大小坏分总]|智能|动力|公共|峰谷|多余|单独|电子)*的?(?:电?表|玻璃|牌|板|光伏|屏|地(?!方)|砖|电池|石|铜|布|田|电瓶|区|广告)"
_UNIT = re.compile(
    rf"\s?(?:(?P<yuan>块(?!{_THINGS})|[元圆](?![月旦件素宵气形圈桌通])|蚊|大洋|(?i:rmb|yuan)(?![a-z])|人民币)"
    rf"(?:{_SMALL}|(?<=[块蚊]){_SHORT}|整)?(?:钱)?|(?P<mao>毛(?!病)|角(?=钱|{_DIGIT}分))(?P<cents>{_DIGIT}(?![{NUMERALS}\d个])分?)?多?(?:钱)?|(?P<only_fen>分钱))"
)
_ENERGY = re.compile(r"\s?(?:度(?![假数过日角])|千瓦(?:时|小时)|个字(?![符节母])|(?i:kw[.·]?h)|[渡杜](?![口过船绝]))")
# What a number counts when it is neither money nor energy.
_OTHER_COUNT = re.compile(
    rf"\s?(?:[度渡杜瓦千号日只栋幢楼单室房天年周个次人%％折米伏台位口岁条档级张层期倍秒字项份笔平组座条种件回遍斤亩批套间箱本辆升码兆安毫]|小时|公里|名(?!下)|把你|工作日|户(?![号名头])|月(?![底初])"
    rf"|点(?=[钟半多了整左前到\d一二三四五六七八九十]|$)|分(?!两|几|三)|[\d.,:：/\-~A-Za-z]|[{NUMERALS}多来]|几(?![点时号天])|元[月旦])"
)
_FILLED = r"(?:[了的我你他她俺侬恁咱个咗过着\s是为掉上下都就才又只约得到成进满]|大概|差不多|[一两二三四五\d]次|[你他我咱]们|至少|起码|最少|最多|总共|一共|整整){0,4}$"
# Verbs and nouns of money; a number right behind one is an amount.
_STRONG = re.compile(
    r"(?:交|缴|充|冲[值直]?|充直|存|付|扣|收|欠|差|补|退|划|花|罚|赔|汇|入|畀|俾|涨到|变成|[打填输]成|抵|满|低于|少于|不足|不到|超过|剩下?|多出来?|多出|多了|少了|贵了|省|余额|金额"
    rf"|欠费|[电话水手]费|费用?|[合共总]计|一共|总共|[买总单]价|款|押金|来的|给[了咗]|给[他她你俺我]|值|多算|损失|[打批转]了?[了咗]|凑|红包|现金|一笔|重复){_FILLED}"
)
# Words that fit anything; a sentence on money and a number of size are asked for as well.
_WEAK = re.compile(
    rf"(?:[来弄搞整转还要]|[上这本]一?期|(?P<month>月)[份分]?|[他我俺她你]家|(?P<person>[他我俺她你])|平[常时]|往常|以前|[这今上那][次回]|这俩月|每月|怎么|咋|才|都要|就要|竟然|居然|直接|变|涨|[改调设降加提][成为到]|定在|还有|照样|[那这]笔|[里头]有| 是|不是|应该是|[,，]是|账单|先){_FILLED}"
)
_MONEY = re.compile(
    r"费|钱|块|元|[账帐]|扣|交|充|欠|缴|退|付|贵|凭什么|余额|金额|复核|核实|合实|[算计整搞弄炒抄]错|预存"
)
# 两百三 and 一千二 are hardly ever said of anything but money when nothing is counted behind them.
_SAID_IN_HUNDREDS = re.compile(r"[一二两三四五六七八九壹贰叁肆伍陆柒捌玖](?:[十拾]?[万]|[百佰千仟])")
# 三百八 may be volts or kilovolt-amperes, 两千 a reading.
_POWER = re.compile(r"[电欠过稳]压|伏|一?量[了,， 一]|[增减扩剪][容溶荣]|变压器|三相|动力电|度数|千瓦")
_ENERGY_USED = re.compile(r"(?:用|走|耗|跑|超)[了咗掉到的去过电]{0,3}$")
_CENTS = re.compile(r"\d{1,5}\.\d{1,2}")
_AS_DATE = re.compile(r"(?:0?[1-9]|1[0-2])\.(?:[12]\d|3[01])")
_BIG = re.compile(r"[百佰千仟万]")
_SMALL_MONEY = re.compile(r"[的,，]?(?:红包|手续费|电费|押金|违约金|滞纳金|一度|每度|一个月|一次|/)")
_CHOSEN_PART = re.compile(r"(?:换|另|这|那|哪|装|拆|第|每|同|买|各|新|成|给我|的)$")
_CLAUSE_START = re.compile(r"(?:^|[,，。;；!！?？~ 呀啊哦嗯])$")
_CLAUSE_END = re.compile(r"\s?(?:[,，。;；!！?？~]|$)")
_WARM = re.compile(
    r"(?:空调|冷气|暖气|[气温室体水]温|温度|[开调设]到?|高温|歪了?|斜了?|零下|发?烧到?|制冷|制热|恒温|热水器)[^,，。用走耗]{0,6}$"
)
_WARMEST = 100
_USED = re.compile(r"(?:[用走耗费只转跑]|[用走耗跑转][了掉]|才|就)$")
_EXTRA_WORDS = 10


def amounts(text: str) -> Iterator[Span]:
    """Finds amounts of money; the value is yuan ("150", "3.25"), or empty where no figure is said (几十块)."""
    taken = 0
    for match in _NUMBER.finditer(text):
        if match.start() < taken:
            continue
        value = _value(match)
        unit = _UNIT.match(text, match.end())
        if unit and not _ENERGY.match(text, match.end()):
            if _is_money(text, match, unit, value):
                taken = unit.end()
                yield Span("amount", _yuan(value, unit), match.start(), taken)
        elif match["sign"] or _is_bare_money(text, match, value):
            yield Span("amount", _written(value), match.start(), match.end())


def usages(text: str) -> Iterator[Span]:
    """Finds amounts of energy; the value is kWh, or empty where no figure is said (几百度); temperatures are none."""
    for match in _NUMBER.finditer(text):
        unit = _ENERGY.match(text, match.end())
        value = _value(match) if unit else None
        if not unit or (value is None and match["number"][0] not in "几数"):
            continue
        head = text[max(0, match.start() - _EXTRA_WORDS) : match.start()]
        few = value is not None and (value < _MANY if "字" in unit.group() else value == 1)
        if (few and not _USED.search(head)) or head.endswith("块"):
            continue
        warm = unit.group().strip() == "度" and value is not None and value <= _WARMEST and _WARM.search(head)
        if not (warm and text[unit.end() : unit.end() + 1] != "电") and not head.endswith("第"):
            yield Span("usage_kwh", _plain(value), match.start(), unit.end())


def amount_of(words: str) -> str:
    """Reads words that are nothing but a sum, with or without a unit; empty when they are none."""
    return _whole(words, _UNIT)


def usage_of(words: str) -> str:
    """Reads words that are nothing but an amount of energy, with or without a unit; empty when they are none."""
    return _whole(words, _ENERGY)


def _whole(words: str, units: re.Pattern[str]) -> str:
    match = _NUMBER.match(words.strip())
    if not match:
        return ""
    value = _value(match)
    unit = units.match(match.string, match.end())
    if (unit.end() if unit else match.end()) != len(match.string):
        return ""
    if units is _ENERGY:
        return _plain(value)
    return _yuan(value, unit) if unit else _written(value)


def _value(match: re.Match[str]) -> Decimal | None:
    word, vague = match["number"], match["vague"] or ""
    if word[0] in "几数":
        return None
    value = number(word)
    if value is not None and vague[-1:] in ("百", "千", "万"):
        value *= {"百": 100, "千": 1000, "万": 10_000}[vague[-1]]
    return value


def _yuan(value: Decimal | None, unit: re.Match[str]) -> str:
    if value is None:
        return ""
    if unit["only_fen"]:
        return _written(value / 100)
    if unit["mao"]:
        return _written(value / 10 + (_digits(unit["cents"]) / 100))
    value += _digits(unit["jiao"]) / 10 + _digits(unit["fen"]) / 100
    short = unit["short"] or ""
    return _written(value + _digits(short) / (100 if len(short) == 2 else 10))


def _digits(word: str | None) -> Decimal:
    return number(word.removesuffix("分")) or Decimal(0) if word else Decimal(0)


def _written(value: Decimal | None) -> str:
    if value is None:
        return ""
    if value == value.to_integral_value():
        return str(int(value))
    return str(value.quantize(_CENT)) if value == value.quantize(_CENT) else str(value.normalize())


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def _is_money(text: str, match: re.Match[str], unit: re.Match[str], value: Decimal | None) -> bool:
    """Tells 五块 of money from 五块 of anything else, and a sum from the question 几块钱."""
    if value is None:
        return match["number"][0] in "几数"
    if unit["only_fen"] and value <= 1:
        return False
    said = unit.group().strip()
    if said != "块" or value >= _MANY or match["vague"]:
        return True
    head, tail = text[max(0, match.start() - _EXTRA_WORDS) : match.start()], text[unit.end() : unit.end() + 6]
    if _SMALL_MONEY.match(tail):
        return value > 1 or not _CHOSEN_PART.search(head)
    return (value > 1 or match["number"].isdecimal()) and bool(_STRONG.search(head)) and not _CHOSEN_PART.search(head)


def _is_bare_money(text: str, match: re.Match[str], value: Decimal | None) -> bool:
    word = match["number"]
    if word in _NEVER_BARE or _OTHER_COUNT.match(text, match.end()):
        return False
    if value is None or (value < _MANY and "." not in word):
        return False
    head = text[max(0, match.start() - _EXTRA_WORDS) : match.start()]
    if _STRONG.search(head):
        return not (word.isdecimal() and word.startswith("0"))
    if _alone(text, match, head) or _changed(text, match, head):
        return True
    if _ENERGY_USED.search(head):
        return False
    if (_SAID_IN_HUNDREDS.match(word) and not _POWER.search(text)) or _is_price(text, match):
        return True
    weak = _WEAK.search(head)
    if not weak or len(word) < 2 or (weak["person"] and word.isascii()):
        return False
    if weak["month"]:
        return value > _DAYS_OF_MONTH
    return bool(_MONEY.search(text))


def _alone(text: str, match: re.Match[str], head: str) -> bool:
    """A clause of its own: 八百多？"""
    return bool(_BIG.search(match["number"]) and _CLAUSE_START.search(head) and _CLAUSE_END.match(text, match.end()))


def _is_price(text: str, match: re.Match[str]) -> bool:
    """A figure with cents, in a sentence on money, that cannot be a month and a day."""
    return bool(_CENTS.fullmatch(match["number"]) and not _AS_DATE.fullmatch(match["number"]) and _MONEY.search(text))


def _changed(text: str, match: re.Match[str], head: str) -> bool:
    """从一百八涨到三百五, 把100打成1000."""
    after = text[match.end() : match.end() + 2]
    return (head.endswith("从") and after[:1] in tuple("涨变升降跳长")) or (
        head.endswith("把") and after in ("打成", "充成", "输成", "交成", "付成", "填成", "写成")
    )
