"""Appointments: what is offered, booked, moved, cancelled."""

# Line.of(...) makes a type when the module is read, which mypy cannot see.
# mypy: disable-error-code="valid-type"

from __future__ import annotations

from datetime import date, datetime

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.appointments import desk, service, wire
from utility.appointments.values import Appointment
from utility.appointments.values import Request as Wish
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Form, Line, parsed
from utility.counter.fields import ORDER_NO, REQUIRED_ACCOUNT_NO, Text
from utility.counter.once import Answered, once
from utility.counter.paging import PAGING, asked, page
from utility.counter.shown import Json
from utility.errors import InvalidRequest

_ACCOUNT = Line.of(40, least=1)
_DAY = Text(pattern=r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}")
_SLOT_ID = Line.of(60, least=1)
_BUSINESS_TYPE = Line.of(40, least=1)
_STATES = Text(pattern="active|all")


class Booking(Form):
    """What a customer books."""

    account_no: _ACCOUNT
    business_type: _BUSINESS_TYPE
    slot_id: _SLOT_ID
    contact_phone: Line.of(40) = ""
    note: Line.of(500) = ""


class Move(Form):
    """Where an appointment is to go."""

    slot_id: _SLOT_ID


class Cancellation(Form):
    """Why an appointment is cancelled."""

    note: Line.of(500) = ""


def blueprint() -> Blueprint:
    """Builds the routes of customers and of the staff."""
    routes = Blueprint("appointments")
    routes.add_route(list_slots, "/appointment-slots", methods=["GET"])
    routes.add_route(list_appointments, "/appointments", methods=["GET"])
    routes.add_route(create_appointment, "/appointments", methods=["POST"])
    routes.add_route(read_appointment, "/appointments/<appointment_no:str>", methods=["GET"])
    routes.add_route(move_appointment, "/appointments/<appointment_no:str>/moves", methods=["POST"])
    routes.add_route(cancel_appointment, "/appointments/<appointment_no:str>/cancellations", methods=["POST"])
    desk.add_routes(routes)
    return routes


@needs(Scope.APPOINTMENTS)
async def list_slots(request: Request) -> HTTPResponse:
    """Lists the half days offered to an account, from a wished day on."""
    kind = Text(most=40, least=1, required=True)
    forms = {"account_no": REQUIRED_ACCOUNT_NO, "business_type": kind, "from": _DAY}
    given = fields.query(request, forms)
    company, person = company_of(request), fields.acting_person(request)
    wanted = _day(given["from"]) if given["from"] else None
    offered = await service.offered(company, person, given["account_no"], given["business_type"], wanted)
    return answer({"slots": [wire.slot(slot) for slot in offered]})


@needs(Scope.APPOINTMENTS)
async def list_appointments(request: Request) -> HTTPResponse:
    """Lists the appointments of the acting person's accounts; `account_no` names some, separated by commas."""
    forms = {**PAGING, "account_no": Text(most=1000, least=1), "state": _STATES}
    given = fields.query(request, forms)
    wanted = asked(given, datetime.fromisoformat, str)
    found = await service.list_of(
        company_of(request),
        fields.acting_person(request),
        given["account_no"].split(",") if given["account_no"] else [],
        active_only=given["state"] == "active",
        after=(wanted.after[0], wanted.after[1]) if wanted.after else None,
        most=wanted.fetch,
    )
    cut = page(found, wanted, lambda shown: (shown.slot.starts_at.isoformat(), shown.appointment_no))
    return answer({"appointments": [_shown(request, one) for one in cut.items], "next_cursor": cut.next_cursor})


@needs(Scope.APPOINTMENTS)
async def create_appointment(request: Request) -> HTTPResponse:
    """Promises a visit."""
    fields.query(request, {})
    given, person = parsed(request, Booking), fields.acting_person(request)
    wish = Wish(**given.dict())

    async def work(connection: Connection) -> Answered:
        booked = await service.book(connection, company_of(request), person, wish)
        return Answered(_shown(request, booked), status=201)

    return await once(request, work)


@needs(Scope.APPOINTMENTS)
async def read_appointment(request: Request, appointment_no: str) -> HTTPResponse:
    """Reads one appointment of the acting person."""
    fields.query(request, {})
    number, person = fields.part("appointment_no", appointment_no, ORDER_NO), fields.acting_person(request)
    return answer(_shown(request, await service.read(company_of(request), person, number)))


@needs(Scope.APPOINTMENTS)
async def move_appointment(request: Request, appointment_no: str) -> HTTPResponse:
    """Puts an appointment into another half day."""
    fields.query(request, {})
    number, person = fields.part("appointment_no", appointment_no, ORDER_NO), fields.acting_person(request)
    given = parsed(request, Move)

    async def work(connection: Connection) -> Answered:
        moved = await service.move(connection, company_of(request), person, number, given.slot_id)
        return Answered(_shown(request, moved))

    return await once(request, work)


@needs(Scope.APPOINTMENTS)
async def cancel_appointment(request: Request, appointment_no: str) -> HTTPResponse:
    """Cancels an appointment."""
    fields.query(request, {})
    number, person = fields.part("appointment_no", appointment_no, ORDER_NO), fields.acting_person(request)
    given = parsed(request, Cancellation)

    async def work(connection: Connection) -> Answered:
        cancelled = await service.cancel(connection, company_of(request), person, number, given.note)
        return Answered(_shown(request, cancelled))

    return await once(request, work)


def _shown(request: Request, appointment: Appointment) -> Json:
    return wire.appointment(appointment, service.visit_types(company_of(request)))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequest("field.invalid", "from", "from is no day of the calendar.") from error
