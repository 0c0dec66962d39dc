"""How applications look outside: no name, no file name in full, no number of a person."""

from __future__ import annotations

from runtime.privacy import mask_phone
from utility.accounts.values import Manager
from utility.applications.applying import Checked
from utility.applications.rules import papers_of, stage_workdays
from utility.applications.values import (
    Application,
    BusinessType,
    Catalogue,
    Document,
    Facts,
    Finding,
    Missing,
    Progress,
)
from utility.counter.shown import Json, shown_time
from utility.versions import Version

# Facts that tell who somebody is or where they live; they are kept, not shown.
_PRIVATE = frozenset({"holder_name", "new_name", "new_phone", "place", "other_account_no"})


def business_type(kind: BusinessType, facts: Facts, limit: Json | None, version: Version[Catalogue]) -> Json:
    """Shows a type as a guide (办事指南): who, which papers, how long, which visits, and where that stands."""
    return {
        "code": kind.code,
        "business_type": kind.business_type,
        "name": kind.name,
        "who": kind.who,
        "account": kind.account,
        "identity": kind.identity,
        "by_manager": kind.manager,
        "asks": [{"name": a.name, "text": a.text, "kind": a.kind, "values": list(a.values)} for a in kind.asks],
        "documents": [
            {"code": p.code, "name": p.name, "hint": p.hint, "later": p.later} for p in papers_of(kind, facts)
        ],
        "conditional_documents": [
            {"code": p.code, "name": p.name, "hint": p.hint, "later": p.later}
            for p in kind.papers
            if p.when and p not in papers_of(kind, facts)
        ],
        "checks": list(kind.checks),
        "steps": [_stage(kind, stage_no, facts) for stage_no in range(len(kind.path))],
        "limit": limit,
        "visits": list(kind.visits),
        "visit_note": kind.visit_note,
        "fee": kind.fee,
        "hints": list(kind.hints),
        "since": version.since.isoformat(),
        "source": version.source,
    }


def limit(name: str, workdays: int, since: str, source: str) -> Json:
    """Shows a published limit of the whole."""
    return {"name": name, "workdays": workdays, "since": since, "source": source}


def checked(value: Checked) -> Json:
    """Shows a dry run."""
    return {
        "type_code": value.fit.kind.code,
        "business_type": value.fit.kind.business_type,
        "allowed": not value.findings and not value.unanswered,
        "findings": [finding(one) for one in value.findings],
        "unanswered": list(value.unanswered),
        "documents": [missing(one) for one in value.papers],
        "by_manager": value.fit.kind.manager,
    }


def finding(value: Finding) -> Json:
    """Shows a precondition that is not met, and what to do."""
    return {"check": value.check, "text": value.text, "do": value.do, "figures": dict(value.figures)}


def missing(value: Missing) -> Json:
    """Shows a paper that is missing."""
    return {"code": value.code, "text": value.text, "later": value.later}


def application(value: Application, progress: Progress, manager: Manager | None) -> Json:
    """Shows an application: how far it is, what is missing, how many days are left."""
    order = value.order
    return {
        "application_no": value.application_no,
        "business_type": order.type,
        "type_code": value.type_code,
        "account_no": order.account_no,
        "status": order.status,
        "status_name": progress.status_name,
        "open": order.open,
        "started": shown_time(order.filed_at),
        "submitted": shown_time(value.submitted),
        "ended": shown_time(order.closed_at),
        "limit_workdays": progress.limit,
        "used_workdays": progress.used,
        "left_workdays": progress.left,
        "due": progress.due.isoformat() if progress.due else None,
        "paused": progress.paused,
        "next_step": progress.next_step,
        "missing": [missing(one) for one in progress.missing],
        "facts": {name: fact for name, fact in value.facts.items() if name not in _PRIVATE},
        "documents": [document(one) for one in value.documents],
        "appointment_no": value.appointment_no or None,
        "phone_masked": mask_phone(order.contact_phone),
        "manager": _manager(manager),
        "timeline": [
            {"status": step.to_state, "what": step.what, "at": shown_time(step.at), "note": step.note}
            for step in value.steps
            if step.to_state
        ],
    }


def document(value: Document) -> Json:
    """Shows that a paper was handed in; never what is in it."""
    return {
        "document_id": value.document_id,
        "code": value.code,
        "file_name_masked": value.file_name,
        "media_type": value.media_type,
        "size": value.size,
        "sha256": value.sha256,
        "source": value.source,
        "handed_in": shown_time(value.handed_in),
    }


def _stage(kind: BusinessType, stage_no: int, facts: Facts) -> Json:
    stage = kind.path[stage_no]
    limited = stage_workdays(stage, facts)
    return {
        "state": stage.state,
        "step": stage.do,
        "optional": stage.optional,
        "workdays": limited[0] if limited else None,
        "source": limited[1] if limited else None,
    }


def _manager(value: Manager | None) -> Json | None:
    if value is None:
        return None
    return {"name": value.name, "role": value.role, "phone": value.phone, "hours": value.hours}
