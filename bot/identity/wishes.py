"""Reads from a message whether somebody wants to go on in another door; everything else is the dialogue's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from conversation.identity import ChannelName
from runtime.yaml_files import read_yaml

_FILE = Path(__file__).with_name("wishes.yml")
# Longer messages are no such wish.
_LONGEST = 40


@dataclass(frozen=True)
class TakeUp:
    """Go on here with what a code stands for."""

    code: str


@dataclass(frozen=True)
class MoveOut:
    """Go on in another door."""

    door: ChannelName


@dataclass(frozen=True)
class Share:
    """What is bound here may be known where the talk came from, too."""


Wish = TakeUp | MoveOut | Share


@dataclass(frozen=True)
class _Patterns:
    take: re.Pattern[str]
    make: Mapping[ChannelName, re.Pattern[str]]
    share: re.Pattern[str]


def wish_in(text: str) -> Wish | None:
    """The wish that the whole message is."""
    said = unicodedata.normalize("NFKC", text).strip()
    if not said or len(said) > _LONGEST:
        return None
    patterns = _patterns()
    if found := patterns.take.match(said):
        return TakeUp(re.sub(r"[\s-]", "", found["code"]))
    if patterns.share.match(said):
        return Share()
    return next((MoveOut(door) for door, pattern in patterns.make.items() if pattern.match(said)), None)


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    held = read_yaml(_FILE)
    make = {ChannelName(door): re.compile(pattern) for door, pattern in held["make"].items()}
    return _Patterns(re.compile(held["take"], re.IGNORECASE), make, re.compile(held["share"]))
