"""Measures one side: start, first answer, warm-up, the load at each level, memory; the other side is not running."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import aiohttp

from bench.consumption import cpu_seconds, resident_mb, spent_elsewhere
from bench.dialogue import Dialogue, bind
from bench.load import closed_loop, play, visitors_needed
from bench.numbers import Level, Spent, Turn, count_answers, plays_each, summarise
from bench.rest_visitor import RestVisitor
from bench.results import SideResult
from bench.sides import Side
from bench.training import Trained
from bench.web_visitor import WebVisitor
from tools import say
from tools.stack import Stack
from tools.stack.health import tail
from utility.seed.file import fixed_now, read_city

LEVELS = (1, 8)
_WARM_UP_PLAYS = 2

Guest = WebVisitor | RestVisitor


@dataclass(frozen=True)
class Bench:
    """What both sides are measured with."""

    stack: Stack
    dialogue: Dialogue
    messages: int


@dataclass(frozen=True)
class _Heard:
    """What the visitors of a side heard, and when the first of them was answered."""

    first_answer_at: float
    levels: tuple[Level, ...]
    turns: tuple[Turn, ...]


async def measure(bench: Bench, side: Side, trained: Trained) -> SideResult:
    """Starts the side, lets the visitors talk, and stops it, whatever happens.

    Raises:
        ToolError: the bot does not start, or goes away while it is measured.
    """
    load_before = os.getloadavg()[0]
    say.step(f"{side.name}: starting (load {load_before:.1f})")
    began = time.perf_counter()
    try:
        ready = side.start()
        heard = await _talk(bench, side)
        return SideResult(
            name=side.name,
            training=trained,
            ready_s=ready,
            first_answer_s=heard.first_answer_at - began,
            memory_mb=resident_mb(side.pid()),
            actions_memory_mb=resident_mb(bench.stack.pid("actions")),
            load_before=load_before,
            levels=heard.levels,
            answers=count_answers(heard.turns, bench.dialogue.lines),
        )
    except aiohttp.ClientError as error:
        raise say.ToolError(f"{side.name} was lost ({error}); its last lines:\n{tail(side.log)}") from error
    finally:
        side.stop()


async def _talk(bench: Bench, side: Side) -> _Heard:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=None)) as http:
        first_answer_at = await _warm_up(bench, lambda: side.visitor(http))
        levels, turns = [], []
        for visitors in LEVELS:
            level, of_level = await _level(bench, side, lambda: side.visitor(http), visitors)
            rate = f"{level.answered} of {level.sent} answered, {level.per_second:.1f} messages/s"
            say.done(f"{side.name}: {visitors} at once: {rate}")
            if level.is_noisy:
                say.line(
                    f"  note: other programs took {level.cores_elsewhere:.1f} cores meanwhile; repeat when it is quiet"
                )
            levels.append(level)
            turns += of_level
    return _Heard(first_answer_at, tuple(levels), tuple(turns))


async def _warm_up(bench: Bench, visitor: Callable[[], Guest]) -> float:
    """Plays the dialogue unmeasured, one visitor; returns when the first line was answered."""
    (guest,) = await _invite(bench, visitor, 1)
    await guest.arrive()
    await play(guest, bench.dialogue.lines[:1])
    first_answer_at = time.perf_counter()
    for _ in range(_WARM_UP_PLAYS):
        await play(guest, bench.dialogue.lines)
    await guest.leave()
    return first_answer_at


async def _level(bench: Bench, side: Side, visitor: Callable[[], Guest], visitors: int) -> tuple[Level, list[Turn]]:
    plays = plays_each(bench.messages, visitors, len(bench.dialogue.lines))
    places: list[Sequence[Guest]] = [await _invite(bench, visitor, visitors_needed(plays)) for _ in range(visitors)]
    data = bench.stack.data
    by_bot, elsewhere = cpu_seconds(side.pid()), spent_elsewhere(data)
    turns, seconds = await closed_loop(places, bench.dialogue.lines, plays)
    spent = Spent(seconds, cpu_seconds(side.pid()) - by_bot, spent_elsewhere(data) - elsewhere)
    return summarise(visitors, turns, spent), turns


async def _invite(bench: Bench, visitor: Callable[[], Guest], count: int) -> list[Guest]:
    """Makes visitors and binds them to the demo account, before any clock runs."""
    guests = [visitor() for _ in range(count)]
    for guest in guests:
        await guest.register()
    names = [guest.visitor_id for guest in guests]
    bind(bench.stack.plan.addresses.utility_database, names, bench.dialogue.account_no, fixed_now(read_city()))
    return guests
