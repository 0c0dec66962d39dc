"""The visitors: a closed loop in which each says the next line once the last one is answered, or its time is up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Protocol

from bench.numbers import Turn

# A turn without an answer for this long counts as unanswered, and the visitor goes on.
PATIENCE = 30.0
# Plays of one visitor, whose window may burst 20 messages and then writes two a second: 2 x 8 lines stay below.
PLAYS_PER_VISITOR = 2


class Visitor(Protocol):
    """Somebody who talks with one of the two bots."""

    async def arrive(self) -> None:
        """Opens what is needed to talk."""

    async def say(self, text: str) -> str | None:
        """Says a line; returns the first answer of its turn, None when the bot has none."""

    async def leave(self) -> None:
        """Closes it."""


def visitors_needed(plays: int) -> int:
    """Returns how many visitors share `plays` plays of one place in the loop."""
    return -(-plays // PLAYS_PER_VISITOR)


async def play(visitor: Visitor, lines: Sequence[str]) -> list[Turn]:
    """Lets a visitor say all lines once."""
    turns = []
    for number, text in enumerate(lines):
        began = time.perf_counter()
        try:
            answer = await asyncio.wait_for(visitor.say(text), PATIENCE)
        except asyncio.TimeoutError:
            answer = None
        turns.append(Turn(number, time.perf_counter() - began, answer))
    return turns


async def closed_loop(
    places: Sequence[Sequence[Visitor]], lines: Sequence[str], plays: int
) -> tuple[list[Turn], float]:
    """Lets as many visitors talk at once as there are places; returns all turns and the seconds they took together."""
    began = time.perf_counter()
    of_places = await asyncio.gather(*(_one_place(visitors, lines, plays) for visitors in places))
    return [turn for turns in of_places for turn in turns], time.perf_counter() - began


async def _one_place(visitors: Sequence[Visitor], lines: Sequence[str], plays: int) -> list[Turn]:
    turns: list[Turn] = []
    for number, visitor in enumerate(visitors):
        await visitor.arrive()
        try:
            for _ in range(min(PLAYS_PER_VISITOR, plays - number * PLAYS_PER_VISITOR)):
                turns += await play(visitor, lines)
        finally:
            await visitor.leave()
    return turns
