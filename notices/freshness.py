"""How fresh an estimate is when it is told: what was said long ago is no fact, what has passed is not told. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from notices.facts import Values

_WITH_ESTIMATE = frozenset({"outage_fault", "outage_progress"})


def fresh_kind(kind: str, known: Values, now: datetime, stale_after: timedelta) -> str:
    """Returns the kind that is honest about the estimate: without one, with the time it was given, or as it is."""
    if kind not in _WITH_ESTIMATE or not known.get("eta"):
        return kind
    if datetime.fromisoformat(known["eta"]) <= now:
        return f"{kind}_open"
    said = known.get("eta_said_at")
    return f"{kind}_stale" if said and datetime.fromisoformat(said) < now - stale_after else kind
