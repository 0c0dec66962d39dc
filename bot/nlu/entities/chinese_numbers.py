"""Numbers as customers write them, in figures or characters; it finds nothing in a text, it only reads a word given."""

from __future__ import annotations

import re
from decimal import Decimal

ONES = "一二两三四五六七八九"
NUMERALS = "零〇一二两俩三仨四五六七八九十百千万廿卅壹贰叁肆伍陆柒捌玖拾佰仟"

_VALUES = {
    **{char: value for value, char in enumerate("零一二三四五六七八九")},
    **{char: value for value, char in enumerate("壹贰叁肆伍陆柒捌玖", start=1)},
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000}
# Over the telephone: 洞 for 0, 幺 for 1, 拐 for 7, 勾 for 9.
SPOKEN_DIGITS = {
    **{char: str(value) for char, value in _VALUES.items() if char not in "俩仨"},
    "洞": "0",
    "幺": "1",
    "拐": "7",
    "勾": "9",
}
_SHORTHAND = str.maketrans({"廿": "二十", "卅": "三十"})
_FIGURES = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?([百千万])?(\d(?!\d))?")


def number(word: str) -> Decimal | None:
    """Reads a number: 15, 1,200, 1.2万, 三百零五, 一百五 (150), 两千三, 四五十 (the smaller, 40); None when it is none."""
    if word[:1].isdigit():
        return _figures(word)
    word = word.translate(_SHORTHAND)
    if not word or any(char not in _VALUES and char not in _UNITS for char in word):
        return None
    if not any(char in _UNITS for char in word):
        return Decimal("".join(str(_VALUES[char]) for char in word))
    return _characters(word)


def integer(word: str) -> int | None:
    """Reads a whole number, None when the word is none or has a fraction."""
    if word.isdecimal() and word.isascii():
        return int(word)
    value = number(word)
    return int(value) if value is not None and value == value.to_integral_value() else None


def spoken_digits(word: str) -> str:
    """Reads a number said digit by digit; whatever is no digit is left out."""
    return "".join(
        SPOKEN_DIGITS.get(char) or str(int(char)) for char in word if char in SPOKEN_DIGITS or char.isdecimal()
    )


def _figures(word: str) -> Decimal | None:
    match = _FIGURES.fullmatch(word)
    if not match or (match[4] and not match[3]):
        return None
    unit = _UNITS[match[3]] if match[3] else 1
    value = Decimal(match[1].replace(",", "") + (match[2] or "")) * unit
    return value + int(match[4] or 0) * unit // 10


def _characters(word: str) -> Decimal | None:
    total = section = 0
    digit: int | None = None
    unit, filled = 1, False
    for char in word:
        if char in _VALUES:
            # Of two digits side by side the first counts: 四五十 is forty and more.
            digit = _VALUES[char] if digit in (None, 0) else digit
            filled = filled or _VALUES[char] == 0
            continue
        unit, filled = _UNITS[char], False
        if unit == 10_000:
            total, section = (total + section + (digit or 0)) * unit, 0
        else:
            section += (1 if digit is None else digit) * unit
        digit = None
    # 一百五 is 150, 一百零五 is 105.
    tail = (digit or 0) * (unit // 10 if unit > 10 and not filled else 1)
    return Decimal(total + section + tail)
