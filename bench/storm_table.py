"""The figures of the storm side by side, and the promises that were broken; it measures nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.numbers import percentile
from bench.storm_books import Books
from bench.storm_checks import Tally


@dataclass(frozen=True)
class Figures:
    """What one door made of the storm; seconds throughout, percentiles by straight line between neighbours."""

    name: str
    messages: int
    seconds: float
    answered_once: int
    lost: int
    doubled: int
    disordered: int
    passive: tuple[float, ...]
    late: tuple[float, ...]
    pushes: Mapping[str, int]
    calls: Mapping[str, int]
    most_of_quota: int
    attempts: int | None = None
    memory_mb: tuple[float, float] | None = None
    cpu_ms: float | None = None
    broken: Sequence[str] = field(default=())


def figures(name: str, messages: int, seconds: float, tally: Tally, books: Books) -> Figures:
    """Sums up a door by what its customers read."""
    return Figures(
        name=name,
        messages=messages,
        seconds=seconds,
        answered_once=messages - len(tally.lost | tally.doubled),
        lost=len(tally.lost),
        doubled=len(tally.doubled),
        disordered=len(tally.disordered),
        passive=tuple(sorted(round(one, 3) for one in tally.passive(books))),
        late=tuple(sorted(round(one, 3) for one in tally.late(books))),
        pushes=dict(books.pushes),
        calls=dict(books.calls),
        most_of_quota=books.most_of_quota,
    )


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "-"
    return " / ".join(f"{percentile(values, share):.2f}" for share in (0.5, 0.95, 0.99))


def _share(count: int, one: Figures) -> str:
    return f"{100 * count / one.messages:.1f}%"


def _worst(one: Figures) -> str:
    return f"{max((*one.passive, *one.late), default=0):.1f}"


def _faults(one: Figures) -> str:
    return str(sum(count for name, count in one.calls.items() if name != "taken"))


def _memory(one: Figures) -> str:
    return f"{one.memory_mb[0]:.0f} / {one.memory_mb[1]:.0f}" if one.memory_mb else "-"


_ROWS: Mapping[str, Callable[[Figures], str]] = {
    "messages pushed a second": lambda one: f"{one.messages / one.seconds:.1f}",
    "answered exactly once": lambda one: f"{one.answered_once} of {one.messages}",
    "lost": lambda one: str(one.lost),
    "answered twice": lambda one: str(one.doubled),
    "out of order": lambda one: str(one.disordered),
    "passive replies": lambda one: _share(len(one.passive), one),
    "passive p50 / p95 / p99 s": lambda one: _spread(one.passive),
    "late answers": lambda one: _share(len(one.late), one),
    "late p50 / p95 / p99 s": lambda one: _spread(one.late),
    "worst lateness s": _worst,
    "pushes, repeats included": lambda one: str(one.pushes.get("pushed", 0)),
    "messages the platform gave up": lambda one: str(one.pushes.get("given up", 0)),
    "calls of the API that failed": _faults,
    "deliveries tried again": lambda one: "-" if one.attempts is None else str(one.attempts),
    "most messages after one of a customer": lambda one: f"{one.most_of_quota} of 5",
    "the workers' processor ms per message": lambda one: "-" if one.cpu_ms is None else f"{one.cpu_ms:.0f}",
    "a worker's resident MB, before / most": _memory,
}


def render(sides: Sequence[Figures]) -> str:
    """Returns the table in Markdown."""
    head = ["| measured | " + " | ".join(one.name for one in sides) + " |", "|---|" + "---:|" * len(sides)]
    rows = [f"| {label} | {' | '.join(cell(one) for one in sides)} |" for label, cell in _ROWS.items()]
    return "\n".join([*head, *rows])
