"""What becomes due by the clock: half days laid open ahead, the evening reminder, closed half days told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from runtime.postgres import Connection, transaction
from utility.actors import system
from utility.appointments import rules, store
from utility.appointments.service import slot_table
from utility.appointments.telling import Told, tell
from utility.appointments.values import Appointment, SlotStatus
from utility.company import Company
from utility.orders import service as orders
from utility.orders.telling import held

BATCH = 200
_ACTOR = system("appointments")
LOOKS_AHEAD = timedelta(days=2)  # every evening before lies within


async def round(company: Company) -> int:
    """Draws half days, reminds, puts off; returns how many things changed. Safe to repeat, and in two processes."""
    return await _draw(company) + await _remind(company) + await _put_off(company)


async def _draw(company: Company) -> int:
    now, table = company.clock.now(), slot_table(company)
    days = rules.drawn_days(table, company.calendar, now.date())
    async with transaction(company.pool) as connection:
        known = await store.slot_ids_after(connection, now)
        drawn = [
            slot
            for region_id, name, kind in await store.regions(connection)
            for slot in rules.drawn_slots(table, region_id, name, kind, days)
            if slot.slot_id not in known
        ]
        return await store.add_slots(connection, drawn)


async def _remind(company: Company) -> int:
    now = company.clock.now()
    async with transaction(company.pool) as connection:
        numbers = await store.due_reminders(connection, now, now + LOOKS_AHEAD, BATCH)
    return await _each(company, numbers, _remind_one)


async def _put_off(company: Company) -> int:
    async with transaction(company.pool) as connection:
        numbers = await store.in_closed_slots(connection, company.clock.now(), BATCH)
    return await _each(company, numbers, _put_off_one)


async def _each(
    company: Company, numbers: list[str], one: Callable[[Connection, Company, Appointment], Awaitable[bool]]
) -> int:
    changed = 0
    for number in numbers:
        async with transaction(company.pool) as connection:
            await held(connection, number)
            appointment = await store.appointment(connection, number)
            changed += bool(appointment and appointment.active and await one(connection, company, appointment))
    return changed


async def _remind_one(connection: Connection, company: Company, appointment: Appointment) -> bool:
    slot, number = appointment.slot, appointment.appointment_no
    due = rules.reminder_due(slot, slot_table(company)) <= company.clock.now() < slot.starts_at
    if not due or await store.reminded_for(connection, number) == slot.slot_id:
        return False
    await store.note_reminded(connection, number, slot.slot_id)
    await tell(connection, company, number, Told("appointment.reminded"))
    return True


async def _put_off_one(connection: Connection, company: Company, appointment: Appointment) -> bool:
    order = await held(connection, appointment.appointment_no)
    if appointment.slot.status is SlotStatus.OPEN or order.side_state:
        return False
    note = appointment.slot.note
    await orders.suspend(connection, company, order.order_no, "rescheduling", _ACTOR, note)
    await tell(connection, company, order.order_no, Told("appointment.postponed", note, _ACTOR))
    return True
