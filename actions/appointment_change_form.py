"""The form that finds out which appointment, and to when, or whether to cancel; a doubt about leaving is asked."""

from __future__ import annotations

from collections.abc import Sequence

from actions.account import ACCOUNT_SLOTS
from actions.appointment_slots import SLOT_SLOTS, SlotQuestion, find_slots, keep_choice, keep_found, slot_words
from actions.appointment_told import appointment_values, visit_type_said
from actions.base import ServiceAction
from actions.form import Call, FormVisit
from actions.questions import AccountQuestion, Offered, OfferedQuestion, QuestionForm
from actions.questions.base import Question
from actions.visit import Visit
from backend.errors import NotFound
from backend.models import Appointment

_WORDS = "utter_appointment_words"
_INTENTS = frozenset({"appointment_manage", "appointment_create"})
MOVE, CANCEL, DROP, QUERY = "move", "cancel", "drop", "query"
CHANGE_SLOTS = (
    *ACCOUNT_SLOTS,
    *SLOT_SLOTS,
    "appointment_no",
    "appointment_no_offers",
    "appointment_wish",
    "cancel_sure",
)


def wish_said(visit: Visit) -> str:
    """What the customer wants with an appointment: moved when only a new day is named."""
    wish = visit.option("appointment_wish") or visit.option("appointment_query") or ""
    return wish or (MOVE if visit.entity("date") or visit.entity("time_period") else QUERY)


async def active(visit: Visit) -> list[Appointment]:
    """The visits that are to come, the soonest first."""
    page = await visit.backend.appointments(visit.user)
    return sorted(page.appointments, key=lambda one: one.slot.starts)


def meant(visit: Visit, those: Sequence[Appointment], wish: str) -> tuple[list[Appointment], str]:
    """The appointments that the message names, and the new day it names."""
    number, kind = visit.entity("ticket_no").upper(), visit_type_said(visit)
    dates = [str(value) for value in visit.tracker.get_latest_entity_values("date")]
    found = [one for one in those if one.appointment_no == number] if number else list(those)
    found = [one for one in found if one.business_type == kind] or found if kind else found
    tails = [one for one in found if one.account_no[-4:] in visit.digit_runs()]
    found = tails or found
    of_day = [one for one in found if dates and _within(one, dates[0])]
    is_new = wish == MOVE and len(dates) == 1 and visit.wording.patterns["to_a_day"].search(visit.text)
    if of_day and not is_new:
        return of_day, dates[-1] if len(dates) > 1 else ""
    if dates and wish != MOVE:
        return [], ""
    return found, dates[-1] if dates else ""


def _within(one: Appointment, day: str) -> bool:
    parts = day.split("/")
    return parts[0] <= one.slot.day.isoformat() <= parts[-1]


class WhichQuestion(OfferedQuestion):
    """Which of several appointments."""

    def __init__(self) -> None:
        """Fills `appointment_no`."""
        super().__init__("appointment_no", "utter_appointment_ask_which", none="utter_appointment_none")

    async def offers(self, visit: FormVisit) -> list[Offered]:
        """See base class."""
        return [_offered(visit, one) for one in await active(visit)]

    async def read(self, visit: FormVisit) -> None:
        """See base class; a number of ours may come in any message."""
        number = visit.entity("ticket_no").upper()
        if number.startswith(visit.wording.value("appointment_letter")):
            visit.fill(appointment_no=number)
            return
        await super().read(visit)
        if visit.slot("appointment_no") or not self.is_asked(visit):
            return
        found, _ = meant(visit, await active(visit), CANCEL)
        if len(found) == 1:
            visit.fill(appointment_no=found[0].appointment_no)


def _offered(visit: Visit, one: Appointment) -> Offered:
    label = visit.wording.of(_WORDS)["which"].format(slot=slot_words(visit, one.slot), type=one.business_type)
    about = {"date": one.slot.day.isoformat(), "time_period": one.slot.period}
    return Offered(label, one.appointment_no, about)


class AnyAccountQuestion(AccountQuestion):
    """An account of this person; whichever, when several are bound."""

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        return None if await visit.bindings() else await super().missing(visit)


class CancelQuestion(Question):
    """Whether to cancel; a bare yes is no answer where it was asked which of two was meant."""

    def __init__(self) -> None:
        """Fills `cancel_sure`."""
        super().__init__("cancel_sure", wanted=lambda visit: visit.slot("appointment_wish") in {CANCEL, DROP})

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if not self.is_asked(visit):
            return
        said = visit.option("cancel_sure")
        if said == "no" or (said is None and visit.says_no):
            visit.end("utter_appointment_kept")
        elif said == "yes" or (visit.says_yes and visit.slot("appointment_wish") == CANCEL):
            visit.fill(cancel_sure="yes")
        elif wish_said(visit) == MOVE:
            visit.fill(appointment_wish=MOVE)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        made = await visit.backend.appointment(str(visit.slot("appointment_no")), visit.user)
        doubt = visit.slot("appointment_wish") == DROP
        response = "utter_appointment_cancel_or_leave" if doubt else "utter_appointment_cancel_sure"
        visit.show(response, appointment_values(visit, made))


class AppointmentChangeForm(QuestionForm):
    """Finds out which appointment, and to when, or whether to cancel it."""

    form = "appointment_change_form"
    topic = "appointment_manage"
    intents = _INTENTS
    slots = CHANGE_SLOTS
    given = (*ACCOUNT_SLOTS, "appointment_no", "appointment_wish", "visit_slot_offers")
    questions = (
        AnyAccountQuestion(),
        WhichQuestion(),
        SlotQuestion(
            "utter_appointment_ask_new_slot",
            intents=_INTENTS,
            wanted=lambda visit: visit.slot("appointment_wish") == MOVE,
        ),
        CancelQuestion(),
    )

    async def read(self, visit: FormVisit) -> None:
        """See base class; the first message was read by the action, which told the old day from the new one."""
        if visit.call is Call.OPENED:
            await self.questions[0].read(visit)
        else:
            await super().read(visit)
        if not visit.ended and not visit.refused and await visit.bindings():
            await self._look(visit)

    async def _look(self, visit: FormVisit) -> None:
        if visit.slot("cancel_sure") or visit.slot("visit_slot"):
            return  # settled: the same message said again must lead to the same change
        if not visit.slot("appointment_no"):
            those = await active(visit)
            if not those:
                visit.end("utter_appointment_none")
                return
            if len(those) > 1:
                return
            visit.fill(appointment_no=those[0].appointment_no)
        try:
            made = await visit.backend.appointment(str(visit.slot("appointment_no")), visit.user)
        except NotFound:
            visit.end("utter_appointment_unknown")
            return
        why = _cannot_change(visit, made)
        if why and visit.slot("appointment_wish") != QUERY:
            visit.end(why, **appointment_values(visit, made))
        elif visit.slot("appointment_wish") == MOVE and not visit.slot("visit_slot"):
            keep_found(visit, await find_slots(visit, made.account_no, made.business_type))
            keep_choice(visit)

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class; a question about all of them needs no choice."""
        if visit.slot("appointment_wish") == QUERY and await visit.bindings():
            return None
        return await super().missing(visit)


def _cannot_change(visit: Visit, made: Appointment) -> str:
    if not made.active:
        return "utter_appointment_not_active"
    return "utter_appointment_fixed" if visit.services.clock.now() > made.change_until else ""


ACTIONS: tuple[type[ServiceAction], ...] = (AppointmentChangeForm,)
