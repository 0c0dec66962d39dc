"""Reads the tables of the subject: lives and floors by version, and the company's own settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from utility.claims.values import Category, ClaimRules, ClaimTable
from utility.versions import Versions, read_versions


def read_claim_tables() -> Versions[ClaimTable]:
    """Reads utility/data/appliance_claims.yml.

    Raises:
        SettingsError: it is not of its form.
    """
    return read_versions("appliance_claims", _table)


def read_rules(section: Mapping[str, Any]) -> ClaimRules:
    """Reads the city's `policy.claim`."""
    window, visit = timedelta(days=section["window_days"]), timedelta(hours=section["visit_hours"])
    return ClaimRules(window, visit, section["residents_only"])


def _table(row: dict[str, Any]) -> ClaimTable:
    return ClaimTable(
        full_price_months=int(row["full_price_months"]),
        floor=Decimal(row["floor"]),
        most_items=int(row["most_items"]),
        most_price=Decimal(row["most_price"]),
        after_restore=timedelta(minutes=row["after_restore_minutes"]),
        categories={kind["id"]: _category(kind) for kind in row["categories"]},
        causes=_names(row["causes"]),
        refusals=_names(row["refusals"]),
        owner=row["owner"],
        paid=row["resolutions"]["paid"],
        repaired=row["resolutions"]["repaired"],
    )


def _category(row: Mapping[str, Any]) -> Category:
    return Category(row["id"], row["name"], int(row["life_years"]), tuple(row["examples"]))


def _names(rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {row["id"]: row["name"] for row in rows}
