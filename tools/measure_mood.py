"""How well anger is read: `python -m tools.measure_mood [--show]` prints precision and recall on both labelled sets.

`tests/mood/dev.tsv` was looked at while the lists were written, `tests/mood/heldout.tsv` was not; `--show` prints the
misreadings of the first only.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from handoff.mood.reader import Mood, mood_reader

SETS = Path(__file__).parents[1] / "tests" / "mood"


@dataclass(frozen=True)
class Labelled:
    """A customer's messages and the mood of the last."""

    messages: tuple[str, ...]
    mood: Mood


@dataclass(frozen=True)
class Figures:
    """What came of one set."""

    right: int
    told: int
    there: int
    close: float

    @property
    def precision(self) -> float:
        """The share of readings that are right."""
        return self.right / self.told if self.told else 1.0

    @property
    def recall(self) -> float:
        """The share of angry customers who are noticed."""
        return self.right / self.there if self.there else 1.0


def read_set(name: str) -> list[Labelled]:
    """Reads a labelled set."""
    rows = (SETS / name).read_text(encoding="utf-8").splitlines()
    pairs = (row.split("\t") for row in rows if row and not row.startswith("#"))
    return [Labelled(tuple(text.split("|")), Mood(int(label))) for label, text in pairs]


def measure(labelled: Sequence[Labelled], mood: Mood = Mood.ANGRY) -> Figures:
    """Counts how often `mood` (or worse) is read rightly, and how often the very level is."""
    reader = mood_reader()
    read = [(one.mood, reader.read(one.messages[-1], one.messages[:-1]).mood) for one in labelled]
    right = sum(true >= mood and told >= mood for true, told in read)
    exact = sum(true == told for true, told in read) / len(read)
    return Figures(right, sum(told >= mood for _, told in read), sum(true >= mood for true, _ in read), exact)


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="the misreadings of the set that may be looked at")
    given = parser.parse_args()
    for name in ("dev.tsv", "heldout.tsv"):
        labelled = read_set(name)
        for mood in (Mood.ANGRY, Mood.ANNOYED):
            found = measure(labelled, mood)
            figures = f"precision {found.precision:.2f} recall {found.recall:.2f} exact level {found.close:.2f}"
            sys.stdout.write(f"{name} {len(labelled)} sentences, {mood.name.lower()} or worse: {figures}\n")
    if given.show:
        for one in read_set("dev.tsv"):
            reading = mood_reader().read(one.messages[-1], one.messages[:-1])
            if reading.mood != one.mood:
                sys.stdout.write(f"{one.mood.value} read {reading.mood.value} {one.messages} {reading.signs}\n")


if __name__ == "__main__":
    main()
