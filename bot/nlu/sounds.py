"""How a sentence sounds: syllables without tone, of characters and of words typed in pinyin; it knows no meaning."""

from __future__ import annotations

import re
from functools import lru_cache

from runtime.readings import readings

# Speakers of the south do not tell these apart, and neither does their voice input.
_MERGED_SOUNDS = ((re.compile(r"^([zcs])h"), r"\1"), (re.compile(r"^l"), "n"), (re.compile(r"([aei])ng$"), r"\1n"))
_UNIT = re.compile(r"[A-Za-z]+|\S")
_LONGEST_SYLLABLE, _LONGEST_RUN = 6, 40
_ONE_LETTER = frozenset("aeo")


def sounds(text: str, *, merged: bool = False) -> list[str]:
    """Returns one syllable for each character; `dianfei` gives the two of 电费, what has no sound stands for itself.

    Args:
        text: normalised text; white space is passed over.
        merged: whether zh and z, n and l, an and ang count as one, as in southern speech.
    """
    found: list[str] = []
    for unit in _UNIT.findall(text):
        found.extend(_heard(unit, merged))
    return found


@lru_cache(maxsize=16384)
def _heard(unit: str, merged: bool) -> tuple[str, ...]:
    if len(unit) == 1:
        return (_syllable(unit, merged),)
    typed = _split(unit.lower()) if len(unit) <= _LONGEST_RUN else None
    if typed is None:
        return (unit.lower(),)
    return tuple(_merge(syllable) if merged else syllable for syllable in typed)


def _split(run: str) -> list[str] | None:
    """Splits Latin letters into the fewest syllables of Chinese, or says that they are none."""
    best: list[list[str] | None] = [None] * len(run) + [[]]
    for start in range(len(run) - 1, -1, -1):
        for end in range(min(start + _LONGEST_SYLLABLE, len(run)), start, -1):
            rest = best[end]
            if rest is None or run[start:end] not in _syllables():
                continue
            shortest = best[start]
            if shortest is None or len(rest) + 1 < len(shortest):
                best[start] = [run[start:end], *rest]
    return best[0]


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    return frozenset(s for s in readings().every if s.isascii() and s.isalpha() and (len(s) > 1 or s in _ONE_LETTER))


@lru_cache(maxsize=16384)
def _syllable(char: str, merged: bool) -> str:
    plain = readings().of_char(char)
    return (_merge(plain) if merged else plain) or char


def _merge(syllable: str) -> str:
    for pattern, replacement in _MERGED_SOUNDS:
        syllable = pattern.sub(replacement, syllable)
    return syllable
