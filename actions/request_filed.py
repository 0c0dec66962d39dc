"""Files a request (业务申请) of the customer: its number, its published limit; the same matter is not filed twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.visit import Visit
from backend.errors import Conflict
from backend.models import BoundAccount, CaseFiling


@dataclass(frozen=True)
class Filed:
    """A request in the books: its number, the end of its published limit; `again` when it was open already."""

    order_no: str
    due: str
    again: bool = False


async def file_request(
    visit: Visit, action: str, kind: str, account: BoundAccount, text: str, phone: str = ""
) -> Filed:
    """Files a request of the type that words/<skill>.yml names `kind`, or finds the one that is open."""
    filing = CaseFiling("request", visit.wording.value(kind), text[:1000], account.account_no, phone)
    try:
        taken = await visit.backend.file_case(visit.user, filing, idempotency_key=visit.key(action))
    except Conflict as error:
        if error.reason != "case.already_open":
            raise
        return Filed(str(error.fields["order_no"]), "", again=True)
    return Filed(taken.order.order_no, _last_day(visit, taken.order.due))


def _last_day(visit: Visit, due: datetime | None) -> str:
    """Writes when a limit ends; one that ends at midnight ends with the day before."""
    return visit.wording.day(due - timedelta(seconds=1)) if due else ""


def one_line(text: str) -> str:
    """A customer's words without the characters that no form takes."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
