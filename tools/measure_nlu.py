"""Measures a trained model on labelled sentences: accuracy, confusions, fallback, speed; it trains nothing."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from tools.labelled import LineError, read_lines

_FALLBACK, _OUTSIDE = "nlu_fallback", "out_of_scope"
_BINS = 10
Counts = dict[str, float]


@dataclass(frozen=True)
class Parsed:
    """A labelled row and what the model made of it."""

    row: dict[str, Any]
    predicted: str
    confidence: float
    best: str
    best_confidence: float
    entities: frozenset[tuple[str, str, int, int]]
    milliseconds: float

    @property
    def gold(self) -> str:
        """The row's true intent."""
        intent: str = self.row["intent"]
        return intent

    @property
    def right(self) -> bool:
        """Whether the final intent is right; falling back on something out of scope is."""
        return self.predicted == self.gold or (self.predicted == _FALLBACK and self.gold == _OUTSIDE)


async def parse_all(rows: Sequence[dict[str, Any]], model: Path) -> tuple[list[Parsed], float]:
    """Returns the parsed rows and the fallback threshold of the model."""
    from rasa.core.agent import Agent  # heavy, and not needed to read the file or to print help

    agent = Agent.load(str(model))
    if agent.processor is None:
        raise LineError(f"{model}: no model can be loaded from here")
    await agent.parse_message("预热")
    parsed = []
    for row in rows:
        started = time.perf_counter()
        result = await agent.parse_message(row["text"])
        parsed.append(_parsed(row, result, (time.perf_counter() - started) * 1000))
    nodes = agent.processor.model_metadata.predict_schema.nodes.values()
    thresholds = [node.config["threshold"] for node in nodes if "threshold" in node.config]
    return parsed, float(thresholds[0]) if thresholds else 0.0


def _parsed(row: dict[str, Any], result: dict[str, Any], milliseconds: float) -> Parsed:
    intent = result["intent"]
    named = [other for other in result.get("intent_ranking", []) if other["name"] != _FALLBACK] or [intent]
    entities = frozenset((e["entity"], str(e["value"]), e["start"], e["end"]) for e in result.get("entities", []))
    return Parsed(
        row,
        intent["name"] or _FALLBACK,
        float(intent["confidence"] or 0.0),
        named[0]["name"] or _FALLBACK,
        float(named[0]["confidence"] or 0.0),
        entities,
        milliseconds,
    )


def report(file: Path, parsed: Sequence[Parsed], threshold: float) -> dict[str, Any]:
    """Returns every figure of one file."""
    per_intent = _per_intent(parsed)
    gold_intents = {row.gold for row in parsed}
    confusions = Counter((row.gold, row.predicted) for row in parsed if not row.right)
    return {
        "file": str(file),
        "rows": len(parsed),
        "intent_accuracy": _share(row.right for row in parsed),
        "macro_f1": sum(per_intent[name]["f1"] for name in gold_intents) / max(len(gold_intents), 1),
        "per_intent": per_intent,
        "per_tag": _per_tag(parsed),
        "confusions": [[gold, predicted, count] for (gold, predicted), count in confusions.most_common()],
        "fallback": _fallback(parsed, threshold),
        "ece": _calibration_error(parsed),
        "entities": _entities(parsed),
        "latency_ms": _latency(parsed),
        "errors": [
            {"text": row.row["text"], "gold": row.gold, "predicted": row.predicted, "confidence": row.confidence}
            for row in parsed
            if not row.right
        ],
    }


def _per_intent(parsed: Sequence[Parsed]) -> dict[str, Counts]:
    effective = [(row.gold, row.gold if row.right else row.predicted) for row in parsed]
    names = sorted({name for pair in effective for name in pair})
    return {
        name: _scores(
            hit=sum(gold == name == predicted for gold, predicted in effective),
            predicted=sum(predicted == name for _, predicted in effective),
            gold=sum(gold == name for gold, _ in effective),
        )
        for name in names
    }


def _scores(hit: int, predicted: int, gold: int) -> Counts:
    precision, recall = hit / predicted if predicted else 0.0, hit / gold if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hit else 0.0
    return {"precision": precision, "recall": recall, "f1": f1, "support": gold}


def _per_tag(parsed: Sequence[Parsed]) -> dict[str, float]:
    by_tag: defaultdict[str, list[bool]] = defaultdict(list)
    for row in parsed:
        for tag in row.row.get("tags", []):
            by_tag[tag].append(row.right)
    return {tag: _share(hits) for tag, hits in sorted(by_tag.items())}


def _fallback(parsed: Sequence[Parsed], threshold: float) -> dict[str, float | None]:
    answered = [row for row in parsed if row.predicted != _FALLBACK]
    inside = [row for row in parsed if row.gold != _OUTSIDE]
    outside = [row for row in parsed if row.gold == _OUTSIDE]
    return {
        "threshold": threshold,
        "coverage": len(answered) / max(len(parsed), 1),
        "accuracy": _share(row.predicted == row.gold for row in answered),
        "oos_recall": _share(row.right for row in outside) if outside else None,
        "false_refusals": _share(row.predicted in {_FALLBACK, _OUTSIDE} for row in inside) if inside else None,
        "auroc": _auroc(inside, outside) if inside and outside else None,
    }


