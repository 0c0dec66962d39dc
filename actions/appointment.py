"""The appointment skill: a visit is booked for an account, by half days; hours, fees and results it never promises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.account import ACCOUNT_SLOTS
from actions.appointment_change import ManageAppointment
from actions.appointment_questions import (
    INTENTS,
    AppointmentVisit,
    NoteQuestion,
    VisitPhoneQuestion,
    VisitTypeQuestion,
    account_of,
)
from actions.appointment_slots import SLOT_SLOTS, SlotQuestion, chosen_offer, find_slots, keep_choice, keep_found
from actions.appointment_told import (
    appointment_card,
    appointment_values,
    tell_halls,
    visit_type_said,
)
from actions.base import Event, FormEnd, ServiceAction, forget, open_form, take_up_paused
from actions.form import FormVisit
from actions.handoff import Handoff, hand_over
from actions.questions import AccountQuestion, ConfirmQuestion, QuestionForm, phone_given
from actions.questions.base import SUMMARY
from actions.visit import Services, Visit
from backend.errors import Conflict, NotFound
from backend.models import Appointment, Booking, BoundAccount
from runtime.privacy import mask_name, mask_phone

_WORDS = "utter_appointment_words"
CONFIRM = SUMMARY
APPOINTMENT_SLOTS = (
    *ACCOUNT_SLOTS,
    *SLOT_SLOTS,
    "visit_type",
    "visit_name",
    "visit_place",
    "visit_hour",
    "phone",
    "phone_other",
    CONFIRM,
)
# A half day that was free when it was shown and is not any more.
_GONE = {"slot.full": "why_gone", "slot.closed": "why_gone", "slot.past": "why_gone", "slot.unknown": "why_gone"}


async def summary(visit: FormVisit) -> Mapping[str, str | int]:
    """What the confirmation says."""
    words, account, chosen = visit.wording.of(_WORDS), await account_of(visit), chosen_offer(visit)
    phone = phone_given(visit)
    values: dict[str, str | int] = {
        "type": str(visit.slot("visit_type")),
        "slot": chosen.label if chosen else "",
        "address": account.address_masked if account else "",
        "phone": mask_phone(phone) if phone else (account.phone_masked if account else "") or words["no_phone"],
    }
    notes = [words["note_place"].format(place=visit.slot("visit_place"))] if visit.slot("visit_place") else []
    if visit.slot("visit_name"):
        notes.append(words["note_name"].format(name=mask_name(str(visit.slot("visit_name")))))
    return {**values, "notes": "".join(notes)}


class AppointmentForm(QuestionForm):
    """Collects what a visit needs: what for, whose account, when; then shows it all once."""

    form = "appointment_form"
    topic = "appointment_create"
    intents = INTENTS
    slots = APPOINTMENT_SLOTS
    given = ACCOUNT_SLOTS
    questions = (
        VisitTypeQuestion(),
        AccountQuestion(),
        SlotQuestion("utter_appointment_ask_slot", intents=INTENTS, confirms=CONFIRM),
        NoteQuestion(),
        VisitPhoneQuestion(),
        ConfirmQuestion("utter_appointment_confirm", summary),
    )

    def receive(self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services) -> AppointmentVisit:
        """See base class."""
        return AppointmentVisit(dispatcher, tracker, services, self)

    async def read(self, visit: FormVisit) -> None:
        """See base class; then the half days are looked up, so that what cannot be is said at once."""
        if visit.intent == "appointment_manage" and visit.option("appointment_wish") in {"cancel", "drop"}:
            visit.end("utter_cancelled")
            return
        await super().read(visit)
        if not visit.ended and not visit.refused:
            await self._look(visit)

    def reopen(self, visit: FormVisit, slot: str) -> None:
        """See base class; another half day may be on any day."""
        super().reopen(visit, slot)
        if slot == "visit_slot":
            visit.fill(visit_day=None, visit_period=None)

    async def _look(self, visit: FormVisit) -> None:
        account = await account_of(visit)
        if not account or not visit.slot("visit_type"):
            return
        if visit.slot("visit_slot") and not {"visit_type", "account_no"} & set(_changed(visit)):
            # Chosen: what is booked meanwhile is told by the booking, which may be this very one said again.
            keep_choice(visit)
            return
        kind = await fitting_type(visit, account, str(visit.slot("visit_type")))
        booked = await booked_before(visit, account, kind)
        if booked:
            visit.end("utter_appointment_already", **appointment_values(visit, booked))
            return
        if kind != visit.slot("visit_type"):
            visit.fill(visit_type=kind)
        try:
            keep_found(visit, await find_slots(visit, account.account_no, kind))
        except Conflict as error:
            await _no_visit(visit, error, account, kind)
            return
        if visit.slot("visit_slot"):
            keep_choice(visit)


def _changed(visit: FormVisit) -> list[str]:
    return [name for name, value in visit.changes.items() if value != visit.tracker.slots.get(name)]


async def fitting_type(visit: Visit, account: BoundAccount, kind: str) -> str:
    """The company's own word for a visit of this account: a new meter and a check have several."""
    names = visit.wording.options["visit_type_by_class"]
    if kind not in names:
        return kind
    resident = (await visit.backend.profile(account.account_no, visit.user)).account_class in visit.wording.phrases(
        "resident_class"
    )
    return names[kind][0 if resident else 1]


