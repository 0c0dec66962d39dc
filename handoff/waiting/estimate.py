"""How long somebody in the queue waits, as a range: from measured services and the places agents have; pure figures.

With every place taken, the queue moves each time one of `places` services ends. The time until the n-th such end is
nearly gamma distributed: its mean is n services over the places, and its spread falls with n and with how even the
services are. The range is the middle `chance` of that distribution, so that a wait is as likely shorter as longer.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from handoff.waiting.rules import EstimateRules

# However long the queue, the speed of a day differs this much from the measured one: people take breaks, cases vary.
_NEVER_SURER = 0.05


@dataclass(frozen=True)
class Floor:
    """What is measured of a skill: the places its agents have, how many are taken, and how long services took."""

    places: int
    taken: int
    services_s: Sequence[float]
    answers_s: Sequence[float] = ()

    @property
    def free(self) -> int:
        """Places nobody sits at."""
        return max(0, self.places - self.taken)


@dataclass(frozen=True)
class Wait:
    """Between `least_s` and `most_s` seconds."""

    least_s: float
    most_s: float

    @property
    def minutes(self) -> tuple[int, int]:
        """The range in whole minutes, outwards; less than a minute is 0 to 1."""
        return math.floor(self.least_s / 60), max(1, math.ceil(self.most_s / 60))


def estimate(ahead: int, floor: Floor, rules: EstimateRules) -> Wait | None:
    """Estimates the wait of somebody with `ahead` people before them; None where it would be invented.

    That is: nobody works on this skill, or too few services were measured.
    """
    if floor.places <= 0:
        return None
    answer = _answer(floor.answers_s, rules)
    turns = ahead + 1 - floor.free
    if turns <= 0:
        return answer
    if len(floor.services_s) < rules.least_samples:
        return None
    pause = math.sqrt(answer.least_s * answer.most_s)  # a place stays empty until its agent answers
    mean = statistics.fmean(floor.services_s)
    scale = turns * (mean + pause) / floor.places
    shape = _shape(turns, mean, floor.services_s)
    low, high = (scale * _gamma_factor(shape, share) for share in _tails(rules.chance))
    return Wait(low + answer.least_s, high + answer.most_s)


def _shape(turns: int, mean: float, services_s: Sequence[float]) -> float:
    """How narrow the distribution is: by how many ends are waited for, and how well their mean is known."""
    uneven = min(statistics.pvariance(services_s) / mean**2 if mean else 1.0, 4.0)
    unsure = uneven / len(services_s) + _NEVER_SURER**2
    return 1 / ((1 + uneven) / (2 * turns) + unsure)


def _answer(measured: Sequence[float], rules: EstimateRules) -> Wait:
    """How long a free agent takes to answer."""
    if len(measured) < rules.least_samples:
        return Wait(*rules.answer_s)
    ordered = sorted(measured)
    low, high = (ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in _tails(rules.chance))
    return Wait(low, max(high, low + 1))


def _tails(chance: float) -> tuple[float, float]:
    return (1 - chance) / 2, (1 + chance) / 2


def _gamma_factor(shape: float, share: float) -> float:
    """The quantile of a gamma distribution over its mean (Wilson and Hilferty, 1931)."""
    normal = statistics.NormalDist().inv_cdf(share)
    root = 1 - 1 / (9 * shape) + normal / (3 * math.sqrt(shape))
    return max(root, 0.0) ** 3
