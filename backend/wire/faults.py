"""How fault reports and orders look on the wire."""

from __future__ import annotations

from datetime import datetime

from backend.models import (
    FaultOrder,
    FaultReport,
    FaultUpdate,
    FaultUrge,
    OrderStep,
)
from backend.wire.reading import Json, read_time


def fault_order(content: Json) -> FaultOrder:
    """Reads an order with its timeline."""
    texts = ("outage_no", "parent_no", "account_no")
    return FaultOrder(
        order_no=content["order_no"],
        status=content["status"],
        severity=content["severity"],
        reported=datetime.fromisoformat(content["reported"]),
        arrive_by=read_time(content["arrive_by"]),
        arrive_minutes=content["arrive_minutes"],
        eta=read_time(content["eta"]),
        address_masked=content["address_masked"],
        scope=content["scope"],
        symptom=content["symptom"],
        crew=content["crew"],
        timeline=tuple(
            OrderStep(step["status"], datetime.fromisoformat(step["at"]), step["note"]) for step in content["timeline"]
        ),
        **{name: content[name] or "" for name in texts},
    )


def report_body(report: FaultReport) -> dict[str, str]:
    """Writes a report; what was not told is left out, who reports goes into the header."""
    names = (
        "account_no", "area_id", "address", "severity", "scope", "neighbor_power", "symptom", "breaker_state",
        "danger_sign", "phone", "note",
    )  # fmt: skip
    return {name: value for name in names if (value := getattr(report, name))}


def update_body(update: FaultUpdate) -> dict[str, str]:
    """Writes an update; what is not new is left out."""
    names = ("scope", "neighbor_power", "symptom", "breaker_state", "danger_sign", "note")
    return {name: value for name in names if (value := getattr(update, name))}


def urge(content: Json) -> FaultUrge:
    """Reads an urge."""
    return FaultUrge(
        content["urge_no"], content["order_no"], content["dispatched"], datetime.fromisoformat(content["next_from"])
    )
