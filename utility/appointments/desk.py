"""The staff's routes of appointments: half days, visits, another half day because of the weather."""

# Line.of(...) makes a type when the module is read, which mypy cannot see.
# mypy: disable-error-code="valid-type"

from __future__ import annotations

from pydantic import conint
from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.appointments import operating, service, wire
from utility.appointments.operating import Outcome, SlotSetting
from utility.appointments.values import Appointment, SlotStatus
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Form, Line, parsed
from utility.counter.fields import ORDER_NO, Text
from utility.counter.once import Answered, once
from utility.counter.shown import Json

_SLOT_ID = Text(most=60, least=1)
_MOST_VISITS = 1000


class Setting(Form):
    """How a half day is to be."""

    status: SlotStatus
    capacity: conint(strict=True, ge=0, le=_MOST_VISITS) | None = None
    note: Line.of(200) = ""


class Marked(Form):
    """What became of a visit."""

    outcome: Outcome
    result: Line.of(40) = ""
    note: Line.of(500) = ""


class Rebooking(Form):
    """Where the company puts an appointment, and why."""

    slot_id: Line.of(60, least=1)
    reason: Line.of(200, least=1)


def add_routes(routes: Blueprint) -> None:
    """Adds the staff's routes to the subject's."""
    routes.add_route(read_slot, "/appointment-slots/<slot_id:str>", methods=["GET"])
    routes.add_route(put_slot, "/appointment-slots/<slot_id:str>", methods=["PUT"])
    routes.add_route(create_outcome, "/appointments/<appointment_no:str>/outcomes", methods=["POST"])
    routes.add_route(create_rebooking, "/appointments/<appointment_no:str>/rebookings", methods=["POST"])


@needs(Scope.OPERATE)
async def read_slot(request: Request, slot_id: str) -> HTTPResponse:
    """Reads a half day and who waits in it."""
    fields.query(request, {})
    slot, waiting = await operating.slot_with_appointments(
        company_of(request), fields.part("slot_id", slot_id, _SLOT_ID)
    )
    return answer({**wire.slot_for_staff(slot), "appointments": [_shown(request, one) for one in waiting]})


@needs(Scope.OPERATE)
async def put_slot(request: Request, slot_id: str) -> HTTPResponse:
    """Opens, closes or changes a half day."""
    fields.query(request, {})
    fields.acting_staff(request)
    named, given = fields.part("slot_id", slot_id, _SLOT_ID), parsed(request, Setting)
    setting = SlotSetting(given.status, given.capacity, given.note)

    async def work(connection: Connection) -> Answered:
        return Answered(wire.slot_for_staff(await operating.set_slot(connection, company_of(request), named, setting)))

    return await once(request, work)


@needs(Scope.OPERATE)
async def create_outcome(request: Request, appointment_no: str) -> HTTPResponse:
    """Notes what became of a visit."""
    fields.query(request, {})
    actor, number = fields.acting_staff(request), fields.part("appointment_no", appointment_no, ORDER_NO)
    given = parsed(request, Marked)

    async def work(connection: Connection) -> Answered:
        marked = await operating.mark(
            connection, company_of(request), number, given.outcome, actor, result=given.result, note=given.note
        )
        return Answered(_shown(request, marked), status=201)

    return await once(request, work)


@needs(Scope.OPERATE)
async def create_rebooking(request: Request, appointment_no: str) -> HTTPResponse:
    """Puts an appointment into another half day for the company's own reasons."""
    fields.query(request, {})
    actor, number = fields.acting_staff(request), fields.part("appointment_no", appointment_no, ORDER_NO)
    given = parsed(request, Rebooking)

    async def work(connection: Connection) -> Answered:
        moved = await operating.rebook(connection, company_of(request), number, given.slot_id, actor, given.reason)
        return Answered(_shown(request, moved), status=201)

    return await once(request, work)


def _shown(request: Request, appointment: Appointment) -> Json:
    return wire.appointment(appointment, service.visit_types(company_of(request)))
