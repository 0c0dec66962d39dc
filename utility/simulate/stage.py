"""What the scenes of a day share: the client, the clock, the words, and what earlier scenes have left behind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from utility.simulate.client import Client, Reply
from utility.simulate.script import Step

Scene = Callable[["Stage", Step], Awaitable[None]]


def _moment_of(step: Step) -> datetime:
    return step.at


@dataclass
class Stage:
    """One day in progress."""

    client: Client
    storm: Mapping[str, Any]
    seed: int
    make_rounds: Callable[[], Awaitable[None]]
    set_clock: Callable[[datetime], None]
    moment: Callable[[Step], datetime] = _moment_of
    orders: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    visits: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    told: Counter[str] = field(default_factory=Counter)

    def dice(self, step: Step) -> Random:
        """The dice of one step: the same however often it is played."""
        return Random(f"{self.seed}:{step.number}")

    def key(self, step: Step, place: int = 0) -> str:
        """The idempotency key of one write of a step."""
        return f"day-{self.seed}-{step.number}-{place}"

    def count(self, step: Step, reply: Reply) -> Reply:
        """Counts how a scene went: done, or refused and why."""
        self.told[f"{step.scene}: {reply.code or 'done'}"] += 1
        return reply
