"""How outages look on the wire."""

from __future__ import annotations

from datetime import date, datetime

from backend.models import (
    Estimate,
    Outage,
    OutageDetail,
    OutageHistory,
    OutageStep,
    Said,
)
from backend.wire.reading import Json, read_time


def outage(content: Json) -> Outage:
    """Reads an outage."""
    times = ("started", "eta", "eta_said_at", "next_update_by", "planned_from", "planned_to", "restored")
    return Outage(
        outage_no=content["outage_no"],
        kind=content["kind"],
        status=content["status"],
        area_ids=tuple(content["area_ids"]),
        cause=content["cause"],
        crew_status=content["crew_status"],
        eta_said_by=content["eta_said_by"],
        next_update_overdue=content["next_update_overdue"],
        line_id=content["line_id"] or "",
        scope=content["scope"],
        homes=content["homes"],
        contact=content["contact"],
        restored_area_ids=tuple(content["restored_area_ids"]),
        short_notice=content["short_notice"],
        **{name: read_time(content[name]) for name in times},
    )


def detail(content: Json) -> OutageDetail:
    """Reads an outage with its story."""
    return OutageDetail(
        outage(content),
        tuple(
            OutageStep(step["status"], datetime.fromisoformat(step["at"]), step["note"], step["actor"])
            for step in content["timeline"]
        ),
        tuple(Estimate(datetime.fromisoformat(eta["eta"]), _said(eta)) for eta in content["etas"]),
        {fact: _said(said) for fact, said in content["freshness"].items()},
    )


def history(content: Json) -> OutageHistory:
    """Reads what a place has been through."""
    frequent = content["frequent"]
    return OutageHistory(
        tuple(outage(item) for item in content["outages"]),
        date.fromisoformat(frequent["since"]),
        tuple(frequent["counted"]),
        {item["outage_no"]: item["reason"] for item in frequent["deducted"]},
        frequent["frequent"],
    )


def _said(content: Json) -> Said:
    return Said(datetime.fromisoformat(content["said_at"]), content["said_by"])
