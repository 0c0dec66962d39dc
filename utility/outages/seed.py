"""The outages of the demo city as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from utility.seed.file import Section, moment
from utility.seed.table import Row, Table
from utility.seed.timeline import steps


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists outages, their areas, timelines and what was said of them."""
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
    ends = {r["outage_no"]: moment(r.get("restored"), now) for r in city["outages"]}
    areas = [(r["outage_no"], area, ends[r["outage_no"]]) for r in city["outages"] for area in r["areas"]]
    yield Table("outage_areas", "outage_no, area_id, restored_at", areas)
    timeline = [line for r in city["outages"] for line in steps(r["outage_no"], r, now)]
    yield Table("outage_steps", "outage_no, step_no, status, at, note", timeline)
    facts = [fact for r in city["outages"] for fact in _facts(r, now)]
    yield Table("outage_facts", "outage_no, fact_no, fact, value, said_at, said_by", facts)


def _facts(row: Section, now: datetime) -> Iterator[Row]:
    """What the file says that somebody said: each new state, the estimate with its speaker, the cause beside it."""
    said = [("status", step["status"], moment(step, now), "") for step in row.get("timeline", [])]
    eta, spoken = moment(row.get("eta"), now), moment(row.get("eta_said"), now)
    by = row.get("eta_said", {}).get("by", "")
    if eta and spoken:
        said.append(("eta", eta.isoformat(), spoken, by))
    known = spoken or moment(row.get("published"), now) or moment(row.get("started"), now)
    said.append(("cause", row["cause"], known, by))
    for fact_no, fact in enumerate(said, 1):
        yield (row["outage_no"], fact_no, *fact)
