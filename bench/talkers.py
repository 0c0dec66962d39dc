"""Customers who talk for as long as one wants: the plain dialogue that the curves and the guard are drawn with."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench.day import Talk
from bench.load import Part, say
from bench.numbers import Turn
from bench.stage import Stage

_FILE = Path(__file__).parent / "dialogue.yml"


@dataclass(frozen=True)
class Dialogue:
    """The lines a visitor says, over and over, and the account they are bound to."""

    account: str
    lines: tuple[str, ...]


def load_dialogue() -> Dialogue:
    """Reads the plain dialogue."""
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return Dialogue(content["account_no"], tuple(content["lines"]))


async def gather_talkers(stage: Stage, count: int) -> list[Part]:
    """Returns visitors who have arrived; each says the plain dialogue as often as it is asked to."""
    dialogue = load_dialogue()
    parts = await stage.invite([Talk("plain", "plain", 1, dialogue.account, dialogue.lines)] * count)
    for part in parts:
        await part.visitor.arrive()
    return parts


async def one_round(parts: Sequence[Part]) -> tuple[list[Turn], float]:
    """Lets every talker say the dialogue once, one line after the other, nobody at the same time as another."""
    began = time.perf_counter()
    turns = [await say(part.visitor, line, time.perf_counter()) for line in parts[0].talk.lines for part in parts]
    return turns, time.perf_counter() - began


async def dismiss(parts: Sequence[Part]) -> None:
    """Lets the talkers go."""
    for part in parts:
        await part.visitor.leave()
