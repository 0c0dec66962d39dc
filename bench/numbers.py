"""The arithmetic of the bench: single turns in; rates, percentiles and slopes out; it measures nothing itself."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NOISY_CORES = 0.2
# A rate is held when so many of a hundred messages are answered within so many milliseconds, and every one is answered.
HELD_SHARE, HELD_MS = 0.95, 200.0


@dataclass(frozen=True)
class Turn:
    """One line said by one visitor; `answer` is the first answer's text, None when there was none."""

    line: str
    seconds: float
    answer: str | None


@dataclass(frozen=True)
class Spent:
    """What a load took: seconds by the clock, and seconds of processors, by whom."""

    seconds: float
    by_bot: float
    elsewhere: float
    by_actions: float = 0.0
    by_postgres: float = 0.0


@dataclass(frozen=True)
class Load:
    """What one load of messages got.

    `visitors` talked at once (closed loop), or `rate` messages a second were sent whatever the bot did (open loop).
    Latencies are those of answered turns, `cpu_ms` is what one of them cost the bot; None when none was answered.
    `cores_elsewhere` is what other programs of the machine took meanwhile: near 0 on a quiet machine.
    """

    visitors: int
    rate: float | None
    sent: int
    answered: int
    seconds: float
    per_second: float
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    cpu_ms: float | None
    actions_cpu_ms: float | None
    postgres_cpu_ms: float | None
    cores_elsewhere: float

    @property
    def is_noisy(self) -> bool:
        """Whether others took so much of the machine that the load is worth repeating."""
        return self.cores_elsewhere > NOISY_CORES

    @property
    def is_held(self) -> bool:
        """Whether the bot kept up with what was sent."""
        return self.answered == self.sent and self.p95_ms is not None and self.p95_ms <= HELD_MS


def percentile(values: Sequence[float], share: float) -> float:
    """Returns the value below which `share` (0 to 1) of the values lie, between two neighbours by straight line.

    Raises:
        ValueError: there are no values, or `share` is no share.
    """
    if not values or not 0 <= share <= 1:
        raise ValueError("a percentile needs values, and a share from 0 to 1")
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below, above = math.floor(place), math.ceil(place)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def summarise(turns: Sequence[Turn], spent: Spent, *, visitors: int = 0, rate: float | None = None) -> Load:
    """Sums up one load; only answered turns count as throughput."""
    spans = [turn.seconds * 1000 for turn in turns if turn.answer is not None]

    def per_turn(seconds: float) -> float | None:
        return seconds * 1000 / len(spans) if spans else None

    return Load(
        visitors=visitors,
        rate=rate,
        sent=len(turns),
        answered=len(spans),
        seconds=spent.seconds,
        per_second=len(spans) / spent.seconds if spent.seconds else 0.0,
        p50_ms=percentile(spans, 0.50) if spans else None,
        p95_ms=percentile(spans, 0.95) if spans else None,
        p99_ms=percentile(spans, 0.99) if spans else None,
        cpu_ms=per_turn(spent.by_bot),
        actions_cpu_ms=per_turn(spent.by_actions),
        postgres_cpu_ms=per_turn(spent.by_postgres),
        cores_elsewhere=max(0.0, spent.elsewhere / spent.seconds) if spent.seconds else 0.0,
    )


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Returns how much y grows with x, by least squares.

    Raises:
        ValueError: there are not two different x.
    """
    if len({x for x, _ in points}) < 2:
        raise ValueError("a slope needs two different x")
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def lines_alike(one: dict[str, dict[str, int]], other: dict[str, dict[str, int]]) -> list[str]:
    """Returns the lines whose most frequent first answer is the same in both counts: there, both did the same work."""
    return [line for line, answers in one.items() if usual(answers) == usual(other.get(line, {}))]


def usual(answers: dict[str, int]) -> str | None:
    """Returns the most frequent answer."""
    return max(answers, key=lambda text: answers[text]) if answers else None


def count_answers(turns: Iterable[Turn]) -> dict[str, dict[str, int]]:
    """Counts, for each line, the first answers it got; the empty text stands for no answer."""
    heard: dict[str, Counter[str]] = {}
    for turn in turns:
        heard.setdefault(turn.line, Counter())[turn.answer or ""] += 1
    return {line: dict(answers.most_common()) for line, answers in heard.items()}
