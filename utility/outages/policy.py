"""The rules and published limits of outages as they hold for the company now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from runtime.clock import SHANGHAI
from utility.company import Company
from utility.outages.rules import Kind, OutageRules


@dataclass(frozen=True)
class Deadlines:
    """The published limits of outages as they hold on a day."""

    notice: timedelta | None
    late_lead: timedelta
    next_word: timedelta


def rules_of(company: Company, now: datetime) -> OutageRules:
    """Returns the rules that hold now."""
    return company.outage_rules.at(now.astimezone(SHANGHAI).date(), company.regions).value


def deadlines_of(company: Company, kind: Kind, now: datetime) -> Deadlines:
    """Returns the published limits that hold now for a kind of outage."""
    rules, day = rules_of(company, now), now.astimezone(SHANGHAI).date()
    progress = company.orders.standards.at(rules.word_limit, day, company.regions).value.value
    return Deadlines(
        notice=company.standard(kind.notice.limit, day).span if kind.notice else None,
        late_lead=company.standard(rules.late_limit, day).span,
        next_word=timedelta(hours=progress["every_hours"]),
    )
