"""Plays the recorded day to every setup: start, closed loops, then the rate that is still answered in time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.day import Talk, enough, load_day, mixed
from bench.load import closed_loop
from bench.numbers import Load, Turn, count_answers, lines_alike
from bench.setups import DAY, Setup
from bench.sides import side_of
from bench.stage import Stage, on_stage, raised, told
from bench.training import Trained
from tools import say
from tools.stack import Stack

RATES = (10.0, 20.0, 50.0, 100.0, 150.0)
_VISITORS = (1, 8)
_BISECTIONS = 2
# Below this it is said that no rate was held.
_LEAST_RATE = 1.0


@dataclass(frozen=True)
class DaySize:
    """How much is played: messages a closed loop (a lone visitor says half), seconds an open loop, warm-up lines."""

    messages: int = 300
    seconds: float = 12.0
    warm_up: int = 40


@dataclass
class Found:
    """What one setup did."""

    setup: Setup
    ready_s: float = 0.0
    first_answer_s: float = 0.0
    memory: list[dict[str, float]] = field(default_factory=list)
    memory_before: list[dict[str, float]] = field(default_factory=list)
    actions_mb: float = 0.0
    loads: list[Load] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)

    def held(self) -> float | None:
        """Returns the highest rate that was held, None when none was."""
        rates = [load.rate for load in self.loads if load.rate is not None and load.is_held]
        return max(rates, default=None)

    def to_json(self) -> dict[str, Any]:
        """Returns what is kept."""
        raw = {key: value for key, value in vars(self).items() if key not in ("turns", "loads", "setup")}
        loads = [{**asdict(load), "held": load.is_held} for load in self.loads]
        setup = {**asdict(self.setup), "name": self.setup.name}
        answers = count_answers(turn for turn in self.turns if turn.line)
        return {**raw, "setup": setup, "held_per_second": self.held(), "loads": loads, "answers": answers}


def play_day(model: Path, stock: Trained | None, size: DaySize, setups: Sequence[Setup] = DAY) -> dict[str, Any]:
    """Measures the setups one after the other on one stack; the others do not run meanwhile."""
    found = []
    with raised(model) as stack:
        for setup in setups:
            found.append(_measure(stack, setup, stock, size))
    kept = [one.to_json() for one in found]
    return {"size": asdict(size), "setups": kept, "alike": alike(kept)}


def alike(kept: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Says of how many lines the usual first answer was the same for stock and for us, with one worker each."""
    stock = next((one for one in kept if one["setup"]["bot"] == "stock"), None)
    ours = next((one for one in kept if one["setup"]["bot"] != "stock"), None)
    if stock is None or ours is None:
        return {}
    return {"lines": len(stock["answers"]), "alike": len(lines_alike(stock["answers"], ours["answers"]))}


def _measure(stack: Stack, setup: Setup, stock: Trained | None, size: DaySize) -> Found:
    found = Found(setup)
    side = side_of(stack, setup, stock.path if stock else None)

    async def play(stage: Stage, ready: float, began: float) -> None:
        found.ready_s = ready
        found.memory_before = stage.memory()
        found.first_answer_s = await _warm_up(stage, size, began)
        for visitors in _VISITORS:
            talks = mixed(load_day(), seed=visitors)
            _note(found, await stage.closed(talks, size.messages * (visitors > 1) or size.messages // 2, visitors))
        found.memory, found.actions_mb = stage.memory(), stage.actions_mb()
        await _find_rate(stage, found, size)

    on_stage(stack, side, play)
    held = found.held()
    say.done(f"{setup.name}: " + (f"{held:g} messages/s held" if held else "no rate was held"))
    return found


async def _warm_up(stage: Stage, size: DaySize, began: float) -> float:
    """Plays unmeasured talks; returns when the first line was answered, in seconds since the start."""
    talks = mixed(load_day(), seed=0)
    await closed_loop(await stage.invite(enough(talks, 1)), 1)
    first = time.perf_counter() - began
    await closed_loop(await stage.invite(enough(talks, size.warm_up)), 4)
    return first


async def _find_rate(stage: Stage, found: Found, size: DaySize) -> None:
    """Climbs the rates until one is not held, then closes in on the highest that is."""
    talks = mixed(load_day(), seed=99)
    low, high = 0.0, None
    for rate in RATES:
        if not await _holds(stage, found, talks, rate, size):
            high = rate
            break
        low = rate
    for _ in range(_BISECTIONS + (low == 0.0)):
        middle = round((low + high) / 2, 1) if high else 0.0
        if middle < _LEAST_RATE or high is None or high - low <= _LEAST_RATE:
            return
        if await _holds(stage, found, talks, middle, size):
            low = middle
        else:
            high = middle


async def _holds(stage: Stage, found: Found, talks: Iterator[Talk], rate: float, size: DaySize) -> bool:
    await stage.rest()
    load = _note(found, await stage.open(talks, rate, size.seconds))
    return load.is_held


def _note(found: Found, played: tuple[Load, list[Turn]]) -> Load:
    load, turns = played
    told(found.setup.name, load)
    found.loads.append(load)
    found.turns += turns
    return load
