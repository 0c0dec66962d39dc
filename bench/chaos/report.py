"""What a run says at its end: a table for the terminal, and the raw results as JSON."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import results
from bench.chaos.compare import shorten
from bench.chaos.run import Outcome
from bench.chaos.schedule import Plan
from tools.say import ToolError

FOLDER = results.RESULTS / "chaos"


def table(plan: Plan, outcome: Outcome) -> str:
    """Renders what was done, what happened and which promises held."""
    blows = Counter((one.fault.target, one.fault.kind.value) for one in outcome.struck)
    lines = [
        f"seed {plan.seed}: {outcome.seconds:.0f} s of load and faults, quiet {outcome.quiet_seconds:.0f} s later",
        "",
    ]
    lines += ["| what was done | times |", "|---|---:|"]
    lines += [f"| {target}: {kind} | {times} |" for (target, kind), times in sorted(blows.items())]
    lines += ["", "| what happened | count |", "|---|---:|"]
    lines += [f"| {name} | {count} |" for name, count in outcome.counts.items()]
    lines += ["", "| promise | checked | broken |", "|---|---:|---|"]
    for promise in outcome.promises:
        broken = f"{len(promise.broken)}: {shorten(promise.broken)}" if promise.broken else "0"
        lines.append(f"| {promise.name} | {promise.checked} | {broken} |")
    return "\n".join(lines)


def raw(measured_at: str, command: str, plan: Plan, outcome: Outcome) -> dict[str, Any]:
    """The raw results."""
    return {
        "measured_at": measured_at,
        "command": command,
        "machine": results.describe_machine(),
        "seed": plan.seed,
        "size": asdict(plan.size),
        "seconds": round(outcome.seconds, 1),
        "quiet_seconds": round(outcome.quiet_seconds, 1),
        "faults": [
            {
                "target": one.fault.target,
                "kind": one.fault.kind.value,
                "seconds": round(one.fault.seconds, 2),
                "began": round(one.began, 2),
                "ended": round(one.ended, 2),
            }
            for one in outcome.struck
        ],
        "starts": outcome.starts,
        "counts": outcome.counts,
        "promises": [{**asdict(one), "broken": list(one.broken)} for one in outcome.promises],
    }


def keep(content: dict[str, Any], file: Path) -> None:
    """Writes the raw results. Raises ToolError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise ToolError(f"The results cannot be written to {file}: {error.strerror}.") from error
