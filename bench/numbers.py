"""The arithmetic of the bench: single turns in, a level's rate and percentiles out; it measures nothing itself."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_NOISY_CORES = 0.2


@dataclass(frozen=True)
class Turn:
    """One line said by one visitor; `answer` is the first answer's text, None when there was none."""

    line: int
    seconds: float
    answer: str | None


@dataclass(frozen=True)
class Level:
    """What a number of visitors at once got.

    Latencies are those of answered turns, `cpu_ms` is what one of them cost the bot; None when none was answered.
    `cores_elsewhere` is what other programs of the machine took meanwhile: near 0 on a quiet machine.
    """

    visitors: int
    sent: int
    answered: int
    seconds: float
    per_second: float
    p50_ms: float | None
    p95_ms: float | None
    cpu_ms: float | None
    cores_elsewhere: float

    @property
    def is_noisy(self) -> bool:
        """Whether others took so much of the machine that the level is worth repeating."""
        return self.cores_elsewhere > _NOISY_CORES


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


@dataclass(frozen=True)
class Spent:
    """What a level took: seconds by the clock, and seconds of processors by the bot and by programs of others."""

    seconds: float
    by_bot: float
    elsewhere: float


def summarise(visitors: int, turns: Sequence[Turn], spent: Spent) -> Level:
    """Sums up one level; only answered turns count as throughput."""
    spans = [turn.seconds * 1000 for turn in turns if turn.answer is not None]
    return Level(
        visitors=visitors,
        sent=len(turns),
        answered=len(spans),
        seconds=spent.seconds,
        per_second=len(spans) / spent.seconds if spent.seconds else 0.0,
        p50_ms=percentile(spans, 0.50) if spans else None,
        p95_ms=percentile(spans, 0.95) if spans else None,
        cpu_ms=spent.by_bot * 1000 / len(spans) if spans else None,
        cores_elsewhere=max(0.0, spent.elsewhere / spent.seconds) if spent.seconds else 0.0,
    )


def plays_each(messages: int, visitors: int, lines: int) -> int:
    """Returns how often each of the visitors at once plays the dialogue: at least once, and nearest to `messages`."""
    return max(1, round(messages / (visitors * lines)))


def lines_alike(one: dict[str, dict[str, int]], other: dict[str, dict[str, int]]) -> list[str]:
    """Returns the lines whose most frequent first answer is the same in both counts: there, both did the same work."""
    return [line for line, answers in one.items() if _usual(answers) == _usual(other.get(line, {}))]


def _usual(answers: dict[str, int]) -> str | None:
    return max(answers, key=lambda text: answers[text]) if answers else None


def count_answers(turns: Iterable[Turn], lines: Sequence[str]) -> dict[str, dict[str, int]]:
    """Counts, for each line, the first answers it got; the empty text stands for no answer."""
    heard: dict[str, Counter[str]] = {line: Counter() for line in lines}
    for turn in turns:
        heard[lines[turn.line]][turn.answer or ""] += 1
    return {line: dict(answers.most_common()) for line, answers in heard.items()}
