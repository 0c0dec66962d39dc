"""Tells what happened to an appointment: one event with what a notice needs, in the transaction of the change."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.postgres import Connection
from utility.actors import Actor, system
from utility.appointments import store
from utility.appointments.values import Appointment
from utility.company import Company
from utility.counter.shown import Json, shown_time
from utility.errors import NotKnown
from utility.events.outbox import Event, emit


@dataclass(frozen=True)
class Told:
    """What is told: the event's type, in whose words, by whom."""

    type: str
    note: str = ""
    actor: Actor = system("appointments")


async def tell(connection: Connection, company: Company, appointment_no: str, told: Told) -> Appointment:
    """Emits the event and returns the appointment as it stands now.

    Raises:
        NotKnown: `appointment.unknown`.
    """
    found = await store.appointment(connection, appointment_no)
    if found is None:
        raise NotKnown("appointment.unknown", "There is no such appointment.")
    now = company.clock.now()
    await emit(connection, Event(told.type, now, appointment_no, found.account_no, data=_data(found, told)))
    return found


def _data(appointment: Appointment, told: Told) -> Json:
    slot = appointment.slot
    return {
        "business_type": appointment.business_type,
        "status": appointment.status,
        "day": slot.day.isoformat(),
        "period": slot.period,
        "starts": shown_time(slot.starts_at),
        "ends": shown_time(slot.ends_at),
        "change_until": shown_time(appointment.change_until),
        "result": appointment.result,
        "by": told.actor.kind,
        "note": told.note,
    }
