"""How honest the told waits are: `python -m bench.waiting [--seed n] [--days n]` simulates queues and prints the error.

Customers arrive by chance (Poisson, busier at noon and in the evening), agents serve several at a time, services last
log-normally long, a free agent takes some seconds to answer. Everybody who asks is told a range by the product's own
`handoff.waiting.estimate` from the services that have ended until then, and waits as long as the simulation makes them.
The naive estimate is what most desks show: people ahead times the average service over the agents, as one figure; its
range is that figure and a half more or less.
"""

from __future__ import annotations

import argparse
import heapq
import math
import random
import statistics
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from handoff.waiting.estimate import Floor, Wait, estimate
from handoff.waiting.rules import EstimateRules, load_queue_rules

_DAY_S = 12 * 3600.0


@dataclass(frozen=True)
class Scenario:
    """One desk: its people, how busy it is (1.0: as much work as hands), and how services and answers go."""

    name: str
    agents: int
    chats: int
    load: float
    service_s: float = 420.0
    spread: float = 0.6
    answer_s: float = 15.0
    drift: float = 1.0  # services of the second half of the day last so many times as long


SCENARIOS = (
    Scenario("quiet desk", 6, 3, 0.6),
    Scenario("busy desk", 6, 3, 0.95),
    Scenario("storm", 6, 3, 1.25),
    Scenario("one agent", 1, 1, 0.85),
    Scenario("two agents, long cases", 2, 2, 0.95, service_s=1200.0, spread=0.9),
    Scenario("thirty agents", 30, 6, 1.05),
    Scenario("services get longer", 6, 3, 0.95, drift=1.5),
)


@dataclass(frozen=True)
class Told:
    """What one customer was told, and how long they waited."""

    ahead: int
    range: Wait
    naive_s: float
    waited_s: float


@dataclass
class Desk:
    """The simulated desk on one day: who is served until when, who waits, and what has been measured."""

    scenario: Scenario
    rules: EstimateRules
    chance: random.Random
    ends: list[float] = field(default_factory=list)
    waiting: deque[tuple[float, int, Wait | None, float]] = field(default_factory=deque)
    services: deque[float] = field(default_factory=lambda: deque(maxlen=200))
    answers: deque[float] = field(default_factory=lambda: deque(maxlen=200))
    told: list[Told] = field(default_factory=list)
    running: dict[float, float] = field(default_factory=dict)

    @property
    def places(self) -> int:
        return self.scenario.agents * self.scenario.chats

    def arrive(self, at: float) -> None:
        """Tells a customer the wait and lets them stand in line."""
        ahead = len(self.waiting)
        floor = Floor(self.places, len(self.ends), list(self.services), list(self.answers))
        mean = statistics.fmean(self.services) if self.services else self.scenario.service_s
        self.waiting.append((at, ahead, estimate(ahead, floor, self.rules), (ahead + 1) * mean / self.places))
        self.serve(at)

    def serve(self, at: float) -> None:
        """Lets free places take who waits."""
        while self.waiting and len(self.ends) < self.places:
            came, ahead, wait, naive = self.waiting.popleft()
            answer = self.chance.lognormvariate(math.log(self.scenario.answer_s), 0.5)
            begun = at + answer
            if wait:
                self.told.append(Told(ahead, wait, naive, begun - came))
            if at == came:
                self.answers.append(answer)
            longer = self.scenario.drift if at > _DAY_S / 2 else 1.0
            spread = self.scenario.spread
            service = longer * self.chance.lognormvariate(math.log(self.scenario.service_s) - spread**2 / 2, spread)
            self.running[begun + service] = service
            heapq.heappush(self.ends, begun + service)

    def run_until(self, at: float) -> None:
        """Ends the services that end by then."""
        while self.ends and self.ends[0] <= at:
            ended = heapq.heappop(self.ends)
            self.services.append(self.running.pop(ended))
            self.serve(ended)


def simulate(scenario: Scenario, rules: EstimateRules, seed: int, days: int) -> list[Told]:
    """Runs some days; what was measured on one day is known on the next."""
    chance = random.Random(f"{seed}/{scenario.name}")
    told: list[Told] = []
    services: deque[float] = deque(maxlen=200)
    for _ in range(days):
        desk = Desk(scenario, rules, chance, services=services)
        for at in arrivals(scenario, chance):
            desk.run_until(at)
            desk.arrive(at)
        desk.run_until(math.inf)
        told += desk.told
    return told


def arrivals(scenario: Scenario, chance: random.Random) -> Iterator[float]:
    """When customers come on one day: by chance, with a hill at noon and one in the evening."""
    usual = scenario.load * scenario.agents * scenario.chats / scenario.service_s
    at = 0.0
    while True:
        hill = 1 + 0.3 * math.sin(4 * math.pi * at / _DAY_S)
        at += chance.expovariate(usual * hill)
        if at >= _DAY_S:
            return
        yield at


def report(scenario: Scenario, told: list[Told], longest_s: float) -> str:
    """One line of figures, of those who had to wait for a place (who is answered at once is easily told)."""
    named = [one for one in told if _queued(one) and one.range.most_s <= longest_s]
    if not named:
        return f"| {scenario.name} | 0 | - | - | - | - | - |"
    inside = statistics.fmean(_inside(one) for one in named)
    naive_inside = statistics.fmean(0.5 * one.naive_s <= one.waited_s <= 1.5 * one.naive_s for one in named)
    ours = statistics.median(abs(_middle(one) - one.waited_s) for one in named) / 60
    naive = statistics.median(abs(one.naive_s - one.waited_s) for one in named) / 60
    width = statistics.median(_width(one) for one in named) / 60
    figures = f"{inside:.0%} | {naive_inside:.0%} | {ours:.1f} | {naive:.1f} | {width:.1f}"
    return f"| {scenario.name} | {len(named)} | {figures} |"


def _queued(one: Told) -> bool:
    return one.ahead > 0 or one.range.most_s > 90


def _inside(one: Told) -> bool:
    """The range as it is told: in whole minutes, outwards."""
    least, most = one.range.minutes
    return least * 60 <= one.waited_s <= most * 60


def _middle(one: Told) -> float:
    return (one.range.least_s + one.range.most_s) / 2


def _width(one: Told) -> float:
    return one.range.most_s - one.range.least_s


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--days", type=int, default=5)
    given = parser.parse_args()
    rules = load_queue_rules().estimate
    _write(f"seed {given.seed}, {given.days} days of 12 hours; the range is meant for {rules.chance:.0%} of the waits")
    _write("| desk | waits told | inside our range | inside naive ±50% | our median error (min) | naive | our width |")
    _write("|---|---|---|---|---|---|---|")
    for scenario in SCENARIOS:
        told = simulate(scenario, rules, given.seed, given.days)
        _write(report(scenario, told, rules.longest.total_seconds()))


if __name__ == "__main__":
    main()
