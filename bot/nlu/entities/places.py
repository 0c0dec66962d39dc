"""Addresses: the gazetteer's names, house patterns and landmarks, joined when they stand side by side; it checks nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.nlu.entities.span import Span

_NUMBER = r"(?:\d{1,5}|[一二三四五六七八九十百两]{1,4}|[A-Za-z]\d{0,4})"
_HOUSE = re.compile(
    rf"{_NUMBER}(?:号楼|号院|栋楼?|幢|座|单元|室|楼|层|组|社|队|弄|巷|门|期)(?:[A-Z]?\d{{3,4}}(?!\d))?"
    rf"|(?<=[路街道巷弄组社村镇])\d{{1,4}}号(?!线)"
    rf"|(?<=[栋幢座楼元])[ \-]?[A-Z]?\d{{3,4}}(?!\d)(?:室|房|号)?"
    r"|(?<!\d)\d{1,2}[-—]\d{1,2}[-—]\d{3,4}(?!\d)"
)
# A name of two to eight characters that ends as places end; what cannot begin a name is cut off before it.
_NAME = re.compile(
    r"[\u4e00-\u9fff]{2,8}?(?:小区|花园|家园|公寓|新村|村|屯|苑|商业街|工业园|大厦|广场|街道|镇|乡|大道|胡同|路|街|巷)"
)
_LANDMARK = re.compile(
    r"(?:菜市场|小卖部|超市|学校|小学|中学|幼儿园|医院|卫生院|村委会?|派出所|加油站|公交站|桥头|广场|鱼塘|工地|车站|祠堂)"
    r"的?(?:对面|旁边?|门口|后面|前面|附近|隔壁|边上|后头|斜对面)"
    r"|(?<=[在住到口头])(?:菜市场|小卖部|超市|幼儿园|卫生院|村委会?|派出所|加油站|桥头|祠堂)"
    r"|(?:村|镇|屯|庄)(?:口|头|尾|东头?|西头?|南头?|北头?|东边|西边|后头?|前头?)"
)
# What stands before a name in a sentence and is no part of it.
_LEAD = re.compile(
    r"^.*(?:我们家?|咱们?|你们|俺们?|我家|俺家|我屋|家里|老家|就是|不是|这里|这边|那边|这儿|我在|是在|他在|住在|就在|有人在|地址|一下|查下|帮我|请问|写错|整个|全|的|是|在|住|到|说|看|查|问|去|从|把|了|啊|和|跟|来|请|整|这个|那个|哪个|每个|个|各|走|修|停|电|我|你|他|她|俺|咱)"
)
_NO_PLACE = re.compile(
    r"^(?:小区|村|屯|镇|乡|路|街|巷|花园|公寓|一路|半路|线路|电路|短路|马路|走路|铁路|公路|网路|思路|农村|乡村|后路|水路|回路|支路|街道|广场|大厦|家园)$|线路$|电路$|短路$|马路$|半路$|一路$"
)
_SEPARATOR = re.compile(r"[ ,,、的\-—]{0,2}")


@dataclass(frozen=True)
class Gazetteer:
    """The names of an area, longest first."""

    names: tuple[str, ...]

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> Gazetteer:
        """Reads a word list: the first field of each line, comments left out."""
        words = (line.split()[0] for line in lines if line.strip() and not line.startswith("#"))
        return cls(tuple(sorted(set(words), key=lambda word: (-len(word), word))))

    def pattern(self) -> re.Pattern[str]:
        """The expression that finds any of the names."""
        return re.compile("|".join(re.escape(name) for name in self.names) or r"(?!)")


def addresses(text: str, known: re.Pattern[str]) -> Iterator[Span]:
    """Finds addresses: known names, house parts, names by their ending and landmarks, joined where they touch."""
    pieces = sorted(set(_pieces(text, known)))
    for start, end in _joined(text, pieces):
        yield Span("address", text[start:end], start, end)


def _pieces(text: str, known: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    taken = [match.span() for match in known.finditer(text)]
    yield from taken
    for match in _HOUSE.finditer(text):
        yield match.span()
    for match in _NAME.finditer(text):
        start = match.start() + _lead(match.group())
        if match.end() - start >= 3 and not _NO_PLACE.search(text[start : match.end()]):
            yield start, match.end()
    for match in _LANDMARK.finditer(text):
        yield match.span()


def _lead(name: str) -> int:
    lead = _LEAD.match(name)
    return lead.end() if lead else 0


def _joined(text: str, pieces: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    current: tuple[int, int] | None = None
    for start, end in pieces:
        if current and (start <= current[1] or _SEPARATOR.fullmatch(text[current[1] : start])):
            current = current[0], max(current[1], end)
            continue
        if current:
            yield current
        current = start, end
    if current:
        yield current
