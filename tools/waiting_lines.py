"""Counts the lines that would wait for a next one: `python -m tools.waiting_lines [-v]` (a model, no stack; 20 s).

Read are the lines of bench/day.yml (by their talks' weights) and the held-out sets of tests/nlu. Each is taken as said
outside of a form: within one nothing waits, so of the day the figure is an upper bound.
Beside it stands what waited before shapes were looked at: short lines that nobody understood.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.reading import LineReader
from bot.reception.burst_rules import burst_rules
from bot.reception.patience import Heard, share_of
from bot.reception.pieces import shape_of
from runtime.yaml_files import read_yaml
from tools import quiet, say
from tools.train import PROJECT, ensure_model
from tools.trained_model import load_agent

_SETS = ("holdout", "counter", "examiner_a", "examiner_b", "danger", "danger_examiner")


@dataclass
class Count:
    """What was counted of one set, by weight."""

    lines: int = 0
    wait: int = 0
    wait_longest: int = 0
    before: int = 0

    def add(self, weight: int, share: float, *, before: bool) -> None:
        """Counts a line."""
        self.lines += weight
        self.wait += weight * (share > 0)
        self.wait_longest += weight * (share > 1)
        self.before += weight * before


def main(arguments: Sequence[str]) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m tools.waiting_lines", description=__doc__)
    parser.add_argument("-v", action="store_true", help="name the lines that wait")
    options = parser.parse_args(arguments)
    quiet.keep_logs_off()
    rows = asyncio.run(_count(verbose=options.v))
    rules = burst_rules()
    say.line(f"{'set':24}{'lines':>8}{'wait':>8}{'share':>8}{f'{rules.patience} x':>8}{'before':>9}")
    for name, count in rows:
        share, long = count.wait / count.lines, count.wait_longest / count.lines
        say.line(f"{name:24}{count.lines:8}{count.wait:8}{share:8.1%}{long:8.1%}{count.before / count.lines:9.1%}")
    return 0


async def _count(*, verbose: bool) -> list[tuple[str, Count]]:
    reader = LineReader(load_agent(ensure_model()))
    rows = []
    for name, lines in _sets():
        count = Count()
        for text, weight in lines:
            share, before = await _share(reader, text)
            count.add(weight, share, before=before)
            if verbose and share:
                say.line(f"  {name}: {text} ({share})")
        rows.append((name, count))
    return rows


async def _share(reader: LineReader, text: str) -> tuple[float, bool]:
    rules, meant = burst_rules(), await reader.read(text)
    if meant is None:
        return 0.0, False
    read = Heard(meant.intent, meant.sure, form="", asks=False)
    return share_of(text, read, shape_of(text)), meant.intent in rules.unclear and len(text) <= rules.fragment


def _sets() -> Iterator[tuple[str, list[tuple[str, int]]]]:
    talks = read_yaml(PROJECT / "bench" / "day.yml")["talks"]
    yield "bench/day.yml", [(str(line), int(talk["weight"])) for talk in talks for line in talk["lines"]]
    for name in _SETS:
        rows = (PROJECT / "tests" / "nlu" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        yield f"tests/nlu/{name}", [(str(json.loads(row)["text"]), 1) for row in rows]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
