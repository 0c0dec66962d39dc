"""Curves: what a turn takes as a conversation grows long, and as more and more conversations are stored."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg2

from bench.crowd import fill_up, stored
from bench.load import Part
from bench.numbers import Load, Turn, percentile, summarise
from bench.setups import HERE, OURS, REST, SERVER, STOCK, WEB, Setup
from bench.sides import side_of
from bench.stage import Stage, on_stage, raised
from bench.talkers import dismiss, gather_talkers, one_round
from bench.training import Trained
from tools import say
from tools.stack import Stack

LONG = (Setup(OURS, WEB, 1, HERE), Setup(STOCK, REST, 1, SERVER))
MANY = Setup(OURS, WEB, 1, HERE)
_COUNT = {
    OURS: ("gridtalk", "select count(*) from tracker_events where conversation_id = %s"),
    STOCK: ("stock", "select count(*) from events where sender_id = %s"),
}
# Where the two ends of the target lie: p95 around event 20, and around event 2,000.
_EARLY, _LATE_SHARE = (10, 120), 0.85
# What the crowd has said: more would fill the disk, and a newcomer's turn reads nothing of it.
_COPIED_LINES = 2


@dataclass(frozen=True)
class CurvesSize:
    """How far the curves go: events, stored conversations, visitors, and the seconds stock is given."""

    events: int = 2000
    visitors: int = 4
    stock_visitors: int = 2
    stock_seconds: float = 150.0
    crowds: tuple[int, ...] = (100, 1000, 5000, 10_000, 50_000)
    rounds: int = 6


def draw_curves(model: Path, stock: Trained | None, size: CurvesSize) -> dict[str, Any]:
    """Measures both curves on one stack."""
    with raised(model) as stack:
        long = [_lengthen(stack, setup, stock, size) for setup in LONG if stock or not setup.is_stock]
        many = _crowd(stack, size)
    return {"size": asdict(size), "long": long, "many": many}


def _lengthen(stack: Stack, setup: Setup, stock: Trained | None, size: CurvesSize) -> dict[str, Any]:
    """Lets conversations grow and notes each round of the plain dialogue; stock ends when its time is up."""
    points: list[dict[str, Any]] = []
    spans: list[tuple[int, float]] = []
    stopped: list[str] = []

    async def play(stage: Stage, _: float, __: float) -> None:
        parts = await gather_talkers(stage, size.stock_visitors if setup.is_stock else size.visitors)
        name = conversation_of(parts[0])
        began, events = time.perf_counter(), 0
        while events < size.events:
            turns, spent = await stage.counted(one_round(parts))
            load = summarise(turns, spent, visitors=1)
            points.append(_point(events, load))
            spans.extend((events, turn.seconds * 1000) for turn in turns if turn.answer is not None)
            events = events_of(stack, setup, name)
            if setup.is_stock and time.perf_counter() - began > size.stock_seconds:
                stopped.append(f"stopped at event {events}: {size.stock_seconds:.0f} s were up")
                break
        await dismiss(parts)

    on_stage(stack, side_of(stack, setup, stock.path if stock else None), play)
    result = {"setup": setup.name, "bot": setup.bot, "points": points, "stopped": "".join(stopped), **ends(spans)}
    say.done(f"{setup.name}: {_told(result)}")
    return result


def _point(at: int, load: Load) -> dict[str, Any]:
    kept = ("p50_ms", "p95_ms", "cpu_ms", "postgres_cpu_ms", "sent", "answered", "cores_elsewhere")
    return {"at": at, **{name: getattr(load, name) for name in kept}}


def ends(spans: Sequence[tuple[int, float]]) -> dict[str, Any]:
    """The percentiles of both ends, and how much the late ones are above the early ones."""
    last = max((at for at, _ in spans), default=0)
    early = [span for at, span in spans if _EARLY[0] <= at < _EARLY[1]]
    late = [span for at, span in spans if at >= max(_EARLY[1], last * _LATE_SHARE)]
    if not early or not late:
        return {"last": last}
    first, end = percentile(early, 0.95), percentile(late, 0.95)
    middle, end_middle = percentile(early, 0.5), percentile(late, 0.5)
    return {
        "last": last,
        "early": {"p50_ms": middle, "p95_ms": first, "turns": len(early)},
        "late": {"p50_ms": end_middle, "p95_ms": end, "turns": len(late)},
        "p50_ratio": end_middle / middle,
        "p95_ratio": end / first,
    }


def _told(result: dict[str, Any]) -> str:
    if "p95_ratio" not in result:
        return f"{len(result['points'])} rounds up to event {result['last']}; {result['stopped']}"
    early, late = result["early"], result["late"]
    grown = f"p95 {early['p95_ms']:.0f} -> {late['p95_ms']:.0f} ms ({result['p95_ratio']:.2f}x)"
    return f"up to event {result['last']}: {grown}; {result['stopped']}"


def conversation_of(part: Part) -> str:
    """Returns the conversation's name in the stores of both bots."""
    return f"{part.visitor.channel}:{part.visitor.visitor_id}"


def events_of(stack: Stack, setup: Setup, conversation_id: str) -> int:
    """Returns how many events the bot has stored of a conversation."""
    database, query = _COUNT[setup.bot]
    url = stack.plan.addresses.database.replace("/gridtalk?", f"/{database}?")
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(query, (conversation_id,))
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _crowd(stack: Stack, size: CurvesSize) -> list[dict[str, Any]]:
    """Fills the database up step by step and lets new visitors talk at each."""
    points: list[dict[str, Any]] = []

    async def play(stage: Stage, _: float, __: float) -> None:
        url = stack.plan.addresses.database
        template = await _held(stage)
        for crowd in size.crowds:
            fill_up(url, template, crowd)
            points.append({**await _newcomers(stage, size.rounds), "at": stored(url)})
            say.done(f"{points[-1]['at']} conversations: {_crowd_told(points[-1])}")

    on_stage(stack, side_of(stack, MANY, None), play)
    return points


async def _held(stage: Stage) -> str:
    """Holds a short conversation to be copied; returns its name."""
    parts = await gather_talkers(stage, 1)
    for line in parts[0].talk.lines[:_COPIED_LINES]:
        await parts[0].visitor.say(line)
    await dismiss(parts)
    return conversation_of(parts[0])


async def _newcomers(stage: Stage, rounds: int) -> dict[str, Any]:
    """Lets new visitors say the plain dialogue, one after the other."""

    async def play() -> tuple[list[Turn], float]:
        turns: list[Turn] = []
        began = time.perf_counter()
        for _ in range(rounds):
            parts = await gather_talkers(stage, 1)
            turns += (await one_round(parts))[0]
            await dismiss(parts)
        return turns, time.perf_counter() - began

    turns, spent = await stage.counted(play())
    return _point(0, summarise(turns, spent, visitors=1))


def _crowd_told(point: dict[str, Any]) -> str:
    return f"p50/p95 {point['p50_ms']:.0f} / {point['p95_ms']:.0f} ms, {point['cpu_ms']:.1f} ms CPU"
