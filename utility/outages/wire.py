"""How outages look outside."""

from __future__ import annotations

from utility.counter.shown import Json, shown_time
from utility.outages.values import Outage


def outage(value: Outage) -> Json:
    """Shows an outage."""
    return {
        "outage_no": value.outage_no,
        "kind": value.kind,
        "status": value.status,
        "area_ids": list(value.area_ids),
        "cause": value.cause,
        "crew_status": value.status if value.kind == "fault" else "",
        "started": shown_time(value.started),
        "eta": shown_time(value.eta),
        "eta_said_at": shown_time(value.eta_said_at),
        "next_update_by": shown_time(value.next_update_by),
        "planned_from": shown_time(value.planned_from),
        "planned_to": shown_time(value.planned_to),
        "restored": shown_time(value.restored),
    }
