"""How an account stands, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StandingRules:
    """Which regions are rural, which applications say what a customer has, which orders are complaints."""

    rural: tuple[str, ...]
    applied: tuple[str, ...]
    complaints: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """What an account is (`facts`) and what is wrong with it now (`troubles`), by stable words."""

    account_no: str
    facts: tuple[str, ...]
    troubles: tuple[str, ...]


def parse_standing(row: Mapping[str, Any]) -> StandingRules:
    """Builds the rules from one version of `utility/data/standing.yml`."""
    return StandingRules(tuple(row["rural"]), tuple(row["applied"]), tuple(row["complaints"]))
