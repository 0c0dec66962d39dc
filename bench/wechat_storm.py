"""A storm of WeChat messages: repeats, slow turns, a failing API; is each answered once, in time and in order?

python -m bench.wechat_storm [--messages 2000] [--rate 50] [--workers 1] [--dialogue scripted|model] [--publish]

Ends with 1 when a promise is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from bench import results
from bench.consumption import spent_elsewhere
from bench.storm_books import OUTSIDE_WINDOW, QUOTA_USED_UP, Books
from bench.storm_checks import Tally, by_lines, by_marks, read_lines, read_open
from bench.storm_customers import Planned, Platform, Weather, plan
from bench.storm_naive import STYLES, NaiveDoor
from bench.storm_page import Run, keep, publish, source
from bench.storm_platform import StormyWeChat
from bench.storm_script import Order, said, words
from bench.storm_table import Figures, figures, render
from bench.storm_workers import Workers
from tools import say
from tools.stack import Stack
from tools.trained_model import find_model

_MODELS = Path(__file__).parent.parent / "models"
# Turns whose customers have gone, and calls that hang, end by themselves.
_LAST_TURNS_SECONDS = 10.0
_BESIDE = {"scripted": (), "model": ("utility", "actions")}


def main() -> None:
    """Lets the storm blow over the door, and over the naive ways beside it, and prints the table."""
    options = _options()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    try:
        run = measure(options)
        keep(run, options.json)
        if options.publish:
            publish(run)
    except say.ToolError as error:
        say.stop(str(error))
    except KeyboardInterrupt:
        say.stop("Stopped before the end; nothing is left running.")
    sys.stdout.write(f"\n{render(run.sides)}\n\n{source(run)}\n")
    for promise in run.sides[0].broken:
        say.line(f"  broken: {promise}")
    if run.sides[0].broken:
        say.stop("The door broke a promise.")
    say.done("every promise was kept")


def measure(options: argparse.Namespace) -> Run:
    """Measures the door, then the naive ways.

    Raises:
        ToolError: something does not start.
    """
    measured_at = datetime.now().astimezone().isoformat(timespec="seconds")
    weather = Weather(options.messages, options.rate, options.duplicates, options.slow, options.seed)
    planned = plan(weather)
    door, elsewhere = _door(options, planned)
    sides = [door]
    if options.dialogue == "scripted" and options.naive:
        sides += [_naive(options, planned, style) for style in STYLES]
    return Run(
        measured_at=measured_at,
        command=" ".join(["python -m bench.wechat_storm", *sys.argv[1:]]),
        dialogue=options.dialogue,
        workers=options.workers,
        weather={**asdict(weather), "failing": options.failing, "deadline": options.deadline},
        machine=results.describe_machine(),
        cores_elsewhere=elsewhere,
        sides=sides,
    )


def _door(options: argparse.Namespace, planned: list[Planned]) -> tuple[Figures, float]:
    """The real door; returns its figures and the cores that other programs took meanwhile."""
    books = Books()
    platform = StormyWeChat(books, failing=options.failing, seed=options.seed)
    words_of = said if options.dialogue == "scripted" else _plain_words
    with tempfile.TemporaryDirectory(prefix="gridtalk-storm-", ignore_cleanup_errors=True) as folder:
        stack = Stack(
            Path(folder),
            model=find_model(_MODELS),
            demo_clock=False,
            processes=_BESIDE[options.dialogue],
            platforms=platform,
            report=say.step,
        )
        with stack, Workers(stack, options.workers, options.dialogue, options.deadline) as workers:
            before, spent = workers.memory_mb(), workers.cpu_seconds()
            began, elsewhere = time.perf_counter(), spent_elsewhere(stack.data)
            say.step(f"{len(planned)} messages at {options.rate:g} a second")
            seconds = asyncio.run(
                Platform(platform.keys, books, workers.doors, words_of, seed=options.seed).blow(planned)
            )
            spent = workers.cpu_seconds() - spent
            say.done(f"pushed in {seconds:.1f} s; waiting for what is late")
            database = stack.plan.addresses.database
            _wait_settled(database, options.patience)
            cores = (spent_elsewhere(stack.data) - elsewhere) / (time.perf_counter() - began)
            found = _judge(options, planned, books, database, seconds)
            if options.logs:
                shutil.copytree(stack.data / "logs", options.logs, dirs_exist_ok=True)
            cpu_ms = spent * 1000 / len(planned)
            return replace(found, memory_mb=(before, workers.most_mb), cpu_ms=cpu_ms), cores


def _plain_words(order: Order) -> str:
    """What a customer of the trained model writes."""
    lines: list[str] = words()["lines"]
    return lines[order.number % len(lines)]


def _wait_settled(database: str, patience: float) -> None:
    """Waits until every turn and every line is in a final state, or the time is up."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        left = read_open(database)
        if not left.turns and not left.deliveries:
            return
        time.sleep(0.5)
    say.line(f"  after {patience:.0f} s {left.turns} turns and {left.deliveries} lines are still open")


