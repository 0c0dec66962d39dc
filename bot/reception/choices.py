"""Which button of the bot's last line a typed message means: its place, or its label; every door and skill alike.

Where the last line has no buttons nothing is read into a number, so a question that expects one gets it as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from runtime.postgres import Pool

_FILE = Path(__file__).with_name("choices.yml")
# Longer texts are no label.
_LONGEST_LABEL = 60
_LAST_LINE = """
    select body -> 'buttons' from messages
    where conversation_id = $1 and role = 'bot' and seq < $2 and delivery is distinct from 'suppressed'
    order by seq desc limit 1
"""


@dataclass(frozen=True)
class _Words:
    position: re.Pattern[str]
    number: re.Pattern[str]
    numerals: tuple[str, ...]
    ways_out: frozenset[str]


async def meant_by(pool: Pool, conversation_id: str, seq: int, text: str) -> str:
    """The text a message stands for: the payload of the button it names, else its own words."""
    if not text.strip() or len(text) > _LONGEST_LABEL:
        return text
    buttons = await pool.fetchval(_LAST_LINE, conversation_id, seq)
    return payload_of(text, buttons or ()) or text


def payload_of(text: str, buttons: Sequence[Mapping[str, Any]]) -> str | None:
    """The payload of the button that a text names by its label or by its place."""
    said = text.strip()
    if any(said == button["payload"] for button in buttons):
        return said
    for button in buttons:
        if said == button["label"]:
            return str(button["payload"])
    place = _place(said)
    if place is None or place > len(buttons) or not _are_counted(buttons):
        return None
    return str(buttons[place - 1]["payload"])


def _are_counted(buttons: Sequence[Mapping[str, Any]]) -> bool:
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
    held = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    position, number = re.compile(held["position"]), re.compile(held["number"])
    return _Words(position, number, tuple(held["numerals"]), frozenset(held["ways_out"]))