def _auroc(inside: Sequence[Parsed], outside: Sequence[Parsed]) -> float:
    def score(row: Parsed) -> float:
        return 0.0 if row.best == _OUTSIDE else row.best_confidence

    wins = [(score(i) > score(o)) + 0.5 * (score(i) == score(o)) for i in inside for o in outside]
    return sum(wins) / len(wins)


def _calibration_error(parsed: Sequence[Parsed]) -> float:
    bins: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for row in parsed:
        bins[min(int(row.best_confidence * _BINS), _BINS - 1)].append((row.best_confidence, row.best == row.gold))
    gaps = [abs(sum(c for c, _ in pairs) - sum(hit for _, hit in pairs)) for pairs in bins.values()]
    return sum(gaps) / max(len(parsed), 1)


def _entities(parsed: Sequence[Parsed]) -> dict[str, Counts]:
    marked = [row for row in parsed if row.row.get("entities")]
    gold = Counter(found for row in marked for found in _gold_entities(row.row))
    guess = Counter(found for row in marked for found in _spans(row.entities, _gold_names(marked)))
    hit = Counter(
        found for row in marked for found in _gold_entities(row.row) & _spans(row.entities, _gold_names(marked))
    )
    names = sorted({name for name, _, _ in gold})
    scores = {name: _scores(_of(hit, name), _of(guess, name), _of(gold, name)) for name in names}
    return {"micro": _scores(hit.total(), guess.total(), gold.total()), **scores} if names else {}


def _gold_names(rows: Sequence[Parsed]) -> set[str]:
    return {name for row in rows for name, _, _ in _gold_entities(row.row)}


def _gold_entities(row: dict[str, Any]) -> set[tuple[str, int, int]]:
    return {(entity["entity"], entity["start"], entity["end"]) for entity in row["entities"]}


def _spans(found: frozenset[tuple[str, str, int, int]], names: set[str]) -> set[tuple[str, int, int]]:
    return {(name, start, end) for name, _, start, end in found if name in names}


def _of(counts: Counter[tuple[str, int, int]], name: str) -> int:
    return sum(count for (entity, _, _), count in counts.items() if entity == name)


def _latency(parsed: Sequence[Parsed]) -> Counts:
    times = sorted(row.milliseconds for row in parsed)
    return {"p50": _quantile(times, 0.5), "p95": _quantile(times, 0.95)}


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


def _share(hits: Any) -> float:
    listed = list(hits)
    return sum(listed) / len(listed) if listed else 0.0


def table(result: dict[str, Any]) -> str:
    """Returns the figures for a person to read."""
    fallback, latency = result["fallback"], result["latency_ms"]
    lines = [
        f"{result['file']}  rows {result['rows']}",
        f"intent accuracy {result['intent_accuracy']:.1%}  macro F1 {result['macro_f1']:.3f}  ECE {result['ece']:.3f}",
        f"latency p50 {latency['p50']:.2f} ms  p95 {latency['p95']:.2f} ms",
        "fallback " + "  ".join(f"{k} {v:.3f}" for k, v in fallback.items() if v is not None),
        "by tag   " + "  ".join(f"{tag} {share:.1%}" for tag, share in result["per_tag"].items()),
    ]
    lines += [f"  {name:<26} {_line(scores)}" for name, scores in result["per_intent"].items()]
    lines += [f"  entity {name:<19} {_line(scores)}" for name, scores in result["entities"].items()]
    lines += [f"  wrong {e['gold']} -> {e['predicted']} {e['confidence']:.2f}  {e['text']}" for e in result["errors"]]
    return "\n".join(lines) + "\n"


def _line(scores: Counts) -> str:
    return f"P {scores['precision']:.2f} R {scores['recall']:.2f} F1 {scores['f1']:.2f} n {scores['support']:.0f}"


def main(arguments: list[str] | None = None) -> int:
    """Runs the tool; 2 means a line or the model could not be read."""
    parser = argparse.ArgumentParser(prog="python -m tools.measure_nlu", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--model", type=Path, default=Path("models"), help="a model, or a folder whose newest is taken")
    parser.add_argument("--json", action="store_true", help="print one JSON object, or a list for several files")
    options = parser.parse_args(arguments)
    _keep_logs_off_the_report()
    try:
        results = [_measured(file, options.model) for file in options.files]
    except LineError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if options.json:
        sys.stdout.write(json.dumps(results[0] if len(results) == 1 else results, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(map(table, results)))
    return 0


def _keep_logs_off_the_report() -> None:
    logging.basicConfig(level=logging.WARNING)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _measured(file: Path, model: Path) -> dict[str, Any]:
    rows = read_lines(file, required={"text": str, "intent": str})
    if not model.exists():
        raise LineError(f"{model}: there is no model; train one first")
    parsed, threshold = asyncio.run(parse_all(rows, model))
    return report(file, parsed, threshold)


if __name__ == "__main__":
    sys.exit(main())
