"""How fault orders look outside: of an address only the community."""

from __future__ import annotations

from utility.counter.shown import Json, shown_time
from utility.faults.values import FaultOrder, Work
from utility.orders.values import Urge


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


def urge(value: Urge) -> Json:
    """Shows an urge: whether it reached the owner, and from when on the next one does."""
    return {
        "urge_no": value.urge_no,
        "order_no": value.order_no,
        "dispatched": value.dispatched,
        "at": shown_time(value.at),
        "next_from": shown_time(value.next_from),
    }


def work(value: Work) -> Json:
    """Shows one line of the supervisor's list."""
    return {
        "order_no": value.order_no,
        "status": value.status,
        "severity": value.severity,
        "needs": list(value.needs),
        "danger_sign": value.danger_sign,
        "symptom": value.symptom,
        "area_id": value.area_id,
        "outage_no": value.outage_no,
        "crew": value.crew,
        "owner": value.owner,
        "homes": value.homes,
        "reported": shown_time(value.reported),
        "arrive_by": shown_time(value.arrive_by),
        "arrived": shown_time(value.arrived_at),
        "eta": shown_time(value.eta),
        "neglected": value.neglected,
    }
