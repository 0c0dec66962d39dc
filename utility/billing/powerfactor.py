"""The power-factor adjustment (功率因数调整电费) of a two-part bill: its rate, a pure function of the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from utility.versions import Versions, read_versions

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class PowerFactorRule:
    """What a factor above or below the standard changes the bill by, per hundredth."""

    standard: Decimal
    reward_per_point: Decimal
    reward_most: Decimal
    steps: tuple[tuple[Decimal, Decimal], ...]


def adjustment(factor: Decimal, rule: PowerFactorRule) -> Decimal:
    """Returns the rate of a factor: negative above the standard, growing in steps below it."""
    known = factor.quantize(HUNDREDTH, rounding=ROUND_FLOOR)
    if known >= rule.standard:
        return -min((known - rule.standard) / HUNDREDTH * rule.reward_per_point, rule.reward_most)
    ends = [*(start for start, _ in rule.steps[1:]), Decimal(0)]
    return sum(
        (
            max(start - max(known, end), Decimal(0)) / HUNDREDTH * per_point
            for (start, per_point), end in zip(rule.steps, ends, strict=True)
        ),
        Decimal(0),
    )


def read_power_factors() -> Versions[PowerFactorRule]:
    """Reads utility/data/power_factor.yml.

    Raises:
        SettingsError: it is not of its form.
    """
    return read_versions("power_factor", _rule)


def _rule(row: Mapping[str, Any]) -> PowerFactorRule:
    steps = tuple((_figure(step["from"]), _figure(step["per_point"])) for step in row["steps"])
    return PowerFactorRule(
        _figure(row["standard"]), _figure(row["reward_per_point"]), _figure(row["reward_most"]), steps
    )


def _figure(value: object) -> Decimal:
    return Decimal(str(value))