async def booked_before(visit: Visit, account: BoundAccount, kind: str) -> Appointment | None:
    """The visit of this kind that is to come already."""
    page = await visit.backend.appointments(visit.user, [account.account_no])
    return next((one for one in page.appointments if one.business_type == kind), None)


async def _no_visit(visit: FormVisit, error: Conflict, account: BoundAccount, kind: str) -> None:
    if error.reason == "appointment.not_for_account":
        visit.end("utter_appointment_not_for_account", type=kind)
    elif error.reason == "appointment.no_visit":
        visit.end("utter_appointment_no_visit", type=kind)
        await tell_halls(visit, account.region)
    else:
        raise error


class StartAppointment(ServiceAction):
    """Looks what is wanted: a hall needs no appointment, help at home is for a person, a visit opens the form."""

    title = "action_start_appointment"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        bound = await visit.bindings()
        if visit.option("appointment_query"):
            return await ManageAppointment(self._services).serve(visit)
        if visit.option("hall"):
            await tell_halls(visit, bound[0].region if bound else "", head="utter_appointment_hall")
            return []
        if not visit_type_said(visit) and visit.option("home_service"):
            visit.say("utter_appointment_home_service")
            hand_over(visit, Handoff("home_service", "application"))
            return []
        if not bound and visit.option("visit_type") == visit.wording.value("visit_new_supply"):
            visit.say("utter_appointment_apply_first")
            return []
        return open_form(visit, AppointmentForm.form)


class BookAppointment(FormEnd):
    """Books what the form collected; a half day that has gone meanwhile is asked for again."""

    title = "action_book_appointment"
    needs = APPOINTMENT_SLOTS

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        booking = Booking(
            account_no=str(visit.slot("account_no")),
            business_type=str(visit.slot("visit_type")),
            slot_id=str(visit.slot("visit_slot")),
            contact_phone=phone_given(visit),
            note=_note(visit),
        )
        try:
            made = await visit.backend.book_appointment(booking, visit.user, idempotency_key=visit.key(self.title))
        except (Conflict, NotFound) as error:
            return await _refused(visit, error)
        visit.show("utter_appointment_booked", appointment_values(visit, made), card=appointment_card(visit, made))
        known = SlotSet("known_appointment", made.appointment_no)
        return [known, *self.done(visit)]


async def _refused(visit: Visit, error: Conflict | NotFound) -> list[Event]:
    if error.reason == "appointment.already_booked":
        made = await visit.backend.appointment(str(error.fields.get("order_no", "")), visit.user)
        visit.say("utter_appointment_already", **appointment_values(visit, made))
        return [*forget(*APPOINTMENT_SLOTS), *take_up_paused(visit)]
    if error.reason not in _GONE:
        raise error
    visit.say("utter_appointment_gone")
    again: dict[str, Any] = {"visit_slot": None, "visit_day": None, "visit_period": None, CONFIRM: None}
    return open_form(visit, AppointmentForm.form, **again)


def _note(visit: Visit) -> str:
    """What the visitor should know, in the customer's words."""
    words = visit.wording.of(_WORDS)
    parts = [
        words[f"kept_{name}"].format(value=visit.slot(f"visit_{name}"))
        for name in ("name", "place", "hour")
        if visit.slot(f"visit_{name}")
    ]
    return words["separator"].join(parts)


ACTIONS: tuple[type[ServiceAction], ...] = (AppointmentForm, BookAppointment, StartAppointment)
