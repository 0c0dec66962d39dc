"""The account skill, the front: what is bound here, and which change is wished for."""

from __future__ import annotations

from collections.abc import Sequence

from actions.account import ACCOUNT_SLOTS, account_choices, account_number_said
from actions.base import Event, ServiceAction, forget, open_form, take_up_paused
from actions.visit import Visit
from backend.models import BoundAccount


class ManageAccount(ServiceAction):
    """Lists the bound accounts, begins a binding or another change, or says where it is changed."""

    title = "action_manage_account"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        wish, bound = visit.option("account_wish"), await visit.bindings()
        if wish == "unbind":
            return open_form(visit, "unbind_form")
        if wish == "phone":
            return open_form(visit, "phone_change_form", new_phone=None, phone_change_no=None)
        if wish in {"change", "password"}:
            visit.say(f"utter_account_{wish}_how")
            return []
        if wish == "find" and bound:
            return _list(visit, bound)
        if wish == "find":
            visit.say("utter_account_none_bound")
            return open_form(visit, "find_form", holder_name=None, holder_hint=None)
        number = account_number_said(visit) or str(visit.slot("said_account") or "")
        if number in {account.account_no for account in bound}:
            visit.say("utter_account_already_bound", tail=number[-4:])
            return []
        return open_form(visit, "account_bind_form", account_no=number or None)


def _list(visit: Visit, bound: Sequence[BoundAccount]) -> list[Event]:
    separator = visit.wording.of("utter_account_words")["separator"]
    accounts = separator.join(label for label, _ in account_choices(visit, bound))
    visit.say("utter_account_bound_list", count=len(bound), accounts=accounts)
    return []


class ConfirmBinding(ServiceAction):
    """Tells that the binding stands."""

    title = "action_confirm_binding"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        visit.say("utter_account_bound", tail=str(visit.slot("account_no"))[-4:])
        return [*forget(*ACCOUNT_SLOTS, "said_account"), *take_up_paused(visit)]


ACTIONS: tuple[type[ServiceAction], ...] = (ConfirmBinding, ManageAccount)
