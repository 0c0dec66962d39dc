"""Measures the reader of ratings on the labelled set: `python -m tools.measure_stars [--errors]`.

Prints, for each half, how many messages were read exactly, how many negatives were swallowed, and the ratings missed.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.reception import stars

LABELLED = Path("tests/csat/labelled.yml")


@dataclass(frozen=True)
class Measure:
    """What came of one half."""

    half: str
    count: int
    right: int
    near: int
    ratings: int
    missed: int
    negatives: int
    swallowed: int
    errors: tuple[str, ...]

    @property
    def accuracy(self) -> float:
        """The share read exactly: stars, none, and whether the rest still wants an answer."""
        return self.right / self.count


def measure(half: str, rows: list[dict[str, Any]]) -> Measure:
    """Reads every message of a half."""
    right = near = missed = swallowed = 0
    errors = []
    for row in rows:
        got = stars.read(str(row["text"]), fresh=not row.get("since", False))
        said = (got.stars if got else None, bool(got and got.goes_on))
        wanted = (row["stars"], bool(row.get("more", False)))
        right += said == wanted
        near += said[0] == wanted[0] or (None not in (said[0], wanted[0]) and abs(said[0] - wanted[0]) == 1)
        missed += wanted[0] is not None and said[0] is None
        swallowed += wanted[0] is None and said[0] is not None
        if said != wanted:
            errors.append(f"{row['text']}: wanted {wanted}, read {said}")
    ratings = sum(row["stars"] is not None for row in rows)
    return Measure(half, len(rows), right, near, ratings, missed, len(rows) - ratings, swallowed, tuple(errors))


def measure_all(path: Path = LABELLED) -> list[Measure]:
    """Measures both halves."""
    held = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [measure(half, held[half]) for half in ("tune", "held_out")]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list what was read wrong")
    options = parser.parse_args()
    for one in measure_all():
        sys.stdout.write(
            f"{one.half:9} {one.count:4} messages  exact {one.accuracy:6.1%}"
            f"  within one star {one.near / one.count:6.1%}"
            f"  ratings missed {one.missed}/{one.ratings}  questions swallowed {one.swallowed}/{one.negatives}\n"
        )
        if options.errors:
            sys.stdout.writelines(f"          {error}\n" for error in one.errors)


if __name__ == "__main__":
    main()
