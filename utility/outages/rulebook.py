"""Reads what utility/data/outage_rules.yml says; it asks nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from utility.outages.rules import FrequentRule, Kind, Notice, OutageRules


def parse_outage_rules(row: dict[str, Any]) -> OutageRules:
    """Parses one version."""
    frequent = row["frequent"]
    return OutageRules(
        kinds={name: _kind(kind) for name, kind in row["kinds"].items()},
        late_limit=row["limits"]["late_told"],
        word_limit=row["limits"]["next_word"],
        frequent=FrequentRule(
            months=frequent["months"],
            times=frequent["times"],
            flash=timedelta(minutes=frequent["flash_minutes"]),
            flashes_per_day=frequent["flashes_per_day"],
        ),
        areas_in_line=row["growth"]["areas_in_line"],
    )


def _kind(row: dict[str, Any]) -> Kind:
    notice = row.get("notice")
    return Kind(
        first=row["first"],
        moves={state: tuple(after) for state, after in row["moves"].items()},
        notice=Notice(notice["limit"], notice["on_short"] == "refuse") if notice else None,
    )