def _judge(options: argparse.Namespace, planned: list[Planned], books: Books, database: str, seconds: float) -> Figures:
    lines, left = read_lines(database), read_open(database)
    tally = by_lines(planned, lines, books)
    found = figures("GridTalk", len(planned), seconds, tally, books)
    unsent = sum(line.delivery != "sent" for line in lines)
    broken = {
        f"{len(tally.lost)} messages without an answer: {sorted(tally.lost)[:8]}": bool(tally.lost),
        f"{len(tally.doubled)} messages answered twice: {sorted(tally.doubled)[:8]}": bool(tally.doubled),
        f"{len(tally.disordered)} answers out of order: {sorted(tally.disordered)[:8]}": bool(tally.disordered),
        f"PostgreSQL has {left.messages} of {len(planned)} messages": left.messages != len(planned),
        f"{left.turns} turns and {left.deliveries} lines are in no final state": bool(left.turns or left.deliveries),
        f"{unsent} lines are not sent": bool(unsent),
        f"the quota was overdrawn: {dict(books.calls)}": any(
            str(code) in books.calls for code in (OUTSIDE_WINDOW, QUOTA_USED_UP)
        ),
        **_by_marks(options, planned, books),
    }
    attempts = sum(max(0, line.attempts - 1) for line in lines)
    return replace(found, attempts=attempts, broken=[promise for promise, is_broken in broken.items() if is_broken])


def _by_marks(options: argparse.Namespace, planned: list[Planned], books: Books) -> dict[str, bool]:
    """The same once more by the platform's books alone; the trained model writes no marks."""
    if options.dialogue != "scripted":
        return {}
    tally: Tally = by_marks(planned, books)
    return {
        f"by the marks {len(tally.lost)} lost: {sorted(tally.lost)[:8]}": bool(tally.lost),
        f"by the marks {len(tally.doubled)} doubled: {sorted(tally.doubled)[:8]}": bool(tally.doubled),
    }


def _naive(options: argparse.Namespace, planned: list[Planned], style: str) -> Figures:
    """A door without inbox and outbox, on the same storm."""
    say.step(f"the same storm over a naive door that answers in the {style}")
    books = Books()
    platform = StormyWeChat(books, failing=options.failing, seed=options.seed)
    platform.start()
    door = NaiveDoor(platform, style)
    door.start()
    seconds = asyncio.run(Platform(platform.keys, books, [door.url], said, seed=options.seed).blow(planned))
    while door.is_busy:
        time.sleep(0.2)
    time.sleep(_LAST_TURNS_SECONDS)
    door.stop()
    platform.stop()
    return figures(f"naive, {style}", len(planned), seconds, by_marks(planned, books), books)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.wechat_storm", description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=50.0, help="messages pushed a second, whatever the door does")
    parser.add_argument("--duplicates", type=float, default=0.1, help="share of messages that come twice")
    parser.add_argument("--slow", type=float, default=0.05, help="share of turns that take 6 to 9 s (scripted)")
    parser.add_argument("--failing", type=float, default=0.1, help="share of the API's calls that fail")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--dialogue", choices=sorted(_BESIDE), default="scripted")
    parser.add_argument(
        "--deadline", type=float, default=20.0, help="REPLY_DEADLINE_S: the shipped 4.2 would end a slow turn"
    )
    parser.add_argument("--patience", type=float, default=420.0, help="seconds to wait for late answers")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--no-naive", dest="naive", action="store_false", help="measure the door alone")
    parser.add_argument("--publish", action="store_true", help="write the table into docs/performance.md")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the raw results there, too")
    parser.add_argument("--logs", type=Path, metavar="FOLDER", help="keep the logs of the workers there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
