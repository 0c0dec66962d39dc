"""Files a request (业务申请) of the customer: its number, its published limit; the same matter is not filed twice."""

from __future__ import annotations

from dataclasses import dataclass

from actions.cases import file_once, last_day
from actions.visit import Visit
from backend.models import BoundAccount, CaseFiling


@dataclass(frozen=True)
class FiledRequest:
    """A request in the books: its number, the end of its published limit; `again` when it was open already."""

    order_no: str
    due: str
    again: bool = False


async def file_request(
    visit: Visit, action: str, kind: str, account: BoundAccount, text: str, phone: str = ""
) -> FiledRequest:
    """Files a request of the type that words/<skill>.yml names `kind`, or finds the one that is open."""
    filing = CaseFiling("request", visit.wording.value(kind), text[:1000], account.account_no, phone)
    taken = await file_once(visit, filing, visit.key(action))
    if isinstance(taken, str):
        return FiledRequest(taken, "", again=True)
    due = taken.order.due
    return FiledRequest(taken.order.order_no, visit.wording.day(last_day(due)) if due else "")


def one_line(text: str) -> str:
    """A customer's words without the characters that no form takes."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
