"""How outages look on the wire."""

from __future__ import annotations

from backend.models import (
    Outage,
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
        **{name: read_time(content[name]) for name in times},
    )
