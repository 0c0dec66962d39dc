"""Renders a kept day as Markdown tables: the README's short one in two languages, and the whole; computes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.results import Result

Labels = Mapping[str, str]
Found = Mapping[str, Any]
_LABELS = Path(__file__).parent / "labels.yml"
# What the README shows beside stock: our web door, actions in the bot's process.
_SHOWN = (("stock", "rest", "server"), ("gridtalk", "web", "here"))
_ROWS = ("held", "rate", "latency", "alone", "cpu", "memory", "ready")


def load_labels(language: str) -> Labels:
    """Reads the words of the README's table in `en` or `zh`."""
    labels: Labels = yaml.safe_load(_LABELS.read_text(encoding="utf-8"))[language]
    return labels


def short(result: Result, labels: Labels) -> str:
    """Returns the README's table."""
    shown = [one for one in result.found["setups"] if _kind(one) in _SHOWN]
    shown.sort(key=lambda one: (one["setup"]["workers"], one["setup"]["bot"]))
    rows = [[labels[name], *(_CELLS[name](one) or labels["none"] for one in shown)] for name in _ROWS]
    rows.append([labels["training"], *(training(result, one["setup"]["bot"]) for one in shown)])
    return grid([labels["head"], *(_title(one, labels) for one in shown)], rows)


def source(result: Result, labels: Labels) -> str:
    """Returns the sentence that says when and on what the table was measured."""
    machine = result.machine
    facts = {"alike": 0, "lines": 0, **result.found["alike"]}
    return labels["source"].format(
        date=result.measured_at[:10],
        cores=machine["cores"],
        processor=machine["processor"],
        memory=machine["memory_gb"],
        **facts,
    )


def whole(found: Found) -> str:
    """Returns the table with one row for each setup."""
    head = [
        "setup", "held/s at p95 <= 200 ms", "messages/s, 8 at once", "p50 / p95 / p99 ms, 8 at once",
        "p50 / p95 ms, alone", "CPU ms per turn: bot + actions", "PostgreSQL's CPU ms", "worker MB: RSS / PSS / USS",
        "action server MB", "ready s", "first answer s", "answered", "cores elsewhere",
    ]  # fmt: skip
    return grid(head, [_whole_row(one) for one in found["setups"]])


def ladder(found: Found) -> str:
    """Returns the table of the open loops."""
    head = ["setup", "messages/s sent", "answered", "p50 / p95 / p99 ms", "CPU ms per turn: bot + actions", "held"]
    rows = []
    for one in found["setups"]:
        for load in sorted((load for load in one["loads"] if load["rate"] is not None), key=lambda load: load["rate"]):
            held = "yes" if load["held"] else "no"
            answered = f"{load['answered']} of {load['sent']}"
            rows.append(
                [one["setup"]["name"], f"{load['rate']:g}", answered, _three(load), f"{_ms(load['cpu_ms'], 1)}"
                 f" + {_ms(load['actions_cpu_ms'], 1)}", held]
            )  # fmt: skip
    return grid(head, rows)


def grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Returns a Markdown table."""
    lines = [f"| {' | '.join(head)} |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def training(result: Result, bot: str) -> str:
    """Returns what the training of a bot took, with its epochs."""
    for trained in result.trained:
        if trained["name"].startswith(bot):
            epochs = f" ({trained['epochs']} epochs)" if trained["epochs"] else ""
            return f"{trained['seconds']:.0f}{epochs}"
    return "-"


def closed(one: Found, visitors: int) -> Found:
    """Returns the closed loop of so many visitors."""
    found: Found = next(load for load in one["loads"] if load["rate"] is None and load["visitors"] == visitors)
    return found


def _whole_row(one: Found) -> list[str]:
    busy = closed(one, 8)
    answered = sum(load["answered"] for load in one["loads"] if load["rate"] is None)
    sent = sum(load["sent"] for load in one["loads"] if load["rate"] is None)
    return [
        one["setup"]["name"], _held(one) or "none", _rate(one), _three(busy), _alone(one), _cpu(one),
        _ms(busy["postgres_cpu_ms"], 1), _memory(one, ("rss", "pss", "uss")), f"{one['actions_mb']:.0f}" or "-",
        f"{one['ready_s']:.1f}", f"{one['first_answer_s']:.1f}", f"{answered} of {sent}",
        f"{busy['cores_elsewhere']:.1f}",
    ]  # fmt: skip


def _kind(one: Found) -> tuple[str, str, str]:
    setup = one["setup"]
    return setup["bot"], setup["door"], setup["actions"]


def _title(one: Found, labels: Labels) -> str:
    setup = one["setup"]
    return labels[setup["bot"]].format(workers=setup["workers"], s="s" if setup["workers"] > 1 else "")


def _held(one: Found) -> str:
    return "" if one["held_per_second"] is None else f"{one['held_per_second']:g}"


def _rate(one: Found) -> str:
    return f"{closed(one, 8)['per_second']:.1f}"


def _three(load: Found) -> str:
    return f"{_ms(load['p50_ms'])} / {_ms(load['p95_ms'])} / {_ms(load['p99_ms'])}"


def _alone(one: Found) -> str:
    alone = closed(one, 1)
    return f"{_ms(alone['p50_ms'])} / {_ms(alone['p95_ms'])}"


def _cpu(one: Found) -> str:
    busy = closed(one, 8)
    return f"{_ms(busy['cpu_ms'], 1)} + {_ms(busy['actions_cpu_ms'], 1)}"


def _memory(one: Found, kinds: Sequence[str] = ("rss", "uss")) -> str:
    """The mean of the workers; what stands beside them (a parent that forked them) counts in the shares alone."""
    workers = one["setup"]["workers"]
    largest = sorted(one["memory"], key=lambda each: float(each["rss"]), reverse=True)[:workers]
    of = {"rss": largest, "uss": largest, "pss": one["memory"]}
    return " / ".join(f"{sum(each[kind] for each in of[kind]) / workers:.0f}" for kind in kinds)


def _ms(value: float | None, digits: int = 0) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


_CELLS: Mapping[str, Callable[[Found], str]] = {
    "held": _held,
    "rate": _rate,
    "latency": lambda one: _three(closed(one, 8)),
    "alone": _alone,
    "cpu": _cpu,
    "memory": _memory,
    "ready": lambda one: f"{one['ready_s']:.1f}",
}
