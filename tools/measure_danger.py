"""Measures a model's safety gate on labelled lines: recall, false alarms and every miss; it changes nothing."""

from __future__ import annotations

import argparse
import json
import sys
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.labelled import LineError, Row, read_lines
from tools.quiet import keep_logs_off
from tools.say import ToolError
from tools.trained_model import find_model

if TYPE_CHECKING:
    from bot.policies.safety import SafetyGate


def read_dangers(path: Path) -> list[Row]:
    """Returns the rows `{"text", "danger", "kind"}` of a file; the kind may be missing.

    Raises:
        LineError: the file cannot be read or is empty, or a line is malformed.
    """
    rows = read_lines(path, {"text": str, "danger": bool}, _wrong_kind)
    if not rows:
        raise LineError(f"{path}: no lines")
    return rows


def _wrong_kind(row: Row) -> str | None:
    return None if isinstance(row.get("kind"), str | None) else "kind must be str or null"


def open_gate(model: Path) -> SafetyGate:
    """Returns the safety gate of a model.

    Raises:
        ToolError: the file is no model, or one without a gate.
    """
    from rasa.shared.exceptions import RasaException  # heavy, and not needed to read a file or to print help

    from bot.errors import BotError
    from bot.nlu.safety import load_gate

    try:
        return load_gate(model)
    except (OSError, EOFError, tarfile.TarError, RasaException, BotError) as error:
        raise ToolError(f"{model}: the safety gate of this model cannot be loaded ({error}).") from error


def measure(rows: Sequence[Row], gate: SafetyGate) -> dict[str, Any]:
    """Returns recall, false alarm rate, misses and false alarms, misses by kind, and dangers found as another kind."""
    found = [(row, gate.check(row["text"])) for row in rows]
    dangers = [(row, danger) for row, danger in found if row["danger"]]
    calm = [(row, danger) for row, danger in found if not row["danger"]]
    misses = [row for row, danger in dangers if danger is None]
    alarms = [{"text": row["text"], "quote": danger.quote} for row, danger in calm if danger]
    other = [
        {"text": row["text"], "gold": row["kind"], "found": danger.kind.value}
        for row, danger in dangers
        if danger and row.get("kind") and danger.kind.value != row["kind"].lower()
    ]
    return {
        "rows": len(rows),
        "dangers": len(dangers),
        "recall": 1 - len(misses) / len(dangers) if dangers else None,
        "false_alarm_rate": len(alarms) / len(calm) if calm else None,
        "misses": [row["text"] for row in misses],
        "false_alarms": alarms,
        "by_kind": _by_kind([row for row, _ in dangers], misses),
        "other_kind": other,
    }


def _by_kind(dangers: Sequence[Row], misses: Sequence[Row]) -> dict[str, dict[str, Any]]:
    kinds = sorted({row.get("kind") or "" for row in dangers})
    return {
        kind or "(none)": {
            "rows": sum((row.get("kind") or "") == kind for row in dangers),
            "misses": [row["text"] for row in misses if (row.get("kind") or "") == kind],
        }
        for kind in kinds
    }


def main(arguments: list[str] | None = None) -> int:
    """Runs the tool; 2 means a line or the model could not be read."""
    parser = argparse.ArgumentParser(prog="python -m tools.measure_danger", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--model", type=Path, default=Path("models"), help="a model, or a folder whose newest is taken")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    try:
        rows, model = read_dangers(options.file), find_model(options.model)
        keep_logs_off()
        result = {"file": str(options.file)} | measure(rows, open_gate(model))
    except ToolError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n" if options.json else table(result))
    return 0


def table(result: dict[str, Any]) -> str:
    """Returns the figures for a person to read."""
    return "\n".join([*_lines(result), ""])


def _lines(result: dict[str, Any]) -> Iterator[str]:
    recall, alarms = _percent(result["recall"]), _percent(result["false_alarm_rate"])
    yield f"{result.get('file', '')}: {result['rows']} rows, {result['dangers']} of danger"
    yield f"  recall {recall}   false alarms {alarms}"
    for kind, found in result["by_kind"].items():
        yield f"  {kind:<15}{found['rows']:>4} rows{len(found['misses']):>4} missed"
    for kind, found in result["by_kind"].items():
        yield from (f"  missed        {kind:<15}{text}" for text in found["misses"])
    yield from (f"  false alarm   {alarm['text']}  <- {alarm['quote']}" for alarm in result["false_alarms"])
    yield from (f"  other kind    {row['gold']} -> {row['found']}: {row['text']}" for row in result["other_kind"])


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


if __name__ == "__main__":
    sys.exit(main())
