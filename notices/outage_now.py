"""What a fact of an outage says at the moment it is told: by what is known then. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from notices.facts import Values


def values_of(kind: str, known: Values, given: Values) -> dict[str, Any]:
    """Returns the values of a fact at the moment it is told: what is known now, under what the event alone knew."""
    values: dict[str, Any] = {
        "cause": known.get("cause", ""),
        "status": known.get("status", ""),
        "eta": known.get("eta"),
        "start": known.get("planned_from"),
        "end": known.get("planned_to"),
        "restored": known.get("restored"),
    }
    return {**values, **given}


def kind_now(kind: str, known: Values, now: datetime) -> str:
    """Returns the kind that fits what is known now: with an estimate that has not passed, or honestly without one."""
    eta = known.get("eta")
    if kind in ("outage_fault", "outage_progress") and (not eta or datetime.fromisoformat(eta) <= now):
        return f"{kind}_open"
    return kind
