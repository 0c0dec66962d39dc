"""How energy is looked at: what a running month comes to, which days stand out; pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any

from utility.billing.bands import ZERO
from utility.billing.values import DayUsage, StandOut
from utility.versions import Versions, read_versions


@dataclass(frozen=True)
class UsageRules:
    """When days stand out from the others, and how many days are recent."""

    ratio: Decimal
    least_days: int
    least_kwh: Decimal
    recent_days: int


def read_usage_rules() -> Versions[UsageRules]:
    """Reads utility/data/billing.yml.

    Raises:
        SettingsError: it is not of its form.
    """
    return read_versions("billing", _rules)


def _rules(row: Mapping[str, Any]) -> UsageRules:
    wanted = row["stand_out"]
    ratio, least = Decimal(str(wanted["ratio"])), Decimal(str(wanted["least_kwh"]))
    return UsageRules(ratio, wanted["least_days"], least, row["recent_days"])


def standing_out(days: Sequence[DayUsage], rules: UsageRules) -> StandOut | None:
    """Finds the longest run of days that used far more than the others; None when there is no such run."""
    if not days:
        return None
    middle = median(day.kwh for day in days)
    high = max(middle * rules.ratio, middle + rules.least_kwh)
    run = max(_runs(days, high), key=len, default=[])
    others = [day.kwh for day in days if day not in run and day.kwh < high]
    if len(run) < rules.least_days or not others:
        return None
    return StandOut(run[0].day, run[-1].day, _mean([day.kwh for day in run]), _mean(others))


def _runs(days: Sequence[DayUsage], high: Decimal) -> list[list[DayUsage]]:
    found: list[list[DayUsage]] = []
    for before, day in zip([None, *days], days, strict=False):
        if day.kwh < high:
            continue
        if found and before is not None and found[-1][-1] == before:
            found[-1].append(day)
        else:
            found.append([day])
    return found


def mean_of_day(days: Sequence[DayUsage]) -> Decimal:
    """The mean of the days given; they are not none."""
    return _mean([day.kwh for day in days])


def _mean(figures: Sequence[Decimal]) -> Decimal:
    return sum(figures, ZERO) / len(figures)
