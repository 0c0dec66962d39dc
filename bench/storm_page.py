"""A run of the storm as raw JSON and as a part of docs/performance.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench import results
from bench.storm_table import Figures, render
from tools import say

_PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
_NOISY_CORES = 0.2


@dataclass(frozen=True)
class Run:
    """One run: what it was asked, what it stood on, what came of it."""

    measured_at: str
    command: str
    dialogue: str
    workers: int
    weather: dict[str, Any]
    machine: dict[str, Any]
    cores_elsewhere: float
    sides: Sequence[Figures]


def source(run: Run) -> str:
    """What is needed to repeat a run."""
    faults = " ".join(f"{name} {count}" for name, count in sorted(run.sides[0].calls.items()))
    lines = [
        f"* Measured {run.measured_at}, by `{run.command}`; {run.workers} worker(s), {run.dialogue} dialogue.",
        "* Machine: {system}, {cores} cores of {processor}, {memory_gb} GB.".format(**run.machine),
        f"* Weather: {', '.join(f'{name} {value}' for name, value in run.weather.items())}.",
        f"* Calls of the API by the door: {faults}.",
    ]
    if run.cores_elsewhere > _NOISY_CORES:
        lines.append(f"* **The machine was not quiet**: other programs took {run.cores_elsewhere:.1f} cores meanwhile.")
    return "\n".join(lines)


def keep(run: Run, file: Path | None) -> None:
    """Writes the raw figures to `bench/results/storm`, and to `file` as well."""
    stamp = datetime.fromisoformat(run.measured_at).strftime("%Y-%m-%d-%H%M")
    for place in filter(None, (results.RESULTS / "storm" / f"{stamp}-{run.dialogue}-{run.workers}.json", file)):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(asdict(run), ensure_ascii=False) + "\n", encoding="utf-8")
        say.done(f"raw results in {place}")


def publish(run: Run) -> None:
    """Writes the run between its marks in docs/performance.md.

    Raises:
        ToolError: the page has no marks for this kind of run.
    """
    name = f"storm-{run.dialogue}-{run.workers}"
    begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->"
    head, found, rest = _PAGE.read_text(encoding="utf-8").partition(begin)
    _, closed, foot = rest.partition(end)
    if not found or not closed:
        raise say.ToolError(f"{_PAGE} has no {begin.strip()} and {end} to write between.")
    _PAGE.write_text(f"{head}{begin}{render(run.sides)}\n\n{source(run)}\n{end}{foot}", encoding="utf-8")
    say.done(f"{_PAGE.name} written")
