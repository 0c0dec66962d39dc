"""Characters made equal one by one, so that every offset stays; this file knows no Rasa and refuses no text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import opencc
from pypinyin.pinyin_dict import pinyin_dict

# Categories that carry no meaning for us: controls, invisible formats, lone surrogates, private use, unassigned.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
# OpenCC's t2s leaves this Taiwan and Hong Kong form of 着 alone because 著 is also a Simplified character.
_ZHUO_AS_ZHE = re.compile(r"(?<![名显原专土巨论编])著(?![名作者述称])")
# Speakers of the south do not tell these apart, and neither does their voice input.
_MERGED_SOUNDS = ((re.compile(r"^([zcs])h"), r"\1"), (re.compile(r"^l"), "n"), (re.compile(r"([aei])ng$"), r"\1n"))


def normalize(text: str) -> str:
    """Returns the text of the same length with one form per character.

    Full-width letters and digits become half-width, Traditional becomes Simplified, compatibility forms become plain,
    whatever cannot be seen becomes a space. Chinese punctuation stays.
    """
    return _simplified("".join(_plain(char) for char in text))


def sounds(text: str, *, merged: bool = False) -> list[str]:
    """Returns one syllable without tone for each character; a character that has none stands for itself.

    Args:
        text: normalised text.
        merged: whether zh and z, n and l, an and ang count as one, as in southern speech.
    """
    return [_syllable(char, merged) for char in text]


@lru_cache(maxsize=8192)
def _plain(char: str) -> str:
    if unicodedata.category(char) in _INVISIBLE:
        return " "
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 and folded.isalnum() else char


def _simplified(text: str) -> str:
    if text.isascii():
        return text
    converted = _converter().convert(text)
    if len(converted) != len(text):
        converted = "".join(_simplified_alone(char) for char in text)
    return _ZHUO_AS_ZHE.sub("着", converted)


@lru_cache(maxsize=8192)
def _simplified_alone(char: str) -> str:
    converted: str = _converter().convert(char)
    return converted if len(converted) == 1 else char


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=16384)
def _syllable(char: str, merged: bool) -> str:
    reading = pinyin_dict.get(ord(char), "").split(",")[0]
    plain = "".join(c for c in unicodedata.normalize("NFD", reading) if not unicodedata.combining(c))
    if merged:
        for pattern, replacement in _MERGED_SOUNDS:
            plain = pattern.sub(replacement, plain)
    return plain or char
