"""What one turn of the recorded day costs a worker: where the time goes, and what another checkout takes for it.

    python -m bench.turn_day profile [--door web|wechat] [--messages 600] [--under FUNCTION]
    python -m bench.turn_day against FOLDER [--doors web,wechat] [--messages 300] [--rounds 3]

One worker, its actions in its process, on fresh books; four customers at once. `profile` samples the stack by processor
time (`bench.profiled_bot`) and lists functions by their own and their whole share. `against` plays the same talks to
this checkout and to the one in FOLDER (the commit before, in a worktree of its own), in turn, round by round, and
compares user and system seconds: what else runs on the machine slows both. A round of both at one door takes about
40 s. Both serve this checkout's model.
"""

from __future__ import annotations

import argparse
import json
import signal
import statistics
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench.day import load_day, mixed
from bench.numbers import Load
from bench.processes import Processes
from bench.profiled_bot import PROFILE_FILE
from bench.setups import HERE, OURS, WEB, Setup
from bench.sides import GridTalkSide
from bench.stage import Stage, on_stage, raised, told
from bench.training import PROJECT
from tools import say
from tools.stack import Stack
from tools.stack.health import is_healthy
from tools.train import ensure_model

_PLACES, _WARM_UP = 4, 60
_ROWS = 70
Samples = Sequence[tuple[Sequence[str], int]]


class CheckoutSide(GridTalkSide):
    """A worker of any checkout of this project."""

    def __init__(self, stack: Stack, setup: Setup, folder: Path, name: str) -> None:
        super().__init__(stack, setup, more={"PYTHONPATH": str(folder)})
        self.processes = Processes(f"{name}-{setup.name}", stack.data / "logs", is_healthy, folder)


async def _played(stage: Stage, seed: int, messages: int) -> Load:
    """Warms the worker up and plays it that much of the day."""
    await stage.closed(mixed(load_day(), seed=0), _WARM_UP, _PLACES)
    return (await stage.closed(mixed(load_day(), seed=seed), messages, _PLACES))[0]


def against(before: Path, doors: Sequence[str], messages: int, rounds: int) -> None:
    """Plays both checkouts in turn and says what a turn of each cost."""
    folders = {"before": before.resolve(), "now": PROJECT}
    costs: dict[tuple[str, str], list[Load]] = {}
    with raised(ensure_model()) as stack:
        for number in range(rounds):
            for door in doors:
                for name in sorted(folders, reverse=number % 2 == 1):
                    side = CheckoutSide(stack, Setup(OURS, door, 1, HERE), folders[name], name)
                    load = _load_of(stack, side, number, messages)
                    told(f"{name}, {door}", load)
                    costs.setdefault((door, name), []).append(load)
    for door in doors:
        sys.stdout.write("\n".join(_compared(door, costs[door, "before"], costs[door, "now"])) + "\n")


def _load_of(stack: Stack, side: GridTalkSide, seed: int, messages: int) -> Load:
    kept: list[Load] = []

    async def play(stage: Stage, _: float, __: float) -> None:
        kept.append(await _played(stage, seed, messages))

    on_stage(stack, side, play)
    return kept[0]


def _compared(door: str, before: Sequence[Load], now: Sequence[Load]) -> list[str]:
    rows = [f"| {door} | before, ms of CPU a turn | now | now / before, round by round |", "|---|---:|---:|---|"]
    for what in ("cpu_ms", "postgres_cpu_ms"):
        pairs = [(getattr(one, what), getattr(other, what)) for one, other in zip(before, now, strict=True)]
        ratios = " ".join(f"{other / one:.2f}" for one, other in pairs if one)
        old, new = (statistics.median(side) for side in zip(*pairs, strict=True))
        rows.append(f"| {'the worker' if what == 'cpu_ms' else 'PostgreSQL'} | {old:.1f} | {new:.1f} | {ratios} |")
    return rows


def profile(door: str, messages: int, under: str, keep: Path | None) -> None:
    """Samples a worker of this checkout and lists where its time went."""
    with raised(ensure_model()) as stack:
        file = stack.data / "profile.json"
        setup = Setup(OURS, door, 1, HERE)
        side = GridTalkSide(stack, setup, module="bench.profiled_bot", more={PROFILE_FILE: str(file)})
        loads: list[Load] = []

        async def play(stage: Stage, _: float, __: float) -> None:
            await stage.closed(mixed(load_day(), seed=0), _WARM_UP, _PLACES)
            parts = mixed(load_day(), seed=1)
            side.processes.tell(signal.SIGUSR2)
            loads.append((await stage.closed(parts, messages, _PLACES))[0])
            side.processes.tell(signal.SIGUSR2)

        on_stage(stack, side, play)  # a worker that is stopped has written before
        told(f"profile, {door}", loads[0])
        found = json.loads(file.read_text(encoding="utf-8"))
    if keep:
        keep.write_text(json.dumps({"cpu_ms": loads[0].cpu_ms, **found}), encoding="utf-8")
    collector = found["collector_s"] * 1000 / loads[0].answered
    say.done(f"of it the garbage collector: {collector:.2f} ms a turn, collections by age: {found['collections']}")
    show(found["stacks"], loads[0].cpu_ms or 0.0, under)


def show(samples: Samples, cost: float, under: str) -> None:
    """Lists functions by their whole and by their own share of a turn, in milliseconds."""
    whole, own = shares(samples, under)
    total = sum(count for _, count in samples)
    for title, counted in (("whole", whole), ("own", own)):
        sys.stdout.write(f"\n| {title} ms a turn | function |\n|---:|---|\n")
        for name, count in counted.most_common(_ROWS):
            sys.stdout.write(f"| {cost * count / total:.2f} | {name} |\n")


def shares(samples: Samples, under: str = "") -> tuple[Counter[str], Counter[str]]:
    """Counts the samples in which a function stands at all, and those in which it stands on top."""
    whole: Counter[str] = Counter()
    own: Counter[str] = Counter()
    for stack, count in samples:
        names = [_named(frame) for frame in stack]
        if under and not any(under in name for name in names):
            continue
        whole.update(dict.fromkeys(names, count))
        own[names[0]] += count
    return whole, own


def _named(frame: str) -> str:
    file, function, _ = frame.rsplit(":", 2)
    for mark in ("/site-packages/", "/lib/python3.10/", f"{PROJECT}/"):
        if mark in file:
            file = file.split(mark, 1)[1]
            break
    return f"{file}:{function}"


def main() -> None:
    """Profiles or compares, as told."""
    parser = argparse.ArgumentParser(prog="python -m bench.turn_day", description=__doc__.splitlines()[0])
    kinds = parser.add_subparsers(dest="kind", required=True)
    one = kinds.add_parser("profile")
    one.add_argument("--door", default=WEB)
    one.add_argument("--messages", type=int, default=600)
    one.add_argument("--under", default="", help="only samples with a function of this name on their stack")
    one.add_argument("--keep", type=Path, help="a file for the raw samples")
    two = kinds.add_parser("against")
    two.add_argument("before", type=Path)
    two.add_argument("--doors", default="web,wechat")
    two.add_argument("--messages", type=int, default=300)
    two.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    try:
        if options.kind == "profile":
            profile(options.door, options.messages, options.under, options.keep)
        else:
            against(options.before, options.doors.split(","), options.messages, options.rounds)
    except say.ToolError as error:
        say.stop(str(error))


if __name__ == "__main__":
    main()
