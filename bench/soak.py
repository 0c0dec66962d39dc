"""The soak: an hour's talk and more, as fast as it goes; does memory, do open files, do tasks grow with the turns?

python -m bench.soak [--turns 10000]
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import results
from bench.day import enough, load_day, mixed
from bench.load import Part, talk
from bench.numbers import Turn, percentile, slope, summarise
from bench.setups import HERE, OURS, WEB, Setup
from bench.sides import GridTalkSide
from bench.stage import Stage, on_stage, raised, told
from bench.watched_bot import TASKS_FILE
from tools import say
from tools.train import ensure_model

SETUP = Setup(OURS, WEB, 1, HERE)
_PLACES = 8
_SAMPLE_EVERY = 2.0
# The first share of the turns fills caches; the slope is that of the rest.
_WARM_UP = 0.3
_BATCH = 1000


@dataclass(frozen=True)
class Sample:
    """What the worker held after so many turns."""

    turns: int
    seconds: float
    rss_mb: float
    uss_mb: float
    files: int
    tasks: int


class Watch:
    """Counts the turns and samples the worker until it is told to stop."""

    def __init__(self, stage: Stage, tasks: Path) -> None:
        self._stage, self._tasks = stage, tasks
        self._began = time.perf_counter()
        self.turns: list[Turn] = []
        self.samples: list[Sample] = []

    async def sample(self) -> None:
        """Samples every two seconds, without end."""
        while True:
            memory = self._stage.side.processes.memories()
            tasks = self._tasks.read_text() if self._tasks.exists() else ""
            self.samples.append(
                Sample(
                    len(self.turns),
                    time.perf_counter() - self._began,
                    sum(one.rss for one in memory),
                    sum(one.uss for one in memory),
                    self._stage.side.processes.open_files(),
                    int(tasks or 0),
                )
            )
            await asyncio.sleep(_SAMPLE_EVERY)

    async def play(self, parts: Sequence[Part]) -> None:
        """Plays talks, eight at a time, counting their turns."""
        waiting = iter(parts)

        async def place() -> None:
            for part in waiting:
                self.turns.extend(await talk(part))

        await asyncio.gather(*(place() for _ in range(_PLACES)))


def soak(model: Path, turns: int) -> dict[str, Any]:
    """Plays so many turns of the day to one worker and samples it."""
    kept: dict[str, Any] = {}
    with raised(model) as stack:
        tasks = stack.data / "tasks"
        side = GridTalkSide(stack, SETUP, module="bench.watched_bot", more={TASKS_FILE: str(tasks)})

        async def play(stage: Stage, _: float, __: float) -> None:
            watch = Watch(stage, tasks)
            kept.update(await _soaked(stage, watch, turns))

        on_stage(stack, side, play)
    return kept


async def _soaked(stage: Stage, watch: Watch, turns: int) -> dict[str, Any]:
    talks = mixed(load_day())
    sampling = asyncio.ensure_future(watch.sample())

    async def play() -> tuple[list[Turn], float]:
        seconds = 0.0
        while len(watch.turns) < turns:
            parts = await stage.invite(enough(talks, min(_BATCH, turns - len(watch.turns))))
            began = time.perf_counter()
            await watch.play(parts)
            seconds += time.perf_counter() - began
            say.step(f"{len(watch.turns)} turns, {watch.samples[-1].rss_mb:.0f} MB")
        return watch.turns, seconds

    try:
        played, spent = await stage.counted(play())
    finally:
        sampling.cancel()
    load = summarise(played, spent, visitors=_PLACES)
    told("soak", load)
    found = {"turns": len(played), "load": vars(load), "samples": [vars(one) for one in watch.samples]}
    return {**found, **growth(watch.samples), "p95_by_thousand": _by_thousand(played)}


def growth(samples: Sequence[Sample]) -> dict[str, Any]:
    """Returns how much the worker grows in a thousand turns, after the warm-up; nothing when it was too short."""
    warm = [one for one in samples if one.turns >= samples[-1].turns * _WARM_UP]
    if len({one.turns for one in warm}) < 3:
        return {}
    grown = {
        name: 1000 * slope([(one.turns, getattr(one, name)) for one in warm])
        for name in ("rss_mb", "uss_mb", "files", "tasks")
    }
    say.done("grown in a thousand turns: " + ", ".join(f"{name} {value:+.2f}" for name, value in grown.items()))
    return {"per_thousand_turns": grown, "after_turns": warm[0].turns}


def _by_thousand(turns: Sequence[Turn]) -> list[float]:
    batches = [turns[at : at + 1000] for at in range(0, len(turns), 1000)]
    spans = [[turn.seconds * 1000 for turn in batch if turn.answer is not None] for batch in batches]
    return [percentile(batch, 0.95) for batch in spans if batch]


def main() -> None:
    """Soaks alone, and keeps the results."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=10_000)
    options = parser.parse_args()
    head = results.begin("soak", "python -m bench.soak")
    try:
        head.found.update(soak(ensure_model(), options.turns))
        say.done(f"raw results in {results.write(head)}")
    except say.ToolError as error:
        say.stop(str(error))


if __name__ == "__main__":
    main()
