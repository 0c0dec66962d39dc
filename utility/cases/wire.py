"""How a case that was just taken looks outside: the order, as what it was asked for, and the facts of the books."""

from __future__ import annotations

from utility.cases.values import Facts, Taken
from utility.counter.shown import Json


def taken(value: Taken, order: Json) -> Json:
    """Shows a case that was taken; `reclassified` says why it is not what was asked for, else it is empty."""
    return {
        "order": order,
        "asked_kind": value.asked_kind,
        "asked_type": value.asked_type,
        "reclassified": value.why,
        "facts": _facts(value.facts),
    }


def _facts(value: Facts) -> Json:
    return {
        "outages": list(value.outages),
        "frequent": value.frequent,
        "since": value.since.isoformat() if value.since else None,
        "told_before": len(value.told_before),
        "late_applications": list(value.late_applications),
    }
