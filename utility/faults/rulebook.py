"""Reads what utility/data/fault_rules.yml says; it asks nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True)
class FaultRules:
    """Everything that is decided about fault orders beside the company's own policy."""

    owner: str
    arrive: Mapping[str, str]
    accept_limit: str
    eta_limit: str
    progress_limit: str
    neglect_arrival: int
    neglect_dark: timedelta
    normal: str
    urgent: str
    urgent_tags: frozenset[str]
    needs: tuple[str, ...]
    dark: tuple[str, ...]
    private: str
    crew_side: tuple[str, ...]
    own_side: str
    by_itself: str
    line_fault: str
    own_reply: Mapping[str, str]

    def severity(self, told: str, danger_sign: str, tags: tuple[str, ...]) -> str:
        """Returns how severe a report is: what the customer's desk said, or urgent where the standard says so."""
        urgent = bool(danger_sign) or bool(self.urgent_tags.intersection(tags))
        return self.urgent if urgent else told or self.normal

    def needs_of(self, tags: tuple[str, ...]) -> tuple[str, ...]:
        """Returns what the crew has to know of the people there, in the order of the rules."""
        return tuple(tag for tag in self.needs if tag in tags)


def parse_fault_rules(row: dict[str, Any]) -> FaultRules:
    """Parses one version."""
    limits, neglect, severity = row["limits"], row["neglect"], row["severity"]
    return FaultRules(
        owner=row["owner"],
        arrive=row["arrive"],
        accept_limit=limits["accept"],
        eta_limit=limits["eta"],
        progress_limit=limits["progress"],
        neglect_arrival=neglect["arrival_times"],
        neglect_dark=timedelta(hours=neglect["dark_hours"]),
        normal=severity["normal"],
        urgent=severity["urgent"],
        urgent_tags=frozenset(severity["tags"]),
        needs=tuple(row["needs"]),
        dark=tuple(row["dark"]),
        private=row["private"],
        crew_side=tuple(row["crew_side"]),
        own_side=row["own_side"],
        by_itself=row["by_itself"],
        line_fault=row["line_fault"],
        own_reply=row["own_reply"],
    )
