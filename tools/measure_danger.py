"""Measures the safety gate on a file of labelled lines: recall, false alarms and every miss; it changes nothing."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from bot.policies.safety import SafetyGate
from tools.labelled import LineError, read_lines


def measure(rows: list[dict[str, Any]], gate: SafetyGate) -> dict[str, Any]:
    """Returns recall, false alarm rate, the misses and false alarms, and dangers found under another kind."""
    found = [(row, gate.check(row["text"])) for row in rows]
    dangers = [(row, danger) for row, danger in found if row["danger"]]
    calm = [(row, danger) for row, danger in found if not row["danger"]]
    misses = [row["text"] for row, danger in dangers if danger is None]
    alarms = [{"text": row["text"], "quote": danger.quote} for row, danger in calm if danger]
    other = [
        {"text": row["text"], "gold": row["kind"], "found": danger.kind.value}
        for row, danger in dangers
        if danger and row.get("kind") and danger.kind.value != str(row["kind"]).lower()
    ]
    return {
        "rows": len(rows),
        "recall": 1 - len(misses) / len(dangers) if dangers else None,
        "false_alarm_rate": len(alarms) / len(calm) if calm else None,
        "misses": misses,
        "false_alarms": alarms,
        "other_kind": other,
    }


def main(arguments: list[str] | None = None) -> int:
    """Runs the tool; 2 means a line could not be read."""
    parser = argparse.ArgumentParser(prog="python -m tools.measure_danger", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    try:
        rows = read_lines(options.file, required={"text": str, "danger": bool})
    except LineError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    result = measure(rows, SafetyGate())
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n" if options.json else _table(result))
    return 0


def _table(result: dict[str, Any]) -> str:
    lines = [f"rows {result['rows']}  recall {_percent(result['recall'])}  "
             f"false alarms {_percent(result['false_alarm_rate'])}"]  # fmt: skip
    lines += [f"  missed       {text}" for text in result["misses"]]
    lines += [f"  false alarm  {alarm['text']}  <- {alarm['quote']}" for alarm in result["false_alarms"]]
    lines += [f"  other kind   {row['text']}  {row['gold']} -> {row['found']}" for row in result["other_kind"]]
    return "\n".join(lines) + "\n"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


if __name__ == "__main__":
    sys.exit(main())
