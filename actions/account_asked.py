"""A question about one account of the customer: answered at once when it is clear which; nothing of a foreign one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from actions.account import ACCOUNT_FORMS, ACCOUNT_SLOTS, account_number_said, bound_account_meant, remember
from actions.base import Event, ServiceAction, forget, open_form, take_up_paused
from actions.visit import Visit
from backend.models import BoundAccount


class AskedOfAccount(ServiceAction):
    """A question about one bound account: answered at once when it is clear which, else its form is opened.

    Attributes:
        form: the form that finds out the account.
        asked_slots: the slots that keep what was asked while the form is open.
    """

    form: str
    asked_slots: ClassVar[tuple[str, ...]] = ()

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        account = await self.in_view(visit, await visit.bindings())
        if account is None:
            # A code that is on its way serves this question as well.
            number = visit.slot("account_no") or _foreign(visit)
            return open_form(visit, self.form, instead_of=ACCOUNT_FORMS, **self.asked(visit), account_no=number)
        events = await self.answer(visit, account)
        # Inside another form the account found out belongs to that form.
        found_out = () if visit.tracker.active_loop_name not in (None, *ACCOUNT_FORMS) else ACCOUNT_SLOTS
        done = [remember(account), *forget(*found_out, *self.asked_slots, "said_account"), *events]
        opens = any(event["event"] == "followup" for event in events)
        return done if opens else [*done, *take_up_paused(visit)]

    async def in_view(self, visit: Visit, bound: Sequence[BoundAccount]) -> BoundAccount | None:
        """The account that is meant, where that is clear."""
        return account_in_view(visit, bound)

    def asked(self, visit: Visit) -> dict[str, Any]:
        """What the question says beside the account."""
        return {}

    async def answer(self, visit: Visit, account: BoundAccount) -> list[Event]:
        """Tells what was asked about `account`; returns what is to be remembered, or the form that goes on."""
        raise NotImplementedError


def account_in_view(visit: Visit, bound: Sequence[BoundAccount]) -> BoundAccount | None:
    """The account meant: named now, found by the form, spoken of before, or the only one."""
    named = bound_account_meant(visit, bound)
    if named or _foreign(visit):
        return named
    for number in (visit.slot("account_no"), visit.slot("known_account")):
        found = next((account for account in bound if account.account_no == number), None)
        if found:
            return found
    return bound[0] if len(bound) == 1 else None


def _foreign(visit: Visit) -> str | None:
    """An account number in the message itself; the answers of a form are read by the form."""
    said = account_number_said(visit) or visit.slot("said_account")
    return None if visit.slot("account_no") else said or None
