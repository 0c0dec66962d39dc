"""The appointment skill, part change: appointments are told, moved and cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rasa_sdk.events import SlotSet

from actions.appointment_change_form import (
    CHANGE_SLOTS,
    MOVE,
    QUERY,
    AppointmentChangeForm,
    active,
    meant,
    wish_said,
)
from actions.appointment_slots import SLOT_SLOTS
from actions.appointment_told import appointment_card, appointment_values
from actions.base import Event, FormEnd, ServiceAction, open_form
from actions.visit import Visit
from backend.errors import BackendRefused, Conflict, NotFound
from backend.models import Appointment

_WORDS = "utter_appointment_words"
_TOLD = 3
_REFUSED = {
    "appointment.fixed": "utter_appointment_fixed",
    "appointment.not_active": "utter_appointment_not_active",
    "appointment.unknown": "utter_appointment_unknown",
}


class ManageAppointment(ServiceAction):
    """Tells the appointments; a wish to move or cancel opens the form with all that the message told."""

    title = "action_manage_appointment"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        wish = wish_said(visit)
        if not await visit.bindings():
            return open_form(visit, AppointmentChangeForm.form, **_fresh(wish))
        those = await active(visit)
        if not those and not visit.entity("ticket_no"):
            visit.say("utter_appointment_none")
            return []
        if visit.entity("phone") and not visit.entity("date"):
            visit.say("utter_appointment_phone_by_person")
            return []
        found, day = meant(visit, those, wish)
        if wish == QUERY:
            tell(visit, found or those)
            return []
        known = [one for one in found if one.appointment_no == visit.slot("known_appointment")]
        found = known if len(found) > 1 and known and visit.intent != "appointment_manage" else found
        if not found and not visit.entity("ticket_no"):
            tell(visit, those, "utter_appointment_not_that_day")
            return []
        number = visit.entity("ticket_no").upper() or (found[0].appointment_no if len(found) == 1 else None)
        half = visit.entity("time_period") or (found[0].slot.period if day and len(found) == 1 else None)
        prefilled = {**_fresh(wish), "visit_day": day or _same_day(found, half, wish), "visit_period": half}
        return open_form(visit, AppointmentChangeForm.form, **{**prefilled, "appointment_no": number})


def _same_day(found: Sequence[Appointment], half: str | None, wish: str) -> str | None:
    """Only another half of the day is wished for."""
    return found[0].slot.day.isoformat() if wish == MOVE and half and len(found) == 1 else None


def _fresh(wish: str) -> dict[str, Any]:
    return {**dict.fromkeys((*SLOT_SLOTS, "appointment_no", "cancel_sure")), "appointment_wish": wish}


def tell(visit: Visit, those: Sequence[Appointment], response: str = "utter_appointment_told") -> None:
    """Tells appointments, each in a line."""
    if len(those) == 1 and response == "utter_appointment_told":
        visit.show("utter_appointment_one", appointment_values(visit, those[0]), card=appointment_card(visit, those[0]))
        return
    line = visit.wording.of(_WORDS)["line"]
    lines = "\n".join(line.format(**appointment_values(visit, one)) for one in those[:_TOLD])
    visit.say(response, count=len(those), lines=lines)


class ChangeAppointment(FormEnd):
    """Moves or cancels what the form found, or tells it."""

    title = "action_change_appointment"
    needs = CHANGE_SLOTS

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        wish = visit.slot("appointment_wish")
        if wish == QUERY:
            those = await active(visit)
            if those:
                tell(visit, those)
            else:
                visit.say("utter_appointment_none")
            return self.done(visit)
        try:
            return await self._change(visit, str(visit.slot("appointment_no")), moves=wish == MOVE)
        except (Conflict, NotFound) as error:
            return self._refused(visit, error)

    async def _change(self, visit: Visit, number: str, *, moves: bool) -> list[Event]:
        key = visit.key(self.title)
        if moves:
            slot = str(visit.slot("visit_slot"))
            made = await visit.backend.move_appointment(number, slot, visit.user, idempotency_key=key)
            card = appointment_card(visit, made)
            visit.show("utter_appointment_moved", appointment_values(visit, made), card=card)
        else:
            made = await visit.backend.cancel_appointment(number, visit.user, idempotency_key=key)
            visit.show("utter_appointment_cancelled", appointment_values(visit, made))
        return [*self.done(visit), SlotSet("known_appointment", number if moves else None)]

    def _refused(self, visit: Visit, error: BackendRefused) -> list[Event]:
        if error.reason in _REFUSED:
            until = str(error.fields.get("change_until", ""))
            visit.say(_REFUSED[error.reason], until=visit.moment(datetime.fromisoformat(until)) if until else "")
            return self.done(visit)
        if error.reason == "appointment.same_slot":
            visit.say("utter_appointment_same_slot")
        elif error.reason.startswith("slot."):
            visit.say("utter_appointment_gone")
        else:
            raise error
        again: dict[str, Any] = dict.fromkeys(SLOT_SLOTS)
        return open_form(visit, AppointmentChangeForm.form, **again)


ACTIONS: tuple[type[ServiceAction], ...] = (ChangeAppointment, ManageAppointment)
