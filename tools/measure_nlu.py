"""Measures a trained model on labelled sentences: accuracy, confusions, fallback, entities, speed; trains nothing."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.labelled import Row, read_labelled
from tools.nlu_figures import FALLBACK, Counts, Parsed, report
from tools.quiet import keep_logs_off
from tools.say import ToolError
from tools.trained_model import fallback_threshold, find_model, load_agent, warm_up

if TYPE_CHECKING:
    from rasa.core.agent import Agent

_WIDTH = 26


async def parse_with(agent: Agent, rows: Sequence[Row]) -> list[Parsed]:
    """Returns the rows parsed one after the other by a model that is loaded, each timed by itself."""
    await warm_up(agent)
    parsed = []
    for row in rows:
        started, worked = time.perf_counter(), time.process_time()
        result = await agent.parse_message(row["text"])
        took = (time.perf_counter() - started, time.process_time() - worked)
        parsed.append(_parsed(row, result, took))
    return parsed


def _parsed(row: Row, result: dict[str, Any], seconds: tuple[float, float]) -> Parsed:
    intent = result["intent"]
    named = [other for other in result.get("intent_ranking", []) if other["name"] != FALLBACK] or [intent]
    entities = frozenset((e["entity"], str(e["value"]), e["start"], e["end"]) for e in result.get("entities", []))
    return Parsed(
        row,
        intent["name"] or FALLBACK,
        float(intent["confidence"] or 0.0),
        named[0]["name"] or FALLBACK,
        float(named[0]["confidence"] or 0.0),
        entities,
        seconds[0] * 1000,
        seconds[1] * 1000,
    )


def table(result: dict[str, Any]) -> str:
    """Returns the figures for a person to read."""
    return "\n".join([*_summary(result), *_details(result), ""])


def _summary(result: dict[str, Any]) -> Iterator[str]:
    accuracy, latency = result["intent_accuracy"], result["latency_ms"]
    yield f"{result['file']}: {result['rows']} rows"
    yield f"  intent accuracy {accuracy:.1%}   macro F1 {result['macro_f1']:.3f}   ECE {result['ece']:.3f}"
    yield f"  latency p50 {latency['p50']:.2f} ms   p95 {latency['p95']:.2f} ms"
    known = {name: value for name, value in result["fallback"].items() if value is not None}
    yield "  fallback " + "   ".join(f"{name} {value:.3f}" for name, value in known.items())
    if result["per_tag"]:
        yield "  by tag " + "   ".join(f"{tag} {right:.1%}" for tag, right in result["per_tag"].items())


def _details(result: dict[str, Any]) -> Iterator[str]:
    head = f"{'precision':>10}{'recall':>8}{'F1':>8}{'rows':>7}"
    yield f"\n  {'intent':<{_WIDTH}}{head}"
    yield from (f"  {name:<{_WIDTH}}{_cells(scores)}" for name, scores in result["per_intent"].items())
    yield f"\n  {'entity':<{_WIDTH}}{head}"
    yield from (f"  {name:<{_WIDTH}}{_cells(scores)}" for name, scores in result["entities"].items())
    if result["errors"]:
        yield f"\n  {'gold':<{_WIDTH}}{'predicted':<{_WIDTH}}{'conf':>5}  text"
    for error in result["errors"]:
        names = f"{error['gold']:<{_WIDTH}}{error['predicted']:<{_WIDTH}}"
        yield f"  {names}{error['confidence']:>5.2f}  {error['text']}"


def _cells(scores: Counts) -> str:
    return f"{scores['precision']:>10.3f}{scores['recall']:>8.3f}{scores['f1']:>8.3f}{scores['support']:>7.0f}"


def main(arguments: list[str] | None = None) -> int:
    """Runs the tool; 2 means a line or the model could not be read."""
    parser = argparse.ArgumentParser(prog="python -m tools.measure_nlu", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE.jsonl")
    parser.add_argument("--model", type=Path, default=Path("models"), help="a model, or a folder whose newest is taken")
    parser.add_argument("--json", action="store_true", help="print one JSON object, or a list for several files")
    options = parser.parse_args(arguments)
    try:
        results = _measured(options.files, options.model)
    except ToolError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if options.json:
        sys.stdout.write(json.dumps(results[0] if len(results) == 1 else results, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(map(table, results)))
    return 0


def _measured(files: Sequence[Path], model: Path) -> list[dict[str, Any]]:
    """Reads every file before the model is loaded: a bad line is told at once."""
    read = [(file, read_labelled(file)) for file in files]
    found = find_model(model)
    keep_logs_off()
    agent = load_agent(found)
    threshold = fallback_threshold(agent)
    return [report(file, asyncio.run(parse_with(agent, rows)), threshold) for file, rows in read]


if __name__ == "__main__":
    sys.exit(main())
