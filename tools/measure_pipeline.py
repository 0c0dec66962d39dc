"""Trains our pipeline and stock Rasa's on any labelled set and compares them on another: accuracy, F1, time.

python -m tools.measure_pipeline --train TRAIN.jsonl --test TEST.jsonl [--json] [--skip-stock] [--stock-epochs 100]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from tools.labelled import Row, read_labelled
from tools.nlu_figures import Span, latency, scores, share
from tools.quiet import QUIET_ENVIRONMENT
from tools.say import ToolError

PROJECT = Path(__file__).parent.parent
_PURPOSE = (__doc__ or "").split("\n", maxsplit=1)[0]


class SideFailed(RuntimeError):
    """One side's process ended without a result."""


def compare(train: Path, test: Path, sides: Sequence[str], epochs: int = 100) -> dict[str, Any]:
    """Trains and measures the sides, one after the other, each in a process of its own.

    Returns:
        {"train", "test", "train_rows", "rows", "ours": {...}, "stock": {...}}; a side has the figures of `figures`,
        training_s and peak_mb.

    Raises:
        LineError: a line of a file cannot be taken.
        SideFailed: a side could not be trained; the message ends with what it printed last.
    """
    learned, rows = read_labelled(train), read_labelled(test)
    names = {entity["entity"] for row in (*learned, *rows) for entity in row.get("entities", [])}
    result: dict[str, Any] = {"train": str(train), "test": str(test), "train_rows": len(learned), "rows": len(rows)}
    for side in sides:
        measured = _run(side, train, test, epochs)
        result[side] = figures(rows, measured["parsed"], names) | {
            "training_s": measured["training_s"],
            "peak_mb": measured["peak_mb"],
        }
    return result


def _run(side: str, train: Path, test: Path, epochs: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="gridtalk-compare-") as name:
        out = Path(name) / "out.json"
        command = [sys.executable, "-W", "ignore", "-m", "tools.pipeline_side", side]
        command += [str(train.resolve()), str(test.resolve()), str(out), "--epochs", str(epochs)]
        # a cache of its own: nothing trained before makes a side look faster
        own = {"PYTHONPATH": str(PROJECT), "RASA_CACHE_DIRECTORY": f"{name}/cache"}
        environment = {**os.environ, **QUIET_ENVIRONMENT, **own}
        finished = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
        if finished.returncode or not out.exists():
            said = "\n".join((finished.stdout + finished.stderr).splitlines()[-15:])
            raise SideFailed(f"{side}: training or parsing failed (exit code {finished.returncode})\n{said}")
        measured: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return measured


def figures(rows: Sequence[Row], parsed: Sequence[Row], names: Collection[str]) -> dict[str, Any]:
    """Returns intent accuracy, macro F1 over the intents of the rows, entity F1 (exact span and name), milliseconds.

    Args:
        rows: what is true.
        parsed: for each row the intent, the entities as (entity, start, end) and the milliseconds.
        names: the entities that the set labels; what a side finds beyond them is nothing the set can judge.
    """
    pairs = [(row["intent"], guess["intent"]) for row, guess in zip(rows, parsed, strict=True)]
    spans = [(_gold(row), _found(guess, names)) for row, guess in zip(rows, parsed, strict=True)]
    took = [guess["ms"] for guess in parsed]
    return {
        "intent_accuracy": share(gold == guess for gold, guess in pairs),
        "macro_f1": share(_f1_of(name, pairs) for name in {gold for gold, _ in pairs}),
        "entity_f1": _entity_f1([found for row, found in zip(rows, spans, strict=True) if "entities" in row]),
        "sentence_accuracy": share(
            gold == guess and wanted == found for (gold, guess), (wanted, found) in zip(pairs, spans, strict=True)
        ),
        "ms": {"mean": share(took), **latency(took)},
    }


def _f1_of(name: str, pairs: Sequence[tuple[str, str]]) -> float:
    gold, predicted = (sum(pair[side] == name for pair in pairs) for side in (0, 1))
    return scores(sum(pair == (name, name) for pair in pairs), predicted, gold)["f1"]


def _gold(row: Row) -> set[Span]:
    return {(entity["entity"], entity["start"], entity["end"]) for entity in row.get("entities", [])}


def _found(guess: Row, names: Collection[str]) -> set[Span]:
    return {(name, start, end) for name, start, end in guess["entities"] if name in names}


def _entity_f1(spans: Sequence[tuple[set[Span], set[Span]]]) -> float | None:
    if not any(gold for gold, _ in spans):
        return None
    hit = sum(len(gold & found) for gold, found in spans)
    return scores(hit, sum(len(found) for _, found in spans), sum(len(gold) for gold, _ in spans))["f1"]


def table(result: dict[str, Any]) -> str:
    """Returns the figures side by side."""
    sides = [side for side in ("ours", "stock") if side in result]
    lines = [f"{result['test']}: {result['rows']} rows (trained on {result['train_rows']})"]
    lines.append(f"  {'':<18}" + "".join(f"{side:>14}" for side in sides))
    for name, read in _LINES:
        lines.append(f"  {name:<18}" + "".join(f"{read(result[side]):>14}" for side in sides))
    return "\n".join(lines) + "\n"


_LINES: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("intent accuracy", lambda side: f"{side['intent_accuracy']:.4f}"),
    ("macro F1", lambda side: f"{side['macro_f1']:.4f}"),
    ("entity F1", lambda side: "-" if side["entity_f1"] is None else f"{side['entity_f1']:.4f}"),
    ("whole sentence", lambda side: f"{side['sentence_accuracy']:.4f}"),
    ("training s", lambda side: f"{side['training_s']:.1f}"),
    ("ms a message", lambda side: f"{side['ms']['mean']:.2f}"),
    ("ms p50 / p95", lambda side: f"{side['ms']['p50']:.2f} / {side['ms']['p95']:.2f}"),
    ("peak MB", lambda side: f"{side['peak_mb']:.0f}"),
)


def main(arguments: list[str] | None = None) -> int:
    """Runs the tool; 2 means a line could not be read, 1 that a side failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.measure_pipeline", description=_PURPOSE)
    parser.add_argument("--train", type=Path, required=True, metavar="TRAIN.jsonl")
    parser.add_argument("--test", type=Path, required=True, metavar="TEST.jsonl")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--skip-stock", action="store_true", help="leave stock Rasa out: it trains for many minutes")
    parser.add_argument("--stock-epochs", type=int, default=100)
    options = parser.parse_args(arguments)
    sides = ("ours",) if options.skip_stock else ("ours", "stock")
    try:
        result = compare(options.train, options.test, sides, options.stock_epochs)
    except ToolError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except SideFailed as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n" if options.json else table(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
