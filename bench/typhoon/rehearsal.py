"""Plays a day, or the same day several times over one city, and compares each run with what was promised."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil

from bench.consumption import seconds_of_server
from bench.typhoon import checks, city, ledger
from bench.typhoon.day import opened
from bench.typhoon.oracle import Oracle
from bench.typhoon.script import Size, write
from runtime import embedded
from runtime.embedded import EmbeddedPostgres
from tools import say


@dataclass(frozen=True)
class Run:
    """One day: how it went, what broke; `cpu_s` by whom, `load` the machine's when it began and when it ended."""

    seconds: float
    parts: dict[str, float]
    ticks: int
    kills: int
    cpu_s: dict[str, float]
    load: tuple[float, float]
    memory_mb: float
    figures: dict[str, Any]
    broken: list[str]
    rows: ledger.Rows = field(repr=False, default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """Where a day is played: the seed, the size, a folder for logs, the stores."""

    seed: int
    size: Size
    folder: Path
    server: EmbeddedPostgres
    redis: str


def play(
    size: Size,
    seed: int,
    folder: Path,
    *,
    times: int = 2,
    data: Path | None = None,
    after_each: Callable[[Sequence[Run]], None] = lambda _: None,
) -> list[Run]:
    """Plays the day of a seed so many times.

    Args:
        size: how big the day and its city are.
        seed: the day's; the city is the same for all.
        folder: where the logs of the processes go.
        times: how often; the same seed has to give the same result.
        data: the city's database, kept for the next time; without it, it is made in `folder`.
        after_each: is given the runs that there are, behind each.

    Raises:
        ToolError: the day does not come to its end.
    """
    server, redis = embedded.start_postgres(data or folder / "postgres"), embedded.start_redis(folder / "redis")
    try:
        began = time.monotonic()
        city.hurry(server)
        city.make_templates(server, size.accounts)
        say.step(f"the city is there ({time.monotonic() - began:.0f} s)")
        runs: list[Run] = []
        for number in range(1, times + 1):
            runs.append(_play_once(Stage(seed, size, folder, server, redis.url), f"run{number}"))
            after_each(runs)
        return runs
    finally:
        embedded.stop_redis(redis)
        embedded.stop_postgres(server)


def _play_once(stage: Stage, name: str) -> Run:
    city.drop_copies(stage.server, name)
    urls = city.copy_templates(stage.server, name)
    (stage.folder / name).mkdir()
    run = asyncio.run(_run(stage, stage.folder / name, urls))
    say.step(f"{name}: {run.seconds:.0f} s, {len(run.broken)} promises broken")
    city.drop_copies(stage.server, name)
    return run


async def _run(stage: Stage, folder: Path, urls: dict[str, str]) -> Run:
    began, load = time.monotonic(), os.getloadavg()[0]
    own, stored = psutil.Process().cpu_times(), seconds_of_server(stage.server.folder)
    async with opened(folder, urls, stage.redis, stage.seed, lambda found: write(found, stage.seed, stage.size)) as day:
        await day.play()
        stories = {number: story for story, number in day.player.numbers.items()}
        books = await ledger.read(day.gridtalk, stories)
        owed = Oracle(day.city, day.script, day.player.done, city.begins()).owed()
        found = await checks.check(day, books, owed)
        begins, ends = (city.begins() + timedelta(minutes=minute) for minute in day.script.down)
        rows = books.rows((begins, ends), day.touched)
        day.workers.stop()
        now = psutil.Process().cpu_times()
        spent = {
            "notices": day.workers.cpu,
            "rehearsal": now.user + now.system - own.user - own.system,
            "postgres": seconds_of_server(stage.server.folder) - stored,
        }
        return Run(
            seconds=round(time.monotonic() - began, 1),
            parts={name: round(value, 1) for name, value in day.seconds.items()},
            ticks=day.ticks,
            kills=day.workers.kills,
            cpu_s={name: round(value, 1) for name, value in spent.items()},
            load=(round(load, 1), round(os.getloadavg()[0], 1)),
            memory_mb=round(day.workers.most_mb),
            figures={
                "outages": len(day.script.stories),
                "homes of the city": len(day.city.homes),
                "messages in the hand of a killed worker": len(day.touched),
                "left out of the fingerprint": sum(
                    end == ledger.TOLD for told in rows.values() for end in told.values()
                ),
                **found.figures,
            },
            broken=found.broken,
            rows=rows,
        )
