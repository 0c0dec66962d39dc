"""Appointments for the staff: half days opened and closed, visits marked, appointments put into another half day."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from runtime.postgres import Connection, transaction
from utility.actors import Actor
from utility.appointments import rules, store
from utility.appointments.service import give_back, put, slot_table
from utility.appointments.telling import Told, tell
from utility.appointments.values import Appointment, Slot, SlotStatus
from utility.company import Company
from utility.errors import Clash, NotKnown
from utility.orders import service as orders
from utility.orders.telling import held
from utility.orders.values import Resolution


class Outcome(str, Enum):
    """What became of a promised visit."""

    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class SlotSetting:
    """How a half day is to be: its visits (None: as it was, or as the table says) and whether it takes bookings."""

    status: SlotStatus
    capacity: int | None
    note: str


async def set_slot(connection: Connection, company: Company, slot_id: str, setting: SlotSetting) -> Slot:
    """Opens, closes or changes a half day; one on a day off exists only by this.

    Appointments in a half day that closes stay where they are until they are put into another; the round tells their
    customers.

    Raises:
        NotKnown: `slot.unknown`, no half day has or can have that name.
        Clash: `slot.past`, `slot.capacity` (more is booked already; field booked).
    """
    table = slot_table(company)
    region_id, day, period = rules.slot_named(slot_id, table)
    region = next((r for r in await store.regions(connection) if r[0] == region_id), None)
    if region is None:
        raise NotKnown("slot.unknown", "There is no such half day.")
    fresh = rules.new_slot(region_id, region[1], day, period, table.capacity.get(region[2], 0))
    if fresh.starts_at <= company.clock.now():
        raise Clash("slot.past", "The half day has begun or is over.")
    await store.add_slots(connection, [fresh])
    slot = (await store.hold_slots(connection, [slot_id]))[slot_id]
    capacity = slot.capacity if setting.capacity is None else setting.capacity
    if capacity < slot.booked:
        raise Clash("slot.capacity", "More visits are booked than that.", booked=slot.booked)
    await store.set_slot(connection, slot_id, capacity, setting.status, setting.note)
    return await _slot(connection, slot_id)


async def slot_with_appointments(company: Company, slot_id: str) -> tuple[Slot, list[Appointment]]:
    """Reads a half day and who waits in it.

    Raises:
        NotKnown: `slot.unknown`.
    """
    async with transaction(company.pool) as connection:
        return await _slot(connection, slot_id), await store.appointments_in(connection, slot_id)


async def rebook(
    connection: Connection, company: Company, appointment_no: str, slot_id: str, actor: Actor, reason: str
) -> Appointment:
    """Puts an appointment into another half day for the company's own reasons, also on the day of the visit.

    Raises:
        NotKnown: `appointment.unknown`, `slot.unknown`.
        Clash: `appointment.not_active`, `appointment.same_slot`, and those of a half day.
    """
    appointment = await _held(connection, appointment_no)
    rules.check_active(appointment)
    return await put(connection, company, appointment, slot_id, Told("appointment.moved", reason, actor))


async def mark(
    connection: Connection,
    company: Company,
    appointment_no: str,
    outcome: Outcome,
    actor: Actor,
    *,
    result: str = "",
    note: str = "",
) -> Appointment:
    """Notes what became of a visit: done with its result, missed, or cancelled by the company.

    Raises:
        NotKnown: `appointment.unknown`.
        Clash: `appointment.not_active`, `appointment.too_early`.
        InvalidRequest: `order.resolution`, the result is none of the kind's.
    """
    appointment = await _held(connection, appointment_no)
    if outcome is Outcome.CANCELLED:
        rules.check_active(appointment)
        return await give_back(connection, company, appointment, Told("appointment.cancelled", note, actor))
    rules.check_over(appointment, company.clock.now())
    if outcome is Outcome.MISSED:
        await orders.suspend(connection, company, appointment_no, outcome.value, actor, note)
        return await tell(connection, company, appointment_no, Told("appointment.missed", note, actor))
    await _finish(connection, company, appointment, actor, result, note)
    return await tell(connection, company, appointment_no, Told("appointment.visited", note, actor))


async def _finish(
    connection: Connection, company: Company, appointment: Appointment, actor: Actor, result: str, note: str
) -> None:
    number = appointment.appointment_no
    order = await held(connection, number)
    if order.side_state:
        await orders.resume(connection, company, number, actor)
    await orders.advance(connection, company, number, "arrived", actor)
    await orders.resolve(connection, company, number, Resolution(result, note=note), actor)
    await orders.close(connection, company, number, actor)
    await store.set_result(connection, number, result)


async def _held(connection: Connection, appointment_no: str) -> Appointment:
    found = await store.appointment(connection, appointment_no)
    if found is None:
        raise NotKnown("appointment.unknown", "There is no such appointment.")
    await held(connection, appointment_no)
    return await store.appointment(connection, appointment_no) or found


async def _slot(connection: Connection, slot_id: str) -> Slot:
    slot = await store.slot(connection, slot_id)
    if slot is None:
        raise NotKnown("slot.unknown", "There is no such half day.")
    return slot
