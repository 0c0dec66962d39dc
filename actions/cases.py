"""What complaints, reports, opinions and requests share: filing, the same matter twice, telling number and limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from actions.visit import Visit
from backend.errors import Conflict, NotAllowed
from backend.models import CaseFiling, TakenCase, Urged, WorkOrder
from conversation.reply import Card

_WORDS = "utter_case_words"


@dataclass(frozen=True)
class Filed:
    """What came of filing: a new order, or the one that is open about the same matter, urged."""

    order_no: str
    taken: TakenCase | None = None
    urged: Urged | None = None
    open_order: WorkOrder | None = None


async def file_once(visit: Visit, filing: CaseFiling, key: str) -> TakenCase | str:
    """Files a case; the same matter is not filed twice: returns the number of the one that is open.

    Raises:
        Conflict: `case.account_needed`.
        NotAllowed: `account.not_bound`.
    """
    try:
        return await visit.backend.file_case(visit.user, filing, idempotency_key=key)
    except Conflict as error:
        if error.reason != "case.already_open":
            raise
        return str(error.fields["order_no"])


async def file_or_urge(visit: Visit, filing: CaseFiling, key: str) -> Filed:
    """Files a case; the same matter that is open already is urged instead (business_rules.md section 5).

    Raises:
        Conflict: `case.account_needed`.
        NotAllowed: `account.not_bound`.
    """
    taken = await file_once(visit, filing, key)
    if isinstance(taken, str):
        return await urge(visit, taken, filing.text, key)
    return Filed(taken.order.order_no, taken=taken)


async def urge(visit: Visit, order_no: str, note: str, key: str) -> Filed:
    """Urges an open case and reads where it stands.

    Raises:
        NotFound: `order.unknown`.
        Conflict: `order.closed`, `order.resolved`.
    """
    urged = await visit.backend.urge_order(order_no, user=visit.user, note=note, idempotency_key=f"{key}/urge")
    return Filed(order_no, urged=urged, open_order=await visit.backend.order(order_no, user=visit.user))


async def file_without_account(visit: Visit, filing: CaseFiling, key: str) -> Filed:
    """Files a case about an account that this person may not name: without it, in their own words."""
    try:
        return await file_or_urge(visit, filing, key)
    except (NotAllowed, Conflict) as error:
        if error.reason not in {"account.not_bound", "case.account_needed"} or not filing.account_no:
            raise
    bare = CaseFiling(filing.kind, filing.type, filing.text, "", filing.contact_phone, filing.secrecy, filing.media)
    return await file_or_urge(visit, bare, f"{key}/bare")


def tell_request(visit: Visit, filed: Filed, taken: str, known: str) -> None:
    """Tells number and limits by the response `taken`, or by `known` where the matter was open and has been urged."""
    order = filed.taken.order if filed.taken else filed.open_order
    if order:
        values = {"order_no": order.order_no, "limits": limits(visit, order)}
        visit.show(taken if filed.taken else known, values, card=case_card(visit, order))


def placed(text: str, place: str) -> str:
    """A customer's words with the place they are about, where they do not name it themselves."""
    return text if place in text else f"{place} {text}"


def limits(visit: Visit, order: WorkOrder) -> str:
    """Says until when somebody calls and answers, as published limits; what the books do not limit is left out."""
    words = visit.wording.of(_WORDS)
    parts = []
    if order.contact_by and order.contacted is None:
        hours = (order.contact_by - order.filed).total_seconds() / 3600
        shape = words["contact_in" if hours == int(hours) else "contact_by"]
        parts.append(shape.format(at=until(visit, order.contact_by), hours=int(hours)))
    if order.due:
        parts.append(words.get(f"due_{order.kind}", words["due"]).format(at=until(visit, order.due)))
    return words["separator"].join(parts) or words["no_limit"]


def until(visit: Visit, when: datetime) -> str:
    """Writes the end of a limit; one that ends with a day is written as that day."""
    if when.timetz().replace(tzinfo=None) == time(0):
        return visit.wording.of(_WORDS)["whole_day"].format(day=visit.wording.day(last_day(when)))
    return visit.moment(when)


def last_day(when: datetime) -> date:
    """The day on which a limit ends; one that ends at midnight ends with the day before."""
    return (when - timedelta(seconds=1)).date()


def case_card(visit: Visit, order: WorkOrder, *, title: str = "") -> Card:
    """Lays out a case."""
    words = visit.wording.of(_WORDS)
    rows = [
        (words["kind"], order.type.rsplit("/", 1)[-1]),
        (words["filed"], visit.moment(order.filed)),
        (words["status"], status_words(visit, order)),
    ]
    if order.due:
        rows.append((words["due_row"], until(visit, order.due)))
    return Card("order", title or words["title"].format(order_no=order.order_no), tuple(rows))


def status_words(visit: Visit, order: WorkOrder) -> str:
    """The status of a case as a customer reads it; one that has no words yet is said to be in work."""
    words = visit.wording.of(_WORDS)
    return words.get(f"status_{order.status}", words["status_other"])
