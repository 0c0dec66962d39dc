"""How well promises are found in agents' lines: python -m tools.measure_promises, on the lines of tests/promises.

Prints precision and recall of "is there a promise" and how many of the found ones are due at the labelled minute, for
the lines the dictionary was made on and for those held out; `--misses` prints every line that is wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from bot.promises.detector import find

LABELLED = Path("tests/promises/labelled.yml")


@dataclass(frozen=True)
class Case:
    """A line, and until when it promises something."""

    said: str
    due: datetime | None


@dataclass(frozen=True)
class Figures:
    """What came of a part of the lines."""

    lines: int
    right: int
    missed: int
    false: int
    on_time: int

    @property
    def precision(self) -> float:
        """Of what was found, the share that is a promise."""
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        """Of the promises, the share that was found."""
        return self.right / max(1, self.right + self.missed)

    @property
    def due(self) -> float:
        """Of the promises found, the share due at the labelled minute."""
        return self.on_time / max(1, self.right)


def read(path: Path = LABELLED) -> tuple[datetime, dict[str, list[Case]]]:
    """Reads the lines and the moment they were said at."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    at = datetime.fromisoformat(content["at"])
    parts = {
        part: [Case(str(said), _moment(due, at)) for said, due in content[part]] for part in ("tuning", "held_out")
    }
    return at, parts


def measure(cases: Iterable[Case], at: datetime) -> tuple[Figures, list[str]]:
    """Finds the promises of every line; returns the figures, and what went wrong in words."""
    counts = {"lines": 0, "right": 0, "missed": 0, "false": 0, "on_time": 0}
    wrong: list[str] = []
    for case in cases:
        found = next(iter(find(case.said, at)), None)
        counts["lines"] += 1
        if case.due and found:
            counts["right"] += 1
            counts["on_time"] += found.due_at == case.due
        counts["missed"] += bool(case.due and not found)
        counts["false"] += bool(found and not case.due)
        if (found.due_at if found else None) != case.due:
            wrong.append(f"{case.said}: {found.due_at if found else 'none'}, labelled {case.due or 'none'}")
    return Figures(**counts), wrong


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(prog="python -m tools.measure_promises", description=__doc__.splitlines()[0])
    parser.add_argument("--misses", action="store_true", help="print every line that is wrong")
    show = parser.parse_args().misses
    at, parts = read()
    for part, cases in parts.items():
        figures, wrong = measure(cases, at)
        sys.stdout.write(
            f"{part}: {figures.lines} lines, precision {figures.precision:.3f}, recall {figures.recall:.3f},"
            f" due to the minute {figures.due:.3f}\n"
        )
        sys.stdout.writelines(f"  {line}\n" for line in wrong if show)


def _moment(due: object, at: datetime) -> datetime | None:
    if due is None:
        return None
    moment = due if isinstance(due, datetime) else datetime.fromisoformat(str(due))
    return moment.replace(tzinfo=at.tzinfo)


if __name__ == "__main__":
    main()
