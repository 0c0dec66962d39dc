"""Appointments for customers: what is offered, booking, moving, cancelling, in the caller's transaction.

An appointment is a work order of the kind `appointment`. A half day never takes more than its capacity: whoever books
holds its row, and the table refuses one visit too many. Every use case holds the work order before half days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from runtime.postgres import Connection, transaction
from utility import actors
from utility.accounts import store as accounts
from utility.accounts.bindings import access_account
from utility.accounts.profiles import check_contact_phone
from utility.accounts.values import Account, Person
from utility.appointments import rules, store
from utility.appointments.telling import Told, tell
from utility.appointments.values import CANCELLED, Appointment, Request, Slot, SlotTable, VisitType, VisitTypes
from utility.company import Company
from utility.counter.shown import shown_time
from utility.errors import Clash, NotKnown
from utility.orders import service as orders
from utility.orders.telling import held
from utility.orders.values import Draft


async def offered(
    company: Company, person: Person, account_no: str, business_type: str, wanted: date | None
) -> list[Slot]:
    """Lists the half days offered to an account for a kind of business, from a wished day on.

    Raises:
        Forbidden: `account.not_bound`.
        Clash: `appointment.no_visit`, `appointment.not_for_account`.
    """
    async with transaction(company.pool) as connection:
        account = await access_account(connection, person, account_no)
        visit_type(company, account, business_type)
        region_id = await store.region_of_area(connection, account.area_id)
        return await offers_in(connection, company, region_id, wanted)


async def book(connection: Connection, company: Company, person: Person, request: Request) -> Appointment:
    """Promises a visit.

    Raises:
        Forbidden: `account.not_bound`.
        InvalidRequest: `field.invalid`, nobody can be called at that phone.
        NotKnown: `slot.unknown`.
        Clash: `appointment.no_visit`, `appointment.not_for_account`, `appointment.already_booked` (field order_no),
            `slot.elsewhere`, `slot.past`, `slot.closed`, `slot.full` (field alternatives).
    """
    account = await access_account(connection, person, request.account_no)
    check_contact_phone(company, request.contact_phone)
    kind = visit_type(company, account, request.business_type)
    region_id = await store.region_of_area(connection, account.area_id)
    order_no = await _open(connection, company, person, account, kind, request, region_id)
    slot = await take(connection, company, request.slot_id, region_id)
    until = rules.change_until(slot, company.policy.appointment)
    await store.add_appointment(connection, order_no, account.account_no, kind.name, slot.slot_id, until)
    return await tell(connection, company, order_no, Told("appointment.booked"))


async def move(
    connection: Connection, company: Company, person: Person, appointment_no: str, slot_id: str
) -> Appointment:
    """Puts a customer's appointment into another half day.

    Raises:
        NotKnown: `appointment.unknown`, `slot.unknown`.
        Clash: `appointment.not_active`, `appointment.fixed`, `appointment.same_slot`, and those of a half day.
    """
    appointment = await held_for(connection, person, appointment_no)
    rules.check_changeable(appointment, company.clock.now())
    return await put(connection, company, appointment, slot_id, Told("appointment.moved", actor=actor_of(person)))


async def cancel(
    connection: Connection, company: Company, person: Person, appointment_no: str, note: str
) -> Appointment:
    """Cancels a customer's appointment; its place is free at once.

    Raises:
        NotKnown: `appointment.unknown`.
        Clash: `appointment.not_active`, `appointment.fixed`.
    """
    appointment = await held_for(connection, person, appointment_no)
    rules.check_changeable(appointment, company.clock.now())
    return await give_back(connection, company, appointment, Told("appointment.cancelled", note, actor_of(person)))


async def read(company: Company, person: Person, appointment_no: str) -> Appointment:
    """Reads an appointment that `person` booked or that is on an account of theirs.

    Raises:
        NotKnown: `appointment.unknown`, somebody else's too.
    """
    async with transaction(company.pool) as connection:
        return await _theirs(connection, person, appointment_no)


async def list_of(
    company: Company,
    person: Person,
    account_nos: Sequence[str],
    *,
    active_only: bool,
    after: tuple[datetime, str] | None,
    most: int,
) -> list[Appointment]:
    """Lists the appointments of a person's accounts, the latest visit first; an account not bound is left out."""
    async with transaction(company.pool) as connection:
        bound = [account.account_no for account in await accounts.bound_accounts(connection, person)]
        wanted = [no for no in bound if no in account_nos] if account_nos else bound
        return await store.appointments_of(connection, wanted, active_only=active_only, after=after, most=most)


async def offers_in(connection: Connection, company: Company, region_id: str, wanted: date | None) -> list[Slot]:
    """Lists the half days offered in a region."""
    now, settings = company.clock.now(), company.policy.appointment
    window = rules.offer_window(settings, company.calendar, now, wanted)
    return rules.offers(await store.slots(connection, region_id, *window), settings, window, now)


