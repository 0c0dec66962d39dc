"""The figures of parsed sentences: accuracy, confusions, calibration, fallback, entities, speed; it parses nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FALLBACK, OUTSIDE = "nlu_fallback", "out_of_scope"
_BINS = 10
Counts = dict[str, float]
Span = tuple[str, int, int]


@dataclass(frozen=True)
class Parsed:
    """A labelled row and what the model made of it.

    `best` is its first intent that is no fallback; `processor_ms` is how long the processor worked for it.
    """

    row: dict[str, Any]
    predicted: str
    confidence: float
    best: str
    best_confidence: float
    entities: frozenset[tuple[str, str, int, int]]
    milliseconds: float
    processor_ms: float = 0.0

    @property
    def gold(self) -> str:
        """The row's true intent."""
        intent: str = self.row["intent"]
        return intent

    @property
    def right(self) -> bool:
        """Whether the final intent is right; falling back on something out of scope is."""
        return self.predicted == self.gold or (self.predicted == FALLBACK and self.gold == OUTSIDE)


@dataclass(frozen=True)
class Bin:
    """The sentences whose confidence lies in one tenth: how many, how sure, how often right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def report(file: Path, parsed: Sequence[Parsed], threshold: float) -> dict[str, Any]:
    """Returns every figure of one file."""
    per_intent = _per_intent(parsed)
    gold_intents = {row.gold for row in parsed}
    confusions = Counter((row.gold, row.predicted) for row in parsed if not row.right)
    return {
        "file": str(file),
        "rows": len(parsed),
        "intent_accuracy": share(row.right for row in parsed),
        "macro_f1": sum(per_intent[name]["f1"] for name in gold_intents) / max(len(gold_intents), 1),
        "per_intent": per_intent,
        "per_tag": {tag: share(row.right for row in rows) for tag, rows in by_tag(parsed).items()},
        "confusions": [[gold, predicted, count] for (gold, predicted), count in confusions.most_common()],
        "fallback": _fallback(parsed, threshold),
        "ece": sum(b.count * abs(b.confidence - b.accuracy) for b in reliability(parsed)) / max(len(parsed), 1),
        "entities": _entities(parsed),
        "latency_ms": latency([row.milliseconds for row in parsed]),
        "errors": [
            {"text": row.row["text"], "gold": row.gold, "predicted": row.predicted, "confidence": row.confidence}
            for row in parsed
            if not row.right
        ],
    }


def by_tag(parsed: Iterable[Parsed]) -> dict[str, list[Parsed]]:
    """Returns the rows of each slice, slices in alphabetical order."""
    slices: defaultdict[str, list[Parsed]] = defaultdict(list)
    for row in parsed:
        for tag in row.row.get("tags", []):
            slices[tag].append(row)
    return dict(sorted(slices.items()))


def reliability(parsed: Iterable[Parsed]) -> list[Bin]:
    """Returns ten bins of the confidence in the best intent, empty ones too; fallback is not asked."""
    bins: list[list[Parsed]] = [[] for _ in range(_BINS)]
    for row in parsed:
        bins[max(0, min(int(row.best_confidence * _BINS), _BINS - 1))].append(row)
    return [
        Bin(
            low=place / _BINS,
            high=(place + 1) / _BINS,
            count=len(rows),
            confidence=share(row.best_confidence for row in rows),
            accuracy=share(row.best == row.gold for row in rows),
        )
        for place, rows in enumerate(bins)
    ]


def scores(hit: int, predicted: int, gold: int) -> Counts:
    """Returns precision, recall, F1 and support; a share of nothing is 0."""
    precision, recall = hit / predicted if predicted else 0.0, hit / gold if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hit else 0.0
    return {"precision": precision, "recall": recall, "f1": f1, "support": gold}


def latency(milliseconds: Sequence[float]) -> Counts:
    """Returns the median and the 95th percentile."""
    ordered = sorted(milliseconds)
    return {"p50": _quantile(ordered, 0.5), "p95": _quantile(ordered, 0.95)}


def share(hits: Iterable[float]) -> float:
    """Returns the mean; of nothing, 0."""
    listed = list(hits)
    return sum(listed) / len(listed) if listed else 0.0


def _per_intent(parsed: Sequence[Parsed]) -> dict[str, Counts]:
    effective = [(row.gold, row.gold if row.right else row.predicted) for row in parsed]
    gold, predicted = Counter(pair[0] for pair in effective), Counter(pair[1] for pair in effective)
    hit = Counter(true for true, guess in effective if true == guess)
    return {name: scores(hit[name], predicted[name], gold[name]) for name in sorted(gold | predicted)}


def _fallback(parsed: Sequence[Parsed], threshold: float) -> dict[str, float | None]:
    answered = [row for row in parsed if row.predicted != FALLBACK]
    inside = [row for row in parsed if row.gold != OUTSIDE]
    outside = [row for row in parsed if row.gold == OUTSIDE]
    return {
        "threshold": threshold,
        "coverage": len(answered) / max(len(parsed), 1),
        "accuracy": share(row.predicted == row.gold for row in answered),
        "oos_recall": share(row.right for row in outside) if outside else None,
        "false_refusals": share(row.predicted in {FALLBACK, OUTSIDE} for row in inside) if inside else None,
        "auroc": _auroc(inside, outside) if inside and outside else None,
    }


def _auroc(inside: Sequence[Parsed], outside: Sequence[Parsed]) -> float:
    """How often a sentence of ours is surer to be ours than one that is not; a tie is half."""

    def ours(row: Parsed) -> float:
        return 0.0 if row.best == OUTSIDE else row.best_confidence

    others = sorted(map(ours, outside))
    wins = [(bisect_left(others, s) + bisect_right(others, s)) / 2 for s in map(ours, inside)]
    return sum(wins) / (len(inside) * len(outside))


def _entities(parsed: Sequence[Parsed]) -> dict[str, Counts]:
    """Scores exact spans in the rows that are marked (an empty list: nothing is there), for names marked in any."""
    marked = [(_gold_spans(row), row.entities) for row in parsed if "entities" in row.row]
    names = sorted({name for spans, _ in marked for name, _, _ in spans})
    gold, guess, hit = Counter[str](), Counter[str](), Counter[str]()
    for spans, entities in marked:
        found = {(name, start, end) for name, _, start, end in entities if name in names}
        gold.update(name for name, _, _ in spans)
        guess.update(name for name, _, _ in found)
        hit.update(name for name, _, _ in spans & found)
    per_name = {name: scores(hit[name], guess[name], gold[name]) for name in names}
    return {"micro": scores(hit.total(), guess.total(), gold.total()), **per_name}


def _gold_spans(row: Parsed) -> set[Span]:
    return {(entity["entity"], entity["start"], entity["end"]) for entity in row.row["entities"]}


def _quantile(ordered: Sequence[float], part: float) -> float:
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else 0.0
