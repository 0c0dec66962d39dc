"""How fault orders look outside: of an address only the community."""

from __future__ import annotations

from utility.counter.shown import Json, shown_time
from utility.faults.values import FaultOrder


def fault_order(value: FaultOrder) -> Json:
    """Shows an order with its timeline; of the address only the community."""
    return {
        "order_no": value.order_no,
        "parent_no": value.parent_no,
        "outage_no": value.outage_no,
        "account_no": value.account_no,
        "address_masked": value.community,
        "status": value.status,
        "open": value.open,
        "severity": value.severity,
        "scope": value.scope,
        "symptom": value.symptom,
        "crew": value.crew,
        "reported": shown_time(value.reported),
        "arrive_by": shown_time(value.arrive_by),
        "arrive_minutes": value.arrive_minutes,
        "eta": shown_time(value.eta),
        "timeline": [{"status": s.status, "at": shown_time(s.at), "note": s.note} for s in value.timeline],
    }
