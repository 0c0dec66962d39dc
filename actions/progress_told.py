"""How far applications and cases are, in words: stage, published limit as a limit, what is missing; no promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.cases import until
from actions.papers import tell_upload
from actions.visit import Visit
from backend.models import Application, WorkOrder
from conversation.reply import Card

_WORDS = "utter_progress_words"
_SHOWN = 4


@dataclass(frozen=True)
class Ticket:
    """An application or a case in a line; `name` is the business or the type, `kind` what sort of order."""

    number: str
    kind: str
    name: str
    what: str
    status: str
    open: bool
    since: datetime


def applied(one: Application) -> Ticket:
    """An application in a line."""
    return Ticket(
        one.application_no, "application", one.business_type, one.business_type, one.status_name, one.open, one.started
    )


def filed(visit: Visit, one: WorkOrder) -> Ticket:
    """A case in a line."""
    return Ticket(one.order_no, one.kind, one.type, _kind_words(visit, one), _status(visit, one), one.open, one.filed)


def number_said(visit: Visit) -> str:
    """The number of an order in the message."""
    return (visit.entity("ticket_no") or number_in(visit, visit.text)).upper()


def number_in(visit: Visit, text: str) -> str:
    """The number of an order in any text."""
    found = visit.wording.patterns["order_number"].search(text)
    return found.group() if found else ""


def list_tickets(visit: Visit, tickets: Sequence[Ticket], response: str, payload: str) -> None:
    """Shows several orders, each with a button."""
    words = visit.wording.of(_WORDS)
    lines = "\n".join(
        words["line"].format(number=one.number, what=one.what, status=one.status) for one in tickets[:_SHOWN]
    )
    buttons = [(one.number, words[payload].format(number=one.number)) for one in tickets[:_SHOWN]]
    visit.show(response, {"count": len(tickets), "lines": lines}, buttons=buttons)


async def tell_application(visit: Visit, one: Application) -> None:
    """Tells how far an application is, and where the papers go that it lacks."""
    words = visit.wording.of(_WORDS)
    parts = [words["next"].format(step=one.next_step)] if one.open and one.next_step else []
    parts.append(_days(visit, one))
    if one.missing and one.open:
        names = words["separator"].join(paper.text for paper in one.missing)
        parts.append(words["missing"].format(papers=names))
    if one.manager:
        manager = one.manager
        parts.append(words["manager"].format(name=manager.name, phone=manager.phone, hours=manager.hours))
    values: dict[str, str | int] = {
        "number": one.application_no,
        "type": one.business_type,
        "status": one.status_name,
        "rest": "".join(parts),
    }
    response = "utter_progress_draft" if one.status == "draft" else "utter_progress_application"
    visit.show(response, values, card=_application_card(visit, one))
    await tell_upload(visit, one)


def _days(visit: Visit, one: Application) -> str:
    words = visit.wording.of(_WORDS)
    if not one.open:
        return words["over"].format(day=visit.wording.day(one.ended)) if one.ended else ""
    if one.limit_workdays is None or one.submitted is None:
        return ""
    days = {"limit": one.limit_workdays, "used": one.used_workdays or 0, "left": one.left_workdays or 0}
    if one.paused:
        return words["paused"].format(**days)
    if (one.left_workdays or 0) < 0:
        return words["late"].format(limit=one.limit_workdays, days=-(one.left_workdays or 0))
    return words["left"].format(due=visit.wording.day(one.due) if one.due else "", **days)


def _application_card(visit: Visit, one: Application) -> Card:
    words = visit.wording.of(_WORDS)
    rows = [(words["row_status"], one.status_name)]
    if one.next_step:
        rows.append((words["row_next"], one.next_step))
    if one.limit_workdays is not None and one.open:
        used = words["used_of"].format(used=one.used_workdays or 0, limit=one.limit_workdays)
        rows.append((words["row_days"], used))
    if one.due and one.open:
        rows.append((words["row_due"], visit.wording.day(one.due)))
    if one.missing and one.open:
        rows.append((words["row_missing"], words["separator"].join(paper.text for paper in one.missing)))
    return Card("order", words["title"].format(what=one.business_type, number=one.application_no), tuple(rows))


def tell_case(visit: Visit, one: WorkOrder) -> None:
    """Tells how far a case is; of a reply, what was found and done."""
    words = visit.wording.of(_WORDS)
    parts = [words["owner"].format(owner=one.owner)] if one.open and not one.secrecy else []
    if one.contacted and not one.replied:
        parts.append(words["contacted"].format(at=visit.moment(one.contacted)))
    if one.due and one.open and not one.replied:
        parts.append(words["due"].format(at=until(visit, one.due)))
    if one.replied or one.resolution:
        parts.append(_reply(visit, one))
    values: dict[str, str | int] = {
        "number": one.order_no,
        "type": _kind_words(visit, one),
        "status": _status(visit, one),
        "rest": "".join(parts),
    }
    waits = one.open and one.replied is None
    visit.show("utter_progress_case" if waits else "utter_progress_case_over", values, card=_case_card(visit, one))


def _reply(visit: Visit, one: WorkOrder) -> str:
    words = visit.wording.of(_WORDS)
    told = [one.reply[name] for name in ("findings", "measures", "restored_or_expected") if one.reply.get(name)]
    said = words["separator"].join(told)
    result = words["resolution"].format(resolution=one.resolution) if one.resolution else ""
    return result + (words["reply"].format(said=said) if said else "")


def _kind_words(visit: Visit, one: WorkOrder) -> str:
    words = visit.wording.of(_WORDS)
    return words["case"].format(kind=words.get(f"kind_{one.kind}", one.kind), type=one.type.split("/")[-1])


def _status(visit: Visit, one: WorkOrder) -> str:
    return visit.wording.of(_WORDS).get(f"status_{one.status}", one.status)


def _case_card(visit: Visit, one: WorkOrder) -> Card:
    words = visit.wording.of(_WORDS)
    rows = [(words["row_status"], _status(visit, one)), (words["row_filed"], visit.moment(one.filed))]
    if one.contacted:
        rows.append((words["row_contacted"], visit.moment(one.contacted)))
    if one.due and one.open:
        rows.append((words["row_due"], until(visit, one.due)))
    if one.closed:
        rows.append((words["row_closed"], visit.moment(one.closed)))
    return Card("order", words["title"].format(what=_kind_words(visit, one), number=one.order_no), tuple(rows))
