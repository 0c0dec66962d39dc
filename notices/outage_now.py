"""What a fact of an outage says at the moment it is told: by what is known then. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from notices.facts import Values


def values_of(kind: str, known: Values, given: Values) -> dict[str, Any]:
    """Returns the values of a fact at the moment it is told: what is known now, under what the event alone knew."""
    values: dict[str, Any] = {
        "cause": known.get("cause", ""),
        "status": known.get("status", ""),
        "eta": known.get("eta"),
        "said": known.get("eta_said_at"),
        "start": known.get("planned_from"),
        "end": known.get("planned_to"),
        "restored": known.get("restored"),
    }
    return {**values, **given}


def kind_now(kind: str, known: Values, now: datetime, stale_after: timedelta) -> str:
    """Returns the kind that fits what is known now.

    With an estimate; honestly without one, also where it has passed; with its source's time where that is long ago.
    """
    if kind not in ("outage_fault", "outage_progress"):
        return kind
    eta, said = _time(known, "eta"), _time(known, "eta_said_at")
    if eta is None or eta <= now:
        return f"{kind}_open"
    return f"{kind}_stale" if said is not None and said < now - stale_after else kind


def _time(values: Values, name: str) -> datetime | None:
    return datetime.fromisoformat(values[name]) if values.get(name) else None
