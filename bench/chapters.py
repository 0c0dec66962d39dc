"""The measured chapters of docs/performance.md, one for each part of the bench."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.numbers import NOISY_CORES
from bench.results import Result
from bench.table import grid, ladder, whole

_IMAGES = "images/performance"


def source(result: Result) -> str:
    """Returns what is needed to repeat a run."""
    versions = ", ".join(f"{name} {number}" for name, number in result.versions.items())
    lines = [
        f"* Measured {result.measured_at}, by `{result.command}`; load before {result.load_before:.1f}.",
        "* Machine: {system}, {cores} cores of {processor}, {memory_gb} GB.".format(**result.machine),
        f"* Versions: {versions}.",
        *(_trained(model) for model in result.trained),
    ]
    if any(value > NOISY_CORES for value in _elsewhere(result.found)):
        lines.append("* **The machine was not quiet**: other programs took cores meanwhile. Repeat this run.")
    return "\n".join(lines)


def day(result: Result) -> str:
    """Returns the day's tables and plots."""
    alike = result.found["alike"]
    same = f"{alike['alike']} of {alike['lines']} lines had the same usual first answer on both sides." if alike else ""
    plots = [
        f"![95% of the answers within how many ms, by messages sent a second]({_IMAGES}/rate.png)",
        f"![Messages a second held, and processor time of a turn]({_IMAGES}/cost.png)",
    ]
    return "\n\n".join([whole(result.found), *plots, "Open loops, by rate:", ladder(result.found), same]).strip()


def curves(result: Result) -> str:
    """Returns both curves with their ends."""
    rows = []
    for curve in result.found["long"]:
        ends = [_end(curve, "early"), _end(curve, "late")]
        ratios = [f"{curve[name]:.2f}" if name in curve else "-" for name in ("p50_ratio", "p95_ratio")]
        rows.append([curve["setup"], f"{curve['last']}", *ends, *ratios, curve["stopped"] or "-"])
    head = ["setup", "last event", "p50 / p95 ms early", "p50 / p95 ms late", "p50 ratio", "p95 ratio", "stopped"]
    crowd = [
        [f"{one['at']:,}", f"{one['p50_ms']:.0f} / {one['p95_ms']:.0f}", f"{one['cpu_ms']:.1f}",
         f"{one['postgres_cpu_ms']:.1f}"]
        for one in result.found["many"]
    ]  # fmt: skip
    stored = ["conversations stored", "p50 / p95 ms", "the bot's CPU ms per turn", "PostgreSQL's"]
    return "\n\n".join(
        [
            grid(head, rows),
            f"![A turn's time as its conversation grows]({_IMAGES}/length.png)",
            grid(stored, crowd),
            f"![A turn's time as conversations are stored]({_IMAGES}/stored.png)",
        ]
    )


def soak(result: Result) -> str:
    """Returns what the soak found."""
    found = result.found
    grown = found.get("per_thousand_turns", {})
    first, last = found["samples"][0], found["samples"][-1]
    names = {"rss_mb": "resident MB", "uss_mb": "its own MB", "files": "open files", "tasks": "tasks"}
    rows = [
        [label, f"{first[name]:.0f}", f"{last[name]:.0f}", f"{grown[name]:+.2f}" if grown else "-"]
        for name, label in names.items()
    ]
    load = found["load"]
    told = (
        f"{found['turns']:,} turns, {load['answered']:,} answered, {load['per_second']:.1f} a second by eight at once; "
        f"the growth is that after turn {found.get('after_turns', 0):,}."
    )
    table = grid(["the worker holds", "before", "at the end", "growth in 1,000 turns"], rows)
    return f"{told}\n\n{table}\n\n![Memory, open files and tasks over the turns]({_IMAGES}/soak.png)"


def ceiling(result: Result) -> str:
    """Returns what each part costs by itself, and what a turn asks of the stores."""
    found, turn = result.found, result.found["turn"]
    rows = [
        _part("bare sanic, JSON in and out, eight at once", found["echo"]),
        _part("jieba alone, one line", found["jieba"]),
        _part("our whole understanding of a line, alone", found["parse"]),
        *([_part("stock's, alone", found["stock_parse"])] if "stock_parse" in found else []),
        _part("one insert and commit of PostgreSQL", found["commit"]),
        _part("one round trip of Redis", found["redis"]),
    ]
    cost = found["commit"]
    asked = [
        ["the turn, p50 (one customer alone)", f"{turn['p50_ms']:.1f} ms by the clock"],
        ["the bot's processor", f"{turn['cpu_ms']:.1f} ms"],
        ["of it understanding (as alone)", f"{found['parse']['cpu_ms']:.1f} ms"],
        ["PostgreSQL's processor", f"{turn['postgres_cpu_ms']:.1f} ms"],
        ["transactions at PostgreSQL", f"{turn['transactions']:.1f}"],
        ["syncs of its log to disk", f"{turn['wal_syncs']:.1f}, {cost['ms']:.2f} ms each"],
        ["commands to Redis", f"{turn['redis_commands']:.1f}, {found['redis']['ms']:.2f} ms each"],
    ]
    return "\n\n".join(
        [
            grid(["by itself", "a second", "ms", "processor ms", "the server's processor ms"], rows),
            f"![Processor ms of each part]({_IMAGES}/ceiling.png)",
            "What one turn of the plain dialogue takes and asks (actions in the bot's process, idling taken off):",
            grid(["a turn", "measured"], asked),
        ]
    )


def _part(name: str, costs: Mapping[str, float]) -> list[str]:
    rate = costs.get("per_second", 1000 / costs["ms"])
    served = f"{costs['server_cpu_ms']:.3f}" if costs.get("server_cpu_ms") else "-"
    return [name, f"{rate:,.0f}", f"{costs['ms']:.3f}", f"{costs['cpu_ms']:.3f}", served]


def _end(curve: Mapping[str, Any], name: str) -> str:
    end = curve.get(name)
    return f"{end['p50_ms']:.0f} / {end['p95_ms']:.0f}" if end else "-"


def _trained(model: Mapping[str, Any]) -> str:
    epochs = f", {model['epochs']} epochs of {model['sentences']:,} sentences" if model["epochs"] else ""
    each = ", ".join(f"{name} {seconds:.1f} s an epoch" for name, seconds in model["epoch_s"].items())
    reused = " (by an earlier run)" if model["reused"] else ""
    took = f"trained {model['at']} in {model['seconds']:.0f} s{epochs}{reused}"
    return f"* {model['name']}: {took}; {each or 'no epochs'}; load {model['load_before']:.1f} before."


def _elsewhere(found: Any) -> list[float]:
    """Every figure of cores taken by others, wherever it stands."""
    if isinstance(found, dict):
        own = [float(found["cores_elsewhere"])] if "cores_elsewhere" in found else []
        return own + [value for part in found.values() for value in _elsewhere(part)]
    if isinstance(found, list):
        return [value for part in found for value in _elsewhere(part)]
    return []
