"""The figures of the preconditions, as they hold in a region (utility/data/application_limits.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Figures:
    """Every figure a check, an upload or an effect goes by; `persons_from` is `at_once` or `next_month`."""

    single_phase_kw: Decimal
    small_kw: Decimal
    reduce_least: int
    reduce_most: int
    lead_workdays: int
    tou_lock_years: int
    tou_offered: bool
    persons_least: int
    persons_from: str
    persons_years: int
    charger_right_years: int
    temporary_years: int
    kept_down_days: int
    draft_days: int
    upload_bytes: int
    upload_documents: int
    open_case_tags: frozenset[str]


def figures(row: Mapping[str, Any]) -> Figures:
    """Builds one version of the figures.

    Raises:
        ValueError: `from` of `multi_person` is neither of its two words.
    """
    persons, upload = row["multi_person"], row["upload"]
    if persons["from"] not in ("at_once", "next_month"):
        raise ValueError(f"multi_person.from: {persons['from']!r}")
    plain = ("lead_workdays", "tou_lock_years", "tou_offered", "charger_right_years", "temporary_years")
    return Figures(
        single_phase_kw=Decimal(row["single_phase_kw"]),
        small_kw=Decimal(row["small_kw"]),
        reduce_least=row["reduce_days"][0],
        reduce_most=row["reduce_days"][1],
        persons_least=persons["least"],
        persons_from=persons["from"],
        persons_years=persons["renew_years"],
        kept_down_days=row["kept_down_days"],
        draft_days=row["draft_days"],
        upload_bytes=upload["most_bytes"],
        upload_documents=upload["most_documents"],
        open_case_tags=frozenset(row["open_case_tags"]),
        **{name: row[name] for name in plain},
    )
