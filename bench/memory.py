"""What a worker takes of memory, alone and as one of several: resident, shared and its own, before and after work.

python -m bench.memory [--turns 300] [--workers 0,1,2,4] [--actions here|server]

The real bot (`python -m bot`) with the trained model on embedded stores and the demo city; visitors talk through the
web door. 0 workers are one process alone (`WORKERS` unset), 1 is a crew of one. Resident (RSS) counts every page a
process can see, shared ones in each; PSS shares them out; unique (USS) is what its end would give back. The sum of PSS
is what a machine must have. Takes about two minutes, longer on a busy machine; nothing is timed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from runtime.embedded import free_port
from tools import say
from tools.dialogues.people import Visitor
from tools.stack import Stack
from tools.stack.health import is_healthy, tail
from tools.train import PROJECT, model_path

_MB = 1024 * 1024
_VISITORS, _PATIENCE_S = 6, 120.0
# Each is answered by the bot itself in one turn, whatever was said before.
_SAID = (
    "阶梯电价怎么算", "营业厅几点开门", "电表空转是怎么回事", "怎么申请峰谷电价", "你好", "电费怎么算的",
    "停电了怎么报修", "电子发票在哪开", "新装电表要什么材料", "谢谢", "充电桩报装要多久", "怎么看电表读数",
)  # fmt: skip


@dataclass(frozen=True)
class Footprint:
    """The memory of one process in MB."""

    role: str
    resident: float
    proportional: float
    unique: float


def main(arguments: Sequence[str]) -> int:
    """Measures each number of workers and prints one table."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory")
    parser.add_argument("--turns", type=int, default=300)
    parser.add_argument("--workers", default="0,1,2,4")
    parser.add_argument("--actions", choices=("here", "server"), default="here")
    parser.add_argument("--json", type=Path, default=None, help="where to write the figures, too")
    options = parser.parse_args(arguments)
    counts = [int(number) for number in options.workers.split(",")]
    processes = ("utility",) if options.actions == "here" else ("utility", "actions")
    results = {}
    with (
        tempfile.TemporaryDirectory(prefix="gridtalk-memory-") as folder,
        Stack(Path(folder), model=model_path(), processes=processes) as stack,
    ):
        for count in counts:
            results[str(count)] = _measure(stack, count, options)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 0


def _measure(stack: Stack, count: int, options: argparse.Namespace) -> dict[str, list[dict[str, float | str]]]:
    with _bot(stack, count, in_process=options.actions == "here") as (pid, url):
        before = footprints(pid)
        name = f"{count} worker(s)" if count else "one process alone"
        _show(f"{name}, started", before)
        _talk(url, options.turns)
        after = footprints(pid)
        _show(f"{name}, after {options.turns} turns", after)
    return {"started": [vars(one) for one in before], "after": [vars(one) for one in after]}


@contextmanager
def _bot(stack: Stack, count: int, *, in_process: bool) -> Iterator[tuple[int, str]]:
    """Runs the bot with so many workers; gives its first process and its address."""
    port, log = free_port(), stack.data / f"bot-{count}.log"
    environ = {
        **stack.plan.environment("bot"),
        "WORKERS": str(count or ""),
        "BOT_PORT": str(port),
        "LOG_LEVEL": "WARNING",
    }
    environ["ACTIONS_MODULE"] = "actions.here" if in_process else ""
    command = [sys.executable, "-W", "ignore", "-m", "bot"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=PROJECT, env=environ, stdout=output, stderr=output)
    try:
        until = time.monotonic() + _PATIENCE_S
        whole = max(count, 1) + 2 * (count > 0)
        while not (is_healthy(port) and len(footprints(process.pid)) == whole):
            if process.poll() is not None or time.monotonic() > until:
                raise say.ToolError(f"the bot did not start:\n{tail(log)}")
            time.sleep(0.1)
        yield process.pid, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def footprints(pid: int) -> list[Footprint]:
    """The memory of a bot's processes: one alone, or the first one, its loader and the workers."""
    first = psutil.Process(pid)
    loaders = first.children()
    if not loaders:
        return [_footprint("worker", first)]
    workers = loaders[0].children()
    roles = [("first", first), ("loader", loaders[0]), *((f"worker {n}", one) for n, one in enumerate(workers, 1))]
    return [_footprint(role, process) for role, process in roles]


def _footprint(role: str, process: psutil.Process) -> Footprint:
    taken = process.memory_full_info()
    return Footprint(role, *(round(getattr(taken, kind) / _MB, 1) for kind in ("rss", "pss", "uss")))


def _talk(url: str, turns: int) -> None:
    """Has visitors say so many sentences, each after the answer to the last."""
    with ThreadPoolExecutor(_VISITORS) as pool:
        each = [turns // _VISITORS + (number < turns % _VISITORS) for number in range(_VISITORS)]
        list(pool.map(lambda number: _visit(url, number, each[number]), range(_VISITORS)))


def _visit(url: str, number: int, turns: int) -> None:
    visitor = Visitor(url)
    for turn in range(turns):
        if turn and turn % 12 == 0:  # nobody writes faster than a customer may
            visitor = Visitor(url)
        visitor.say(_SAID[(number + turn) % len(_SAID)])
        until = time.monotonic() + _PATIENCE_S
        while not any(line.role == "bot" for line in visitor.hear()):
            if time.monotonic() > until:
                raise say.ToolError("a sentence was not answered")
            time.sleep(0.05)


def _show(title: str, found: Sequence[Footprint]) -> None:
    say.line(f"\n{title}")
    say.line(f"  {'process':10} {'resident':>9} {'PSS':>7} {'unique':>7}  MB")
    for one in found:
        say.line(f"  {one.role:10} {one.resident:9.1f} {one.proportional:7.1f} {one.unique:7.1f}")
    say.line(f"  {'all':10} {'':9} {sum(one.proportional for one in found):7.1f}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
