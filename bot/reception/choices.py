"""Which button of the bot's last turn a typed message means: its place, or its label; every door and skill alike.

Where the last turn has no buttons nothing is read into a number, so a question that expects one gets it as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from runtime.yaml_files import read_yaml

_FILE = Path(__file__).with_name("choices.yml")
# Longer texts are no label.
_LONGEST_LABEL = 60


@dataclass(frozen=True)
class _Words:
    position: re.Pattern[str]
    number: re.Pattern[str]
    numerals: tuple[str, ...]
    ways_out: frozenset[str]


def meant_by(text: str, shown: Sequence[Mapping[str, Any]]) -> str:
    """The text a message stands for: the payload of the button it names among the newest lines, else its own words."""
    return payload_of_shown(text, shown) or text


def payload_of_shown(text: str, shown: Sequence[Mapping[str, Any]]) -> str | None:
    """The payload of the button among the newest lines that a text names."""
    if not text.strip() or len(text) > _LONGEST_LABEL or not shown:
        return None
    return payload_of(text, _last_buttons(shown))


def _last_buttons(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The buttons of the newest turn, in the order they were shown; the newest line alone if it answers nothing."""
    turn = [row for row in rows if row["reply_to"] == rows[0]["reply_to"] is not None] or rows[:1]
    return [button for row in reversed(turn) for button in row["buttons"] or ()]


def payload_of(text: str, buttons: Sequence[Mapping[str, Any]]) -> str | None:
    """The payload of the button that a text names by its label or by its place."""
    said = text.strip()
    if any(said == button["payload"] for button in buttons):
        return said
    for button in buttons:
        if said == button["label"]:
            return str(button["payload"])
    place = _place(said)
    if place is None or place > len(buttons) or not are_counted(buttons):
        return None
    return str(buttons[place - 1]["payload"])


def are_counted(buttons: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a bare number means one of these buttons; where not, no door shows numbers beside them."""
    words = _words()
    leads_on = any(button["payload"] not in words.ways_out for button in buttons)
    return leads_on and not any(words.number.fullmatch(button["label"]) for button in buttons)


def _place(said: str) -> int | None:
    words = _words()
    found = words.position.fullmatch(said) or words.position.fullmatch(unicodedata.normalize("NFKC", said))
    if found is None:
        return None
    number = unicodedata.normalize("NFKC", found.group(1))
    return words.numerals.index(number) + 1 if number in words.numerals else int(number)


@lru_cache(maxsize=1)
def _words() -> _Words:
    held = read_yaml(_FILE)
    position, number = re.compile(held["position"]), re.compile(held["number"])
    return _Words(position, number, tuple(held["numerals"]), frozenset(held["ways_out"]))
