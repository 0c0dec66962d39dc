"""The script a customer writes, and what the bot says put into it at the last moment; it decides nothing else.

Everything inside the house is Simplified. Only what a customer reads is converted, and of a button only its label: the
payload comes back as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from functools import lru_cache
from pathlib import Path

from conversation.reply import Button, Card, Reply
from runtime.scripts import convert
from runtime.yaml_files import read_yaml

_CONVERTERS = {"hongkong": "s2hk", "traditional": "s2tw"}
# Where the converter's phrases miss what a utility means: written -> meant.
_MENDED = Path(__file__).with_name("script.yml")


class Script(Enum):
    """How Chinese is written: here, in Hong Kong, and in Traditional form elsewhere."""

    SIMPLIFIED = "simplified"
    TRADITIONAL = "traditional"
    HONG_KONG = "hongkong"


def script_of(text: str) -> Script | None:
    """Tells the script of a text; None where its characters are the same in every script, as digits and many words are.

    A text that mixes the scripts is of the one that most of its telling characters belong to.
    """
    if text.isascii():
        return None
    traditional = _only_there(text, "t2s", "gb2312")
    simplified = _only_there(text, "s2t", "big5")
    if traditional == simplified:
        return None
    if traditional < simplified:
        return Script.SIMPLIFIED
    here = _only_there(text, "hk2t", "gb2312") > _only_there(text, "tw2t", "gb2312")
    return Script.HONG_KONG if here else Script.TRADITIONAL


def newest_script(texts: Iterable[str]) -> Script:
    """The script of the newest text that shows one, newest first; Simplified where none does."""
    return next((script for script in map(script_of, texts) if script), Script.SIMPLIFIED)


def written(text: str, script: Script) -> str:
    """Puts a text into a script."""
    if script is Script.SIMPLIFIED or text.isascii():
        return text
    converted = convert(text, _CONVERTERS[script.value])
    for wrong, right in _mended().items():
        converted = converted.replace(wrong, right)
    return converted


def write_reply(reply: Reply, script: Script) -> Reply:
    """Puts a bubble into a script: text, labels of buttons, card."""
    if script is Script.SIMPLIFIED:
        return reply
    buttons = tuple(Button(written(button.label, script), button.payload) for button in reply.buttons)
    card = _card(reply.card, script) if reply.card else None
    return Reply(written(reply.text, script), buttons, card)


def _card(card: Card, script: Script) -> Card:
    rows = tuple((written(label, script), written(value, script)) for label, value in card.rows)
    total = (written(card.total[0], script), written(card.total[1], script)) if card.total else None
    return replace(card, title=written(card.title, script), rows=rows, total=total, note=written(card.note, script))


def _only_there(text: str, converter: str, other_set: str) -> int:
    """How many characters the converter changes and the other side's character set does not have.

    Both are asked because many characters live on both sides: 台, 里 and 后 tell nothing, and neither does 冇.
    """
    converted = convert(text, converter)
    changed = (own for own, other in zip(text, converted, strict=False) if own != other)
    return sum(not char.encode(other_set, "ignore") for char in changed)


@lru_cache(maxsize=1)
def _mended() -> dict[str, str]:
    mended: dict[str, str] = read_yaml(_MENDED)
    return mended
