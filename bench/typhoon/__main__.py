"""The rehearsed typhoon day, played twice on a fast clock: is each told once, nobody else, and is the result the same?

python -m bench.typhoon [--quick] [--seed 11] [--once] [--json FILE]      (docs/notices/storm.md)

Ends with 1 when a promise was broken or the second run gave another result.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from bench import results
from bench.typhoon import checks, city, ledger
from bench.typhoon.day import opened
from bench.typhoon.oracle import Oracle
from bench.typhoon.script import FULL, QUICK, write
from runtime import embedded
from tools import quiet as chatter
from tools import say

KEPT = results.RESULTS / "typhoon"
_SIZES = {"full": (FULL, 20_000, 50_000), "quick": (QUICK, 1_000, 2_600)}


@dataclass(frozen=True)
class Run:
    """One day."""

    seconds: float
    parts: dict[str, float]
    ticks: int
    kills: int
    cpu_s: float
    memory_mb: float
    figures: dict[str, Any]
    broken: list[str]
    rows: ledger.Rows = field(repr=False, default_factory=dict)


def main() -> None:
    """Plays the day and says what broke."""
    options = _options()
    chatter.keep_logs_off()
    # The storm refuses and postpones on purpose; what nobody expected is an error.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whatever ends it, what it started ends with it
    folder = Path(tempfile.mkdtemp(prefix="gridtalk-typhoon-"))
    broken = True
    try:
        runs = _play(options, folder)
        broken = _tell(options, runs)
    except say.ToolError as error:
        say.line(str(error))
    finally:
        if broken:
            say.line(f"the logs are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    if broken:
        say.stop("The storm broke a promise.")
    say.done("every promise was kept, and the same seed gave the same result")


def _play(options: argparse.Namespace, folder: Path) -> list[Run]:
    sizes, customers, accounts = _SIZES["quick" if options.quick else "full"]
    server, redis = embedded.start_postgres(options.city or folder / "postgres"), embedded.start_redis(folder / "redis")
    try:
        began = time.monotonic()
        city.hurry(server)
        city.make_templates(server, options.accounts or accounts, options.seed)
        say.step(f"the city is there ({time.monotonic() - began:.0f} s)")
        runs = []
        for number in range(1 if options.once else 2):
            name = f"run{number + 1}"
            city.drop_copies(server, name)
            urls = city.copy_templates(server, name)
            (folder / name).mkdir()
            began = time.monotonic()
            runs.append(
                asyncio.run(_run(options, folder / name, urls, redis.url, (sizes, options.customers or customers)))
            )
            say.step(f"{name}: {time.monotonic() - began:.0f} s, {len(runs[-1].broken)} promises broken")
            city.drop_copies(server, name)
        return runs
    finally:
        embedded.stop_redis(redis)
        embedded.stop_postgres(server)


async def _run(
    options: argparse.Namespace, folder: Path, urls: dict[str, str], redis: str, size: tuple[dict[str, int], int]
) -> Run:
    began = time.monotonic()
    async with opened(folder, urls, redis, options.seed, lambda found: write(found, options.seed, *size)) as day:
        await day.play()
        stories = {number: story for story, number in day.player.numbers.items()}
        books = await ledger.read(day.gridtalk, stories)
        owed = Oracle(day.city, day.script, day.player.done, city.begins()).owed()
        found = await checks.check(day, books, owed)
        begins, ends = (city.begins() + timedelta(minutes=minute) for minute in day.script.down)
        day.workers.stop()
        return Run(
            seconds=round(time.monotonic() - began, 1),
            parts={name: round(value, 1) for name, value in day.seconds.items()},
            ticks=day.ticks,
            kills=day.workers.kills,
            cpu_s=round(day.workers.cpu, 1),
            memory_mb=round(day.workers.most_mb),
            figures={
                "outages": len(day.script.stories),
                "homes of the city": len(day.city.homes),
                "left to chance by a kill (stories and persons)": len(day.touched),
                **found.figures,
            },
            broken=found.broken,
            rows=books.rows((begins, ends), day.touched),
        )


def _tell(options: argparse.Namespace, runs: list[Run]) -> bool:
    """Prints the figures, keeps them, and returns whether something broke."""
    for name, value in runs[0].figures.items():
        say.line(f"  {name:52} {json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value}")
    for number, run in enumerate(runs, 1):
        say.line(f"  run {number}: {run.seconds} s, {run.kills} kills, {run.ticks} ticks")
        for promise in run.broken:
            say.line(f"    broken: {promise}")
    fingerprint, differs = ledger.agreed([run.rows for run in runs])
    say.line(f"  fingerprint of {'both runs' if len(runs) > 1 else 'the run'}: {fingerprint}")
    for name in differs[:20]:
        say.line(f"    differs: {name}")
    if options.json:
        kept = [{name: value for name, value in asdict(run).items() if name != "rows"} for run in runs]
        moment = datetime.now().astimezone()
        content: dict[str, Any] = {
            "measured_at": moment.isoformat(timespec="seconds"),
            "command": " ".join(sys.argv[1:]),
            "runs": kept,
        }
        content |= {
            "fingerprint": fingerprint,
            "seed": options.seed,
            "machine": results.describe_machine(),
            "differs": differs[:100],
        }
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return bool(differs) or any(run.broken for run in runs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=11, help="the same seed plays the same day")
    parser.add_argument("--quick", action="store_true", help="4 outages and 1,000 customers")
    parser.add_argument("--once", action="store_true", help="one run: nothing is compared")
    parser.add_argument("--customers", type=int, default=0, help="how many write in")
    parser.add_argument("--accounts", type=int, default=0, help="how many accounts the city has")
    parser.add_argument("--city", type=Path, help="keep the city's database in this folder, for the next time")
    parser.add_argument("--json", type=Path, help="keep the figures there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
