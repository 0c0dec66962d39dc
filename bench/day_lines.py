"""What stock is taught of the day beside its sample: the day's own lines, with what they mean.

Stock trained on a sample for a few epochs would understand little of the day and answer most lines with the sentence
that it has not understood: the cheapest turn there is. A stock that does the business is the rival to beat.

python -m bench.day_lines      writes bench/stock/day_lines.yml anew, as our present model reads the lines; look at it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.day import load_day
from tools import say
from tools.same_mind import understand
from tools.train import ensure_model

FILE = Path(__file__).parent / "stock" / "day_lines.yml"


def read_day_lines() -> dict[str, list[str]]:
    """Returns the day's lines by intent, entities marked as in Rasa's training data."""
    lines: dict[str, list[str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return lines


def lines_of_day() -> list[str]:
    """Returns what customers say in the day, each once, in its order."""
    return list(dict.fromkeys(line for talk in load_day() for line in talk.lines))


def marked(text: str, entities: Sequence[Mapping[str, Any]]) -> str:
    """Writes `[value](entity)` where the text itself says the entity; what overlaps an earlier one is left out."""
    written, at = "", 0
    for entity in sorted(entities, key=lambda one: int(one["start"])):
        start, end = int(entity["start"]), int(entity["end"])
        if start < at or end <= start:
            continue
        written += f"{text[at:start]}[{text[start:end]}]({entity['entity']})"
        at = end
    return written + text[at:]


def main() -> None:
    """Writes the file."""
    found: dict[str, list[str]] = {}
    for row in understand(ensure_model(), lines_of_day()):
        found.setdefault(row["intent"]["name"], []).append(marked(row["text"], row["entities"]))
    head = "# The day's lines as stock is taught them; `python -m bench.day_lines` writes this file.\n"
    FILE.write_text(head + yaml.safe_dump(found, allow_unicode=True, sort_keys=True), encoding="utf-8")
    say.done(f"{sum(map(len, found.values()))} lines of {len(found)} intents in {FILE}")


if __name__ == "__main__":
    main()
