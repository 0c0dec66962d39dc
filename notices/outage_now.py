"""What a fact of an outage says, and where, at the moment it is told: by what is known then. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from notices.facts import Values
from notices.late import KIND as OVERDUE


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


def places_now(kind: str, known: Values, areas: list[str], places: list[Values]) -> tuple[list[str], list[Values]]:
    """Returns the areas, and single buildings, that a fact concerns at the moment it is told: who is back is not told.

    What is said of the whole outage goes to everybody who is dark by then, also to who was not when it was planned.
    """
    if kind in ("outage_restored", "outage_frequent"):
        return areas, places
    if kind == OVERDUE or kind.startswith("outage_progress"):
        areas, places = known.get("area_ids", areas), known.get("buildings", places)
    dark = [area for area in areas if area not in known.get("back", ())]
    return dark, [place for place in places if place["area_id"] in dark]
