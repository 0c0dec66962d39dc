"""Reads stars out of a customer's words: digits, glyphs, named stars and the words of `stars.yml`; no model.

It reads a text and knows nothing of surveys: whether one is open is the caller's to know (`bot.reception.survey`).
What it cannot explain whole is no rating: a real question is never taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.nlu.characters import lowered, normalize
from runtime.yaml_files import read_yaml

_FILE = Path(__file__).with_name("stars.yml")
_MARKS = re.compile("[,.!;:~\u2026\u3001\u3002\uff01\uff0c\uff1b\uff1a\uff5e]+")
_QUESTION = re.compile("[?\uff1f]")
_SELECTORS = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")


@dataclass(frozen=True)
class Rating:
    """Stars, and the words beside them; `goes_on`: those words want an answer of their own."""

    stars: int
    rest: str = ""
    goes_on: bool = False


@dataclass(frozen=True)
class _Words:
    turns: re.Pattern[str]
    said: re.Pattern[str]
    named: re.Pattern[str]
    numerals: Mapping[str, int]
    named_words: Mapping[str, int]
    glyphs: re.Pattern[str]
    digits: Mapping[str, int]
    faces: Mapping[str, int]
    words: Mapping[str, int]
    courtesy: frozenset[str]
    wishes: re.Pattern[str]
    doubts: re.Pattern[str]
    mixed: int
    most: int
    declines: frozenset[str]
    helped: Mapping[str, int]


def read(text: str, *, fresh: bool) -> Rating | None:
    """Returns the rating a text gives; `fresh`: nothing was said since the survey, so bare digits and words count."""
    words = _words()
    plain = lowered(normalize(_SELECTORS.sub("", text))).strip()
    if not plain or len(plain) > words.most:
        return None
    found = [(_stars(part, words, fresh=fresh), part) for part in _parts(plain, words)]
    stars = [value for value, _ in found if value is not None]
    if not stars:
        return None
    rest = [part for value, part in found if value is None and part not in words.courtesy]
    if _is_choice(found, words) or not _leads(rest, found, words):
        return None
    said = " ".join(rest)
    if found[0][1] in words.digits and words.wishes.search(said) and not _MARKS.match(plain[1:]):
        return None  # "1 ..." picks something; "5, ..." rates and goes on
    return Rating(_blend(stars, words), said, bool(words.wishes.search(said)))


def declines(text: str) -> bool:
    """Whether a text says that no call is wanted."""
    return _bare(text) in _words().declines


def helped(text: str) -> int | None:
    """Reads whether an answer helped: 1, -1, or nothing."""
    return _words().helped.get(_bare(text))


def _bare(text: str) -> str:
    return _MARKS.sub("", lowered(normalize(_SELECTORS.sub("", text)))).strip()


def _is_choice(found: list[tuple[int | None, str]], words: _Words) -> bool:
    """Whether several bare digits stand there: a list, and no rating."""
    return sum(part in words.digits for _, part in found) > 1


def _leads(rest: list[str], found: list[tuple[int | None, str]], words: _Words) -> bool:
    """Whether the rating stands in front, behind courtesy or plain remarks only, and is not asked about."""
    if any(value is not None and words.doubts.search(part) for value, part in found):
        return False
    first = next(value for value, part in found if part not in words.courtesy)
    return first is not None or not words.wishes.search(" ".join(rest))


def _parts(plain: str, words: _Words) -> list[str]:
    """Cuts at punctuation and second thoughts; words of Latin letters stay together."""
    kept = re.sub(r"(?<=[a-z0-9]) (?=[a-z])", "\u00a0", plain)
    kept = re.sub(r"(?<=[0-9]) +(?=[\u5206\u661f\u9897])", "", kept)
    kept = re.sub(r"(?<=\d)\.(?=\d)", "\u00b7", kept)
    kept = _QUESTION.sub("? ", words.turns.sub(" ", kept))
    parts = re.split(r"[^\S\u00a0]+", _MARKS.sub(" ", kept))
    return [part.replace("\u00a0", " ").replace("\u00b7", ".") for part in parts if part]


def _stars(part: str, words: _Words, *, fresh: bool) -> int | None:
    named = _named(part, words)
    if named is not None or not fresh:
        return named
    if part in words.digits:
        return words.digits[part]
    faces = {words.faces.get(char) for char in part}
    if len(faces) == 1 and (face := faces.pop()):
        return face
    match = words.said.fullmatch(part)
    return words.words[match["word"]] if match else None


def _named(part: str, words: _Words) -> int | None:
    glyphs = words.glyphs.findall(part)
    if glyphs and not words.glyphs.sub("", part).strip():
        return min(5, len(glyphs))
    match = words.named.fullmatch(part)
    if match is None:
        return None
    if match["n"] is None:
        return words.named_words[match["word"]]
    return words.numerals.get(match["n"]) or int(float(match["n"]))


def _blend(stars: list[int], words: _Words) -> int:
    return words.mixed if max(stars) > words.mixed > min(stars) else stars[0]


@lru_cache(maxsize=1)
def _words() -> _Words:
    held = read_yaml(_FILE)
    before, after = _any(held["before"]), _any(held["after"])
    named, words = _by_word(held["named"]["words"]), _by_word(held["words"])
    around = f"(?:{before}){{{{0,5}}}}(?:{{}})(?:{after}){{{{0,5}}}}"  # bounded: no text takes long
    number = f"{held['named']['number']}|(?P<word>{_any(named)})"
    return _Words(
        turns=re.compile(_any(held["turns"])),
        said=re.compile(around.format(f"(?P<word>{_any(words)})(?P=word)?")),
        named=re.compile(around.format(number)),
        numerals=held["named"]["numerals"],
        named_words=named,
        glyphs=re.compile(held["named"]["glyphs"]),
        digits=held["digits"],
        faces=held["faces"],
        words=words,
        courtesy=frozenset(held["courtesy"]),
        wishes=re.compile("|".join(held["wishes"])),
        doubts=re.compile("|".join(held["doubts"])),
        mixed=held["mixed"],
        most=held["most_characters"],
        declines=frozenset(held["declines"]),
        helped=_by_word(held["helped"]),
    )


def _by_word(held: Mapping[int, Iterable[Any]]) -> dict[str, int]:
    return {str(word): stars for stars, listed in held.items() for word in listed}


def _any(listed: Iterable[str]) -> str:
    """One of these words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(map(str, listed), key=len, reverse=True))
