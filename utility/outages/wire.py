"""How outages look outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from utility.counter.shown import Json, shown_time
from utility.outages.rules import Counted, freshness, word_overdue
from utility.outages.values import Fact, Outage, Step


def outage(value: Outage, now: datetime) -> Json:
    """Shows an outage as it is known now."""
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
        **_more(value, now),
    }


def _more(value: Outage, now: datetime) -> Json:
    return {
        "line_id": value.line_id,
        "scope": value.scope,
        "buildings": [{"area_id": place.area_id, "building": place.building} for place in value.buildings],
        "restored_area_ids": list(value.restored_areas),
        "homes": value.homes,
        "crew": value.crew,
        "contact": value.contact,
        "published": shown_time(value.published),
        "eta_said_by": value.eta_said_by,
        "next_update_overdue": word_overdue(value, now),
        "short_notice": bool(value.short_reason),
        "main_order_no": value.main_order_no,
        "merged_into": value.merged_into,
        "reports": value.reports,
    }


def detail(value: Outage, steps: Sequence[Step], facts: Sequence[Fact], now: datetime) -> Json:
    """Shows an outage with its timeline, every estimate that was given, and how fresh each fact is."""
    return {
        **outage(value, now),
        "timeline": [step(line) for line in steps],
        "etas": [_eta(fact) for fact in facts if fact.fact == "eta"],
        "freshness": {name: _said(fact) for name, fact in freshness(facts).items()},
    }


def step(value: Step) -> Json:
    """Shows one line of a timeline; who acted is told by kind only."""
    return {
        "status": value.status,
        "at": shown_time(value.at),
        "note": value.note,
        "actor": value.actor.partition(":")[0],
    }


def history(outages: Sequence[Outage], counted: Counted, now: datetime) -> Json:
    """Shows the outages of a place, and how many of them count as frequent ones."""
    return {
        "outages": [outage(value, now) for value in outages],
        "frequent": {
            "since": counted.since.isoformat(),
            "counted": list(counted.counted),
            "deducted": [{"outage_no": no, "reason": reason} for no, reason in counted.deducted.items()],
            "frequent": counted.frequent,
        },
    }


def _said(fact: Fact) -> Json:
    return {"said_at": shown_time(fact.said_at), "said_by": _speaker(fact.said_by)}


def _eta(fact: Fact) -> Json:
    return {"eta": shown_time(datetime.fromisoformat(fact.value)), **_said(fact)}


def _speaker(said_by: str) -> str:
    """Shows who said it: a crew by its words, somebody of the staff by kind only."""
    kind, colon, _ = said_by.partition(":")
    return kind if colon else said_by