async def take(connection: Connection, company: Company, slot_id: str, region_id: str) -> Slot:
    """Takes a place in a half day of a region, and holds it until the transaction ends.

    Raises:
        NotKnown: `slot.unknown`.
        Clash: `slot.elsewhere`, `slot.past`, `slot.closed`, `slot.full`.
    """
    slot = (await store.hold_slots(connection, [slot_id])).get(slot_id)
    if slot is None:
        raise NotKnown("slot.unknown", "There is no such half day.")
    if slot.region_id != region_id:
        raise Clash("slot.elsewhere", "The half day is one of another region.", region=slot.region)
    try:
        rules.check_bookable(slot, company.clock.now())
    except Clash as refused:
        offers = await offers_in(connection, company, region_id, None)
        raise Clash(refused.reason, refused.detail, alternatives=[_named(offer) for offer in offers]) from refused
    await store.count_booked(connection, slot_id, 1)
    return slot


async def put(
    connection: Connection, company: Company, appointment: Appointment, slot_id: str, told: Told
) -> Appointment:
    """Puts an appointment into another half day of its region; the caller holds its work order.

    Raises:
        NotKnown, Clash: as `take`, and `appointment.same_slot`.
    """
    old, number = appointment.slot, appointment.appointment_no
    if slot_id == old.slot_id:
        raise Clash("appointment.same_slot", "The appointment is in that half day already.")
    await store.hold_slots(connection, [old.slot_id, slot_id])
    slot = await take(connection, company, slot_id, old.region_id)
    await store.count_booked(connection, old.slot_id, -1)
    await store.move_appointment(connection, number, slot_id, rules.change_until(slot, company.policy.appointment))
    if (await held(connection, number)).side_state:
        await orders.resume(connection, company, number, actors.system("appointments"))
    await orders.remark(connection, company, number, told.actor, f"{old.slot_id} -> {slot_id} {told.note}".strip())
    return await tell(connection, company, number, told)


async def give_back(connection: Connection, company: Company, appointment: Appointment, told: Told) -> Appointment:
    """Ends an appointment before its visit and frees its place; the caller holds its work order."""
    await orders.suspend(connection, company, appointment.appointment_no, CANCELLED, told.actor, told.note)
    await store.hold_slots(connection, [appointment.slot.slot_id])
    await store.count_booked(connection, appointment.slot.slot_id, -1)
    return await tell(connection, company, appointment.appointment_no, told)


async def held_for(connection: Connection, person: Person, appointment_no: str) -> Appointment:
    """Reads an appointment of `person` and holds its work order until the transaction ends.

    Raises:
        NotKnown: `appointment.unknown`, somebody else's too.
    """
    await _theirs(connection, person, appointment_no)
    await held(connection, appointment_no)
    return await _theirs(connection, person, appointment_no)


def visit_type(company: Company, account: Account, business_type: str) -> VisitType:
    """Returns who comes for a kind of business.

    Raises:
        Clash: `appointment.no_visit`, `appointment.not_for_account`.
    """
    return rules.visit_type(visit_types(company), business_type, residential=account.residential)


def visit_types(company: Company) -> VisitTypes:
    """Returns the kinds of visits of today."""
    return company.visit_types.at(company.clock.now().date(), company.regions).value


def slot_table(company: Company) -> SlotTable:
    """Returns how half days are drawn today."""
    return company.slot_tables.at(company.clock.now().date(), company.regions).value


def actor_of(person: Person) -> actors.Actor:
    """Writes a customer as an actor."""
    return actors.customer(person.channel, person.user_id)


async def _open(
    connection: Connection,
    company: Company,
    person: Person,
    account: Account,
    kind: VisitType,
    request: Request,
    region_id: str,
) -> str:
    draft = Draft(
        kind="appointment",
        owner=kind.visitor,
        type=kind.name,
        subject=f"appointment:{kind.name}",
        account_no=account.account_no,
        channel=person.channel,
        channel_user=person.user_id,
        contact_phone=request.contact_phone or account.contact_phone,
        region_id=region_id,
        area_id=account.area_id,
        text=request.note,
    )
    try:
        return (await orders.open_order(connection, company, draft, actor_of(person))).order_no
    except Clash as refused:
        detail = "The account has an appointment for this already: it is moved or cancelled, not booked again."
        raise Clash("appointment.already_booked", detail, **refused.fields) from refused


async def _theirs(connection: Connection, person: Person, appointment_no: str) -> Appointment:
    found = await store.appointment(connection, appointment_no)
    if found is not None and (
        await store.is_filed_by(connection, appointment_no, person)
        or await accounts.bound_account(connection, person, found.account_no)
    ):
        return found
    raise NotKnown("appointment.unknown", "There is no such appointment of this person.")


def _named(slot: Slot) -> dict[str, object]:
    return {
        "slot_id": slot.slot_id,
        "day": slot.day.isoformat(),
        "period": slot.period,
        "starts": shown_time(slot.starts_at),
    }
