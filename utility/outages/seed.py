"""The outages of the demo city as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from utility.seed.file import Section, moment
from utility.seed.table import Table
from utility.seed.timeline import steps


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists outages, their areas and timelines."""
    times = ("started", "eta", "eta_said", "next_update_by", "planned_from", "planned_to", "published", "restored")
    rows = [
        (
            *(r[k] for k in ("outage_no", "kind", "status", "line", "homes", "cause")),
            r.get("main_order"), r.get("crew", ""), r.get("contact", ""), r.get("eta_said", {}).get("by"),
            *(moment(r.get(k), now) for k in times),
        )
        for r in city["outages"]
    ]  # fmt: skip
    columns = (
        "outage_no, kind, status, line_id, homes, cause, main_order_no, crew, contact, eta_said_by, started_at, eta,"
        " eta_said_at, next_update_by, planned_from, planned_to, published_at, restored_at"
    )
    yield Table("outages", columns, rows)
    areas = [(r["outage_no"], area) for r in city["outages"] for area in r["areas"]]
    yield Table("outage_areas", "outage_no, area_id", areas)
    timeline = [line for r in city["outages"] for line in steps(r["outage_no"], r, now)]
    yield Table("outage_steps", "outage_no, step_no, status, at, note", timeline)
