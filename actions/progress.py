"""The progress skill: how far an application or a case is, and urging it; unknown and not yours sound the same."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from actions.account import ACCOUNT_SLOTS
from actions.application_manage import ManageApplication
from actions.appointment_change import ManageAppointment
from actions.base import Event, FormEnd, ServiceAction, forget, open_form
from actions.case_after import answer_told
from actions.facts import order_left
from actions.form import FormVisit
from actions.outage_info import ShowOutages
from actions.progress_told import (
    Ticket,
    applied,
    filed,
    list_tickets,
    number_in,
    number_said,
    tell_application,
    tell_case,
)
from actions.questions import AccountQuestion, QuestionForm
from actions.questions.base import Question
from actions.repair import ShowRepair, tell_note
from actions.visit import Visit
from backend.errors import Conflict, NotFound
from runtime.privacy import mask_text

_WORDS = "utter_progress_words"
NO_NUMBER = "none"
PROGRESS_SLOTS = (*ACCOUNT_SLOTS, "progress_no")
_KINDS = frozenset({"complaint", "report", "opinion", "praise", "request"})
_SHOWN = 4
# Orders that another skill tells, by the letter of their number.
_ELSEWHERE: Mapping[str, type[ServiceAction]] = {"F": ShowRepair, "A": ManageAppointment, "E": ShowOutages}


def is_about_a_ticket(visit: Visit) -> bool:
    """The message speaks of an application or a case, not of a repair or a visit."""
    number = number_said(visit)
    if number:
        return number[0] not in _ELSEWHERE
    return bool(_named(visit))


def _named(visit: Visit) -> str:
    """The business or the kind of case that the message names."""
    return visit.entity("business_type") or visit.option("ticket_kind") or ""


class NumberQuestion(Question):
    """The number of an order; without one the account will do."""

    def __init__(self) -> None:
        """Fills `progress_no`."""
        super().__init__("progress_no")

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        number = number_said(visit)
        if number and self.may_take(visit):
            visit.fill(progress_no=number)
        elif self.is_asked(visit) and (visit.says_no or visit.option("account_no") or visit.entity("account_no")):
            visit.fill(progress_no=NO_NUMBER)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say("utter_progress_ask_number")


class _AccountIfNoNumber(AccountQuestion):
    """Whose orders, where no number is at hand."""

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        has_number = visit.slot("progress_no") != NO_NUMBER
        return None if has_number or await visit.bindings() else await super().missing(visit)


class ProgressForm(QuestionForm):
    """Finds an order that this chat does not know: by its number, or by an account."""

    form = "progress_form"
    topic = "ticket_progress_query"
    intents = frozenset({"ticket_progress_query", "repair_urge", "repair_progress_query"})
    slots = PROGRESS_SLOTS
    questions = (NumberQuestion(), _AccountIfNoNumber())


class ShowTicket(FormEnd):
    """Tells one order, or which there are."""

    title = "action_show_ticket"
    needs = PROGRESS_SLOTS

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        if visit.option("application_wish"):
            return await ManageApplication(self._services).serve(visit)
        kept = str(visit.slot("progress_no") or "")
        number = number_said(visit) or ("" if kept == NO_NUMBER else kept)
        other = number[:1] or ("" if _named(visit) else visit.option("told_elsewhere") or "")
        if other in _ELSEWHERE:
            return [*forget(*PROGRESS_SLOTS), *await _ELSEWHERE[other](self._services).serve(visit)]
        noted = tell_note(visit) if not number else False
        number = number or ((number_in(visit, visit.note) or order_left(visit)) if noted else "")
        if number:
            return [*await self.tell(visit, number), *self.done(visit)]
        if noted:
            return self.done(visit)
        tickets = await tickets_meant(visit)
        if not tickets and not kept and not await visit.bindings():
            return open_form(visit, ProgressForm.form, progress_no=None)
        return [*await self._tell_all(visit, tickets), *self.done(visit)]

    async def tell(self, visit: Visit, number: str) -> list[Event]:
        """Tells the order of this number; to an answer the customer may say whether it settles the matter."""
        try:
            if number.startswith(visit.wording.value("application_letter")):
                await tell_application(visit, await visit.backend.application(number, visit.user))
                return []
            order = await visit.backend.order(number, user=visit.user)
        except NotFound:
            visit.say("utter_progress_unknown", number=number)
            return []
        tell_case(visit, order)
        return answer_told(visit, order)

    async def _tell_all(self, visit: Visit, tickets: Sequence[Ticket]) -> list[Event]:
        if len(tickets) == 1:
            return await self.tell(visit, tickets[0].number)
        if tickets:
            list_tickets(visit, tickets, "utter_progress_list", "ask_progress")
        elif _named(visit):
            visit.say("utter_progress_none_of", what=_name_words(visit))
        else:
            visit.say("utter_progress_none")
        return []


def _name_words(visit: Visit) -> str:
    kind = _named(visit)
    return visit.wording.of(_WORDS).get(f"kind_{kind}", kind)


async def tickets_meant(visit: Visit, *, open_only: bool = False) -> list[Ticket]:
    """The orders of this person that the message is about: the open ones, else the newest that is over."""
    page, orders = await asyncio.gather(
        visit.backend.applications(visit.user), visit.backend.orders(visit.user, open_only=open_only)
    )
    found = [applied(one) for one in page.applications]
    found += [filed(visit, one) for one in orders if one.kind in _KINDS]
    name = _named(visit)
    if name:
        found = [one for one in found if name in (one.name, one.kind)]
    else:
        loosely = visit.option("application_kind")
        found = [one for one in found if one.name == loosely] or found
    running = sorted((one for one in found if one.open), key=lambda one: one.since, reverse=True)
    over = sorted((one for one in found if not one.open), key=lambda one: one.since, reverse=True)
    return running or ([] if open_only else over[:1] if name else over[:_SHOWN])


class UrgeTicket(ServiceAction):
    """Urges an application or a case."""

    title = "action_urge_ticket"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        number = number_said(visit)
        if number and not visit.option("urging"):
            return await ShowTicket(self._services).serve(visit)  # only asked about
        if number:
            return await urge_order(visit, number)
        tickets = await tickets_meant(visit, open_only=True)
        if len(tickets) == 1:
            return await urge_order(visit, tickets[0].number)
        if tickets:
            list_tickets(visit, tickets, "utter_progress_urge_which", "ask_urge")
        else:
            visit.say("utter_progress_nothing_to_urge")
        return []


async def urge_order(visit: Visit, order_no: str) -> list[Event]:
    """Urges an open order of any kind and says honestly whether it was passed on or only noted.

    An order that is over, has its reply, or is not this person's is said to be so; no other refusal is expected.
    """
    values: dict[str, Any] = {"number": order_no}
    try:
        urged = await visit.backend.urge_order(
            order_no, user=visit.user, note=mask_text(visit.text), idempotency_key=visit.key(f"urge/{order_no}")
        )
    except NotFound:
        visit.say("utter_progress_unknown", **values)
    except Conflict as error:
        if error.reason not in {"order.closed", "order.resolved"}:
            raise
        over = error.reason == "order.closed"
        visit.say("utter_progress_urge_closed" if over else "utter_progress_urge_resolved", **values)
    else:
        response = "utter_progress_urged" if urged.dispatched else "utter_progress_urge_recorded"
        visit.say(response, urge=urged.urge_no, at=visit.moment(urged.next_from), **values)
    return []


ACTIONS: tuple[type[ServiceAction], ...] = (ProgressForm, ShowTicket, UrgeTicket)
