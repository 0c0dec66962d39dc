"""Parts of the day by their many names, with the taxonomy's five values; clock times are not told here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.entities.span import Span

_NAMES = {
    "上午": "上午 早上 早晨 早间 清早 大清早 一清早 一大早 大早上 一早 清晨 上半天 上半日 半上午 前晌 头晌 上昼 朝早 朝头早 晨早 早起 午前 上五 上舞 赶早 "
    "shangwu zaoshang",
    "中午": "中午 正午 晌午 晌午头 大中午 午间 晏昼 中五 中舞 zhongwu",
    "下午": "下午 午后 下半天 下半日 后晌 后半晌 过晌 下昼 半下午 下五 夏午 下舞 xiawu",
    "晚上": "晚上 大晚上 傍晚 傍黑 擦黑 下晚 晚间 夜里 夜里头 夜晚 夜间 半夜 大半夜 半夜三更 三更半夜 深夜 深更半夜 后半夜 前半夜 上半夜 下半夜 凌晨 晚头 晚黑 夜头 "
    "晚尚 wanshang",
    "全天": "全天 整天 一整天 整日 全日 成日 随时",
}
_VALUES = {word: value for value, words in _NAMES.items() for word in words.split()}
_WORDS = "|".join(sorted((word for word in _VALUES if not word.isascii()), key=len, reverse=True))
_TYPED = "|".join(word for word in _VALUES if word.isascii())
_CHARACTERS = frozenset("午早晨天日晌昼起晚黑间夜头尚五舞时").union("uU")
_FOUND = re.compile(
    rf"(?<![今明昨])(?:(?<!一)|(?<=[周期拜]一))(?<![整成]个)(?:{_WORDS})(?!会[议]|[餐饭]店|起(?:床|来))(?<!一早(?=就))(?<!今晚上)|(?<![A-Za-z])(?i:{_TYPED})(?![A-Za-z])"
)
# 今晚上 is one word for a day; 全天 is also said without being named, as an answer to the question when.
_WHOLE_ANSWER = re.compile(
    r"(?:(?:几点|什么时[候间]|啥时候?|哪个?时[候间]|哪个点|早晚|上下午|任何时[候间])(?:来|过来|上门)?)?(?P<any>都(?:可以|行|成|得|中|好|ok|OK)|全天都?(?:可以|行))"
)
_PARTICLES = " ,，。.!！~吧的啊呀哈了我们家人"


def time_periods(text: str) -> Iterator[Span]:
    """Finds parts of the day, the value one of 上午, 中午, 下午, 晚上, 全天."""
    if not _CHARACTERS.isdisjoint(text):
        for match in _FOUND.finditer(text):
            if text[match.start() - 1 : match.start()] not in ("今", "明", "昨"):
                yield Span("time_period", _VALUES[match.group().lower()], match.start(), match.end())
    if "都" in text:
        yield from _any_time(text)


def _any_time(text: str) -> Iterator[Span]:
    """都行 is 全天 when it is the whole answer or belongs to 几点 and the like; after a day it is a plain yes."""
    for match in _WHOLE_ANSWER.finditer(text):
        asked = match.start() < match.start("any")
        alone = not text[: match.start()].strip(_PARTICLES) and not text[match.end() :].strip(_PARTICLES)
        if asked or alone:
            yield Span("time_period", "全天", match.start("any"), match.end("any"))
