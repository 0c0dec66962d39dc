"""Renders results side by side as a Markdown table, in either language of the README; it computes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from bench.numbers import Level, lines_alike
from bench.results import Result, SideResult

Labels = Mapping[str, Any]
_LABELS = Path(__file__).parent / "labels.yml"


def load_labels(language: str) -> Labels:
    """Reads the words of the table in `en` or `zh`."""
    labels: Labels = yaml.safe_load(_LABELS.read_text(encoding="utf-8"))[language]
    return labels


def render(result: Result, labels: Labels) -> str:
    """Returns the table, one column per side."""
    head = labels["head"]
    lines = [f"| {' | '.join(head)} |", "|---|" + "---:|" * (len(head) - 1)]
    lines += [f"| {name} | {' | '.join(cells)} |" for name, cells in _rows(result, labels)]
    return "\n".join(lines)


def source(result: Result, labels: Labels) -> str:
    """Returns the sentence that says when and on what the table was measured."""
    machine = result.machine
    return str(labels["source"]).format(
        date=result.measured_at[:10],
        cores=machine["cores"],
        processor=machine["processor"],
        memory=machine["memory_gb"],
        alike=len(lines_alike(*(side.answers for side in result.sides))),
        lines=len(result.sides[0].answers),
    )


def _rows(result: Result, labels: Labels) -> Iterator[tuple[str, list[str]]]:
    for number, level in enumerate(result.sides[0].levels):
        for name, cell in (
            ("rate", _rate),
            ("latency", _latency),
            ("cpu", _cpu),
            ("answered", _answered),
            ("elsewhere", _elsewhere),
        ):
            cells = [cell(side.levels[number], labels) for side in result.sides]
            yield str(labels[name]).format(visitors=level.visitors), cells
    for name, value in _ONCE.items():
        yield labels[name], [value(side) for side in result.sides]


def _rate(level: Level, _: Labels) -> str:
    return f"{level.per_second:.1f}"


def _latency(level: Level, _: Labels) -> str:
    return f"{_ms(level.p50_ms)} / {_ms(level.p95_ms)}"


def _cpu(level: Level, _: Labels) -> str:
    return _ms(level.cpu_ms)


def _answered(level: Level, labels: Labels) -> str:
    return str(labels["answered_of"]).format(answered=level.answered, sent=level.sent)


def _elsewhere(level: Level, _: Labels) -> str:
    return f"{level.cores_elsewhere:.1f}"


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


_ONCE: Mapping[str, Callable[[SideResult], str]] = {
    "memory": lambda side: f"{side.memory_mb:.0f}",
    "actions": lambda side: f"{side.actions_memory_mb:.0f}",
    "ready": lambda side: f"{side.ready_s:.1f}",
    "first": lambda side: f"{side.first_answer_s:.1f}",
    "training": lambda side: f"{side.training.seconds:.0f}",
}
