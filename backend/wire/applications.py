"""How applications look on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from backend.models import (
    Application,
    ApplicationAsk,
    ApplicationCheck,
    ApplicationDocument,
    ApplicationFinding,
    ApplicationGuide,
    ApplicationManager,
    ApplicationPage,
    ApplicationPaper,
    ApplicationStart,
    ApplicationStep,
    MissingPaper,
)
from backend.wire.reading import Json, read_time


def guide(content: Json) -> ApplicationGuide:
    """Reads a guide."""
    texts = ("code", "business_type", "name", "who", "account", "identity", "by_manager", "visit_note", "fee", "source")
    return ApplicationGuide(
        **{name: content[name] for name in texts},
        asks=tuple(ApplicationAsk(a["name"], a["text"], a["kind"], tuple(a["values"])) for a in content["asks"]),
        documents=tuple(_paper(paper) for paper in content["documents"]),
        conditional_documents=tuple(_paper(paper) for paper in content["conditional_documents"]),
        steps=tuple(ApplicationStep(s["state"], s["step"], s["optional"], s["workdays"]) for s in content["steps"]),
        limit_workdays=content["limit"]["workdays"] if content["limit"] else None,
        visits=tuple(content["visits"]),
        hints=tuple(content["hints"]),
        since=date.fromisoformat(content["since"]),
    )


def checked(content: Json) -> ApplicationCheck:
    """Reads a dry run."""
    return ApplicationCheck(
        **{name: content[name] for name in ("type_code", "business_type", "allowed", "by_manager")},
        findings=tuple(ApplicationFinding(f["check"], f["text"], f["do"], f["figures"]) for f in content["findings"]),
        unanswered=tuple(content["unanswered"]),
        documents=tuple(_missing(one) for one in content["documents"]),
    )


def application(content: Json) -> Application:
    """Reads an application."""
    plain = ("application_no", "business_type", "type_code", "status", "status_name", "open", "paused")
    figures = ("limit_workdays", "used_workdays", "left_workdays")
    return Application(
        **{name: content[name] for name in (*plain, *figures)},
        account_no=content["account_no"] or "",
        next_step=content["next_step"] or "",
        appointment_no=content["appointment_no"] or "",
        started=datetime.fromisoformat(content["started"]),
        submitted=read_time(content["submitted"]),
        ended=read_time(content["ended"]),
        due=date.fromisoformat(content["due"]) if content["due"] else None,
        missing=tuple(_missing(one) for one in content["missing"]),
        documents=tuple(_document(one) for one in content["documents"]),
        manager=ApplicationManager(**content["manager"]) if content["manager"] else None,
    )


def page(content: Json) -> ApplicationPage:
    """Reads a page."""
    return ApplicationPage(tuple(application(one) for one in content["applications"]), content["next_cursor"] or "")


def start_body(start: ApplicationStart) -> dict[str, Any]:
    """Writes what a customer applies for; what was not told is left out."""
    names = ("business_type", "account_no", "customer_class", "voltage_level", "address", "contact_phone")
    body: dict[str, Any] = {name: value for name in names if (value := getattr(start, name))}
    more = {"proxy": start.proxy, "facts": dict(start.facts), "persons": list(start.persons)}
    return {**body, **{name: value for name, value in more.items() if value}}


def _paper(content: Json) -> ApplicationPaper:
    return ApplicationPaper(content["code"], content["name"], content["hint"], content["later"])


def _missing(content: Json) -> MissingPaper:
    return MissingPaper(content["code"], content["text"], content["later"])


def _document(content: Json) -> ApplicationDocument:
    names = ("document_id", "code", "file_name_masked", "media_type", "size")
    return ApplicationDocument(
        **{name: content[name] for name in names}, handed_in=datetime.fromisoformat(content["handed_in"])
    )
