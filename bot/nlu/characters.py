"""Characters made equal one by one, so that every offset stays; this file knows no Rasa and refuses no text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from runtime.scripts import convert

# Categories that carry no meaning for us: controls, invisible formats, lone surrogates, private use, unassigned.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
# OpenCC's t2s leaves this Taiwan and Hong Kong form of 着 alone because 著 is also a Simplified character.
# OpenCC takes 坏 beside some verbs for the old form of 坯; who types 坏 means it.
_KEPT = frozenset("坏")
_ZHUO_AS_ZHE = re.compile(r"(?<![名显原专土巨论编])著(?![名作者述称])")


def normalize(text: str) -> str:
    """Returns the text of the same length with one form per character.

    Full-width letters and digits become half-width, Traditional becomes Simplified, compatibility forms become plain,
    whatever cannot be seen becomes a space. Chinese punctuation stays.
    """
    return _simplified("".join(_plain(char) for char in text))


def lowered(text: str) -> str:
    """Returns the text in small letters, of the same length: a capital that two letters replace stays."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


@lru_cache(maxsize=8192)
def _plain(char: str) -> str:
    if unicodedata.category(char) in _INVISIBLE:
        return " "
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 and folded.isalnum() else char


def _simplified(text: str) -> str:
    if text.isascii():
        return text
    converted = convert(text, "t2s")
    if len(converted) != len(text):
        converted = "".join(_simplified_alone(char) for char in text)
    if not _KEPT.isdisjoint(text):
        converted = "".join(own if own in _KEPT else char for own, char in zip(text, converted, strict=True))
    return _ZHUO_AS_ZHE.sub("着", converted)


@lru_cache(maxsize=8192)
def _simplified_alone(char: str) -> str:
    converted = convert(char, "t2s")
    return converted if len(converted) == 1 else char
