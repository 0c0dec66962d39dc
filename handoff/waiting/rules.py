"""What is told in the queue and how often, as `handoff/rules/queue.yml` says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from handoff.rules import read_rules

FILE = "queue.yml"


@dataclass(frozen=True)
class EstimateRules:
    """How a wait is estimated."""

    window: timedelta = timedelta(days=14)
    most_samples: int = 200
    least_samples: int = 8
    chance: float = 0.8
    answer_s: tuple[float, float] = (5.0, 60.0)
    longest: timedelta = timedelta(minutes=60)


@dataclass(frozen=True)
class NoticeRules:
    """How often a change is told."""

    every: timedelta = timedelta(seconds=90)
    fewer_ahead: int = 1
    most: int = 6
    push_doors_most: int = 1


@dataclass(frozen=True)
class Quota:
    """Lines a platform lets us send after the customer's last word, and how many are kept for people."""

    window: timedelta
    lines: int
    keep: int


@dataclass(frozen=True)
class QueueRules:
    """All of the file."""

    estimate: EstimateRules = field(default_factory=EstimateRules)
    notices: NoticeRules = field(default_factory=NoticeRules)
    long_ahead: int = 8
    long_wait: timedelta = timedelta(minutes=15)
    answer_within: timedelta = timedelta(minutes=60)
    warn_before: timedelta = timedelta(minutes=10)
    thrift: Mapping[str, Quota] = field(default_factory=dict)


def load_queue_rules() -> QueueRules:
    """Reads the file. Raises RulesError."""
    return read_rules(FILE, parse_queue_rules)


def parse_queue_rules(raw: dict[str, Any]) -> QueueRules:
    """Reads what the file says."""
    notices, long, night = raw["notices"], raw["long_queue"], raw["night"]
    return QueueRules(
        _estimate(raw["estimate"]),
        NoticeRules(
            timedelta(seconds=notices["every_seconds"]),
            int(notices["fewer_ahead"]),
            int(notices["most"]),
            int(notices["push_doors_most"]),
        ),
        int(long["ahead"]),
        timedelta(minutes=long["minutes"]),
        timedelta(minutes=night["answer_within_minutes"]),
        timedelta(minutes=night["warn_before_minutes"]),
        {door: _quota(quota) for door, quota in raw["thrift"].items()},
    )


def _estimate(raw: dict[str, Any]) -> EstimateRules:
    low, high = raw["answer_seconds"]
    return EstimateRules(
        timedelta(days=raw["window_days"]),
        int(raw["most_samples"]),
        int(raw["least_samples"]),
        float(raw["chance"]),
        (float(low), float(high)),
        timedelta(minutes=raw["longest_minutes"]),
    )


def _quota(raw: dict[str, Any]) -> Quota:
    return Quota(timedelta(hours=raw["window_hours"]), int(raw["lines"]), int(raw["keep"]))
