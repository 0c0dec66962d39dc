"""The load: a closed loop of visitors who wait for their answers, and an open loop at a rate, whatever the bot does."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from bench.day import Talk
from bench.doors import Visitor
from bench.numbers import Turn

# A turn without an answer for this long counts as unanswered, and the visitor goes on.
PATIENCE = 30.0
# Seconds between two lines of a customer in the open loop.
_THINKS = 2.0
# How long after its last message an open loop waits for answers; the rest counts as unanswered.
_GRACE = 4.0


@dataclass(frozen=True)
class Part:
    """A visitor and the talk they will have."""

    visitor: Visitor
    talk: Talk


async def say(visitor: Visitor, text: str, planned: float) -> Turn:
    """Lets a visitor say a line; its time counts from when it was planned."""
    try:
        answer = await asyncio.wait_for(visitor.say(text), PATIENCE)
    except asyncio.TimeoutError:
        answer = None
    return Turn(text, time.perf_counter() - planned, answer)


async def closed_loop(parts: Sequence[Part], places: int) -> tuple[list[Turn], float]:
    """Lets `places` visitors talk at once, each as soon as they are answered; returns the turns and their seconds."""
    waiting = iter(parts)
    turns: list[Turn] = []

    async def place() -> None:
        for part in waiting:
            turns.extend(await talk(part))

    began = time.perf_counter()
    await asyncio.gather(*(place() for _ in range(places)))
    return turns, time.perf_counter() - began


async def talk(part: Part) -> list[Turn]:
    """Lets a visitor have their talk."""
    await part.visitor.arrive()
    try:
        return [await say(part.visitor, line, time.perf_counter()) for line in part.talk.lines]
    finally:
        await part.visitor.leave()


@dataclass(frozen=True)
class Due:
    """A line of a talk, and when it is to be said, in seconds since the loop began."""

    at: float
    part: Part
    number: int


def plan(parts: Sequence[Part], rate: float) -> list[list[Due]]:
    """Says when each line is due: one by one at `rate` a second, over as many places as the rate needs.

    A place has one talk after the other, and two seconds between two lines of it; less at the end, when there are
    fewer talks left than places.
    """
    waiting = iter(parts)
    places: list[list[Due]] = [[] for _ in range(max(1, round(rate * _THINKS)))]
    turns = deque(places)
    at = itertools.count()
    while turns:
        place = turns.popleft()
        last = place[-1] if place else None
        if last and last.number + 1 < len(last.part.talk.lines):
            due: Due | None = Due(next(at) / rate, last.part, last.number + 1)
        else:
            part = next(waiting, None)
            due = Due(next(at) / rate, part, 0) if part else None
        if due:
            place.append(due)
            turns.append(place)
    return [place for place in places if place]


async def open_loop(parts: Sequence[Part], rate: float) -> tuple[list[Turn], float]:
    """Sends the lines of the talks at `rate` a second; returns the turns and their seconds.

    A line that has to wait because the one before it is not answered counts from the moment it was planned for.
    """
    places, turns = plan(parts, rate), list[Turn]()
    lines = sum(len(place) for place in places)
    began = time.perf_counter()
    working = [asyncio.ensure_future(_place(place, began, turns)) for place in places]
    _, late = await asyncio.wait(working, timeout=lines / rate + _GRACE)
    seconds = time.perf_counter() - began
    for one in late:
        one.cancel()
    ended = await asyncio.gather(*working, return_exceptions=True)
    for error in ended:
        if isinstance(error, BaseException) and not isinstance(error, asyncio.CancelledError):
            raise error
    unanswered = Turn("", PATIENCE, None)
    return [*turns, *[unanswered] * (lines - len(turns))], seconds


async def _place(dues: Sequence[Due], began: float, turns: list[Turn]) -> None:
    """One place in the open loop: a customer after the other, each line when it is due."""
    for due in dues:
        visitor = due.part.visitor
        if due.number == 0:
            await asyncio.sleep(max(0.0, began + due.at - time.perf_counter()))
            await visitor.arrive()
        await asyncio.sleep(max(0.0, began + due.at - time.perf_counter()))
        turns.append(await say(visitor, due.part.talk.lines[due.number], began + due.at))
        if due.number + 1 == len(due.part.talk.lines):
            await visitor.leave()
