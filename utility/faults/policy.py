"""The rules of fault orders and the crew's published limits, as they hold for the company now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from runtime.clock import SHANGHAI
from utility.company import Company
from utility.faults.rulebook import FaultRules
from utility.orders.worktime import Limit


@dataclass(frozen=True)
class CrewLimits:
    """What a crew is held to beside the promise to arrive."""

    accept: timedelta
    eta: timedelta
    progress_after: timedelta
    progress_every: timedelta
    neglect_arrival: int
    neglect_dark: timedelta


def rules_of(company: Company, now: datetime) -> FaultRules:
    """Returns the rules that hold now."""
    return company.fault_rules.at(now.astimezone(SHANGHAI).date(), company.regions).value


def promise_of(rules: FaultRules, region_kind: str, minutes: int) -> Limit:
    """Returns the promise of a region as a limit, by its published name."""
    return Limit(rules.arrive.get(region_kind, "arrive"), Decimal(minutes), "minute")


def crew_limits(company: Company, now: datetime) -> CrewLimits:
    """Returns the crew's limits that hold now."""
    rules, day = rules_of(company, now), now.astimezone(SHANGHAI).date()
    progress = company.orders.standards.at(rules.progress_limit, day, company.regions).value.value
    return CrewLimits(
        accept=company.standard(rules.accept_limit, day).span,
        eta=company.standard(rules.eta_limit, day).span,
        progress_after=timedelta(hours=progress["after_hours"]),
        progress_every=timedelta(hours=progress["every_hours"]),
        neglect_arrival=rules.neglect_arrival,
        neglect_dark=rules.neglect_dark,
    )
