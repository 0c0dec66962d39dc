"""Kills every process and takes every store away under load, then compares the ledgers line by line.

python -m bench.chaos [--quick | --crew] [--seed N] [--keep FOLDER] [--json FILE]

The whole stack runs from a folder of its own: two bot workers, actions, console, notices, the company, embedded
PostgreSQL (fsync as in production) and Redis, the trained model. With `--crew` the first of the bots is a crew of two
workers behind one port (`WORKERS=2`), of which every process is struck. Exit code 1: a promise was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from bench.chaos import crew, report
from bench.chaos.house import House
from bench.chaos.run import Outcome, Run
from bench.chaos.schedule import FULL, QUICK, Kind, Plan, make_plan
from bench.storm_books import Books
from bench.storm_platform import StormyWeChat
from tools import say
from tools.stack.plan import PROJECT
from tools.trained_model import find_model

_PATIENCE = 150.0


def main() -> None:
    """Plays one run and prints what came of it."""
    options = _options()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    if options.crew:
        plan = make_plan(options.seed, crew.CREW, options.only, crew.deck)
    else:
        plan = make_plan(options.seed, QUICK if options.quick else FULL, options.only)
    part = " --crew" * options.crew or " --quick" * options.quick
    say.step(f"chaos with --seed {plan.seed}{part}: {len(plan.faults)} faults")
    try:
        measured_at = datetime.now().astimezone()
        first = crew.SETTINGS if options.crew else {}
        outcome = play(plan, find_model(PROJECT / "models"), options.keep, options.patience, first)
        content = report.raw(
            measured_at.isoformat(timespec="seconds"), f"python -m bench.chaos {_words()}", plan, outcome
        )
        kept = report.FOLDER / f"{measured_at.strftime('%Y-%m-%d-%H%M')}-{plan.seed}.json"
        report.keep(content, options.json or kept)
    except say.ToolError as error:
        say.stop(str(error))
    except KeyboardInterrupt:
        say.stop("Stopped before the end; nothing is left running.")
    sys.stdout.write(f"\n{report.table(plan, outcome)}\n")
    if not all(promise.is_kept for promise in outcome.promises):
        say.stop(f"A promise was broken (seed {plan.seed}).")
    say.done("every promise was kept")


def play(
    plan: Plan,
    model: Path,
    keep: Path | None = None,
    patience: float = _PATIENCE,
    first: Mapping[str, str] = MappingProxyType({}),
) -> Outcome:
    """Plays a plan on a stack of its own; its logs are kept in `keep`, `first` are settings of the first bot.

    Raises ToolError.
    """
    books = Books()
    platform = StormyWeChat(books, failing=0.0, seed=plan.seed)
    with tempfile.TemporaryDirectory(prefix="gridtalk-chaos-", ignore_cleanup_errors=True) as folder:
        house = House(Path(folder), model, platform, first)
        try:
            with house:
                return asyncio.run(Run(plan, house, platform, books).play(patience))
        finally:
            if keep:
                shutil.copytree(house.logs, keep, dirs_exist_ok=True)


def _words() -> str:
    return " ".join(sys.argv[1:])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10_000), help="the same seed is the same plan")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="about 90 seconds instead of about five minutes")
    size.add_argument("--crew", action="store_true", help="the first bot has two workers, each process of it is struck")
    parser.add_argument("--only", type=_kind, nargs="+", default=tuple(Kind), help="only these kinds of faults")
    parser.add_argument("--patience", type=float, default=_PATIENCE, help="seconds to wait for quiet at the end")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the logs of the processes there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the raw results there")
    return parser.parse_args()


def _kind(name: str) -> Kind:
    return Kind[name.upper()]


if __name__ == "__main__":
    main()
