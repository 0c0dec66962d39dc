"""Whether a line is the piece of a thought by its shape: no sentence, so the rest comes; it knows no meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

from handoff.mood.reader import simplified
from runtime.yaml_files import read_yaml

_FILE = Path(__file__).with_name("pieces.yml")
_BLANK = re.compile(r"\s+")
_MARKS = re.compile(r"[，。！？、；：,.!?;:~～…]+$")
# Longer lines have said something.
_LONGEST = 20


class Shape(Enum):
    """What a line lacks."""

    WHOLE = "whole"
    HOLLOW = "hollow"  # it says nothing at all
    WHOSE = "whose"  # it says whose, not what
    PLACE = "place"  # no sentence
    TIME = "time"  # no sentence
    BACK = "back"  # it takes back what was, and does not say what is
    NUMBER = "number"  # a number of an account
    GOES_ON = "goes_on"  # its last word asks for another
    UNFINISHED = "unfinished"  # its last mark does


# In the order they are looked for.
_SHAPES = (Shape.HOLLOW, Shape.WHOSE, Shape.PLACE, Shape.TIME, Shape.BACK, Shape.NUMBER)


@dataclass(frozen=True)
class _Shapes:
    whole: tuple[tuple[Shape, re.Pattern[str]], ...]
    goes_on: re.Pattern[str]
    unfinished: re.Pattern[str]
    numbered: re.Pattern[str]
    pointing: re.Pattern[str]
    picture: re.Pattern[str]


def shape_of(text: str, *, after_picture: bool = False) -> Shape:
    """The shape of a line; behind a picture, words that only point say nothing."""
    said, shapes = _bare(text), _shapes()
    if not said or len(said) > _LONGEST:
        return Shape.WHOLE
    plain = _MARKS.sub("", said)
    for shape, pattern in shapes.whole:
        if pattern.fullmatch(plain):
            return shape
    if after_picture and shapes.pointing.fullmatch(plain):
        return Shape.HOLLOW
    if shapes.unfinished.search(said):
        return Shape.UNFINISHED
    return Shape.GOES_ON if shapes.goes_on.search(said) else Shape.WHOLE


def leads_to_number(text: str) -> bool:
    """Whether a number behind this line is the rest of it."""
    return _shapes().numbered.search(_bare(text)) is not None


def is_picture(text: str) -> bool:
    """Whether a line of the transcript stands for a picture."""
    return _shapes().picture.search(text) is not None


def _bare(text: str) -> str:
    return simplified(_BLANK.sub("", text))


@lru_cache(maxsize=1)
def _shapes() -> _Shapes:
    held: dict[str, Any] = read_yaml(_FILE)
    whole = tuple((shape, re.compile("|".join(_listed(held[shape.value])))) for shape in _SHAPES)
    rest = {name: re.compile(held[name]) for name in ("goes_on", "unfinished", "numbered", "pointing", "picture")}
    return _Shapes(whole, **rest)


def _listed(patterns: Any) -> list[str]:
    return [f"(?:{one})" for one in (patterns if isinstance(patterns, list) else [patterns])]
