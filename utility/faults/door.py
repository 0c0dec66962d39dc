"""Fault orders."""

from __future__ import annotations

from types import MappingProxyType

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import parsed
from utility.counter.fields import ACCOUNT_NO, AREA_ID, ORDER_NO, PHONE, PHONE_HEADER, Text
from utility.counter.once import Answered, once
from utility.faults import told, wire
from utility.faults.bodies import ConfirmationForm, ProgressForm, UpdateForm, UrgeForm
from utility.faults.progress import progress
from utility.faults.queue import ranked
from utility.faults.service import list_open, read_order, report_fault
from utility.faults.values import FaultReport

REPORT = MappingProxyType(
    {
        "account_no": ACCOUNT_NO,
        "area_id": AREA_ID,
        "address": Text(),
        "severity": Text(most=20, least=1, required=True),
        "scope": Text(most=20),
        "neighbor_power": Text(most=20),
        "symptom": Text(most=20),
        "breaker_state": Text(most=20),
        "danger_sign": Text(most=20),
        "phone": PHONE,
        "note": Text(most=1000),
    }
)


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("faults")
    routes.add_route(create_fault_order, "/fault-orders", methods=["POST"])
    routes.add_route(list_fault_orders, "/fault-orders", methods=["GET"])
    routes.add_route(read_fault_order, "/fault-orders/<order_no:str>", methods=["GET"])
    routes.add_route(update_fault_order, "/fault-orders/<order_no:str>/updates", methods=["POST"])
    routes.add_route(urge_fault_order, "/fault-orders/<order_no:str>/urges", methods=["POST"])
    routes.add_route(confirm_fault_order, "/fault-orders/<order_no:str>/confirmation", methods=["POST"])
    routes.add_route(close_own_fault, "/fault-orders/<order_no:str>/own-fault", methods=["POST"])
    routes.add_route(move_fault_order, "/fault-orders/<order_no:str>/progress", methods=["POST"])
    routes.add_route(list_fault_work, "/fault-work", methods=["GET"])
    return routes


@needs(Scope.FAULTS)
async def create_fault_order(request: Request) -> HTTPResponse:
    """Files a fault: 201 for a new order, 200 for one that was there already."""
    fields.query(request, {})
    report, person = FaultReport(**fields.body(request, REPORT)), fields.acting_person(request)

    async def work(connection: Connection) -> Answered:
        order, new = await report_fault(connection, company_of(request), person, report)
        return Answered(wire.fault_order(order), status=201 if new else 200)

    return await once(request, work)


@needs(Scope.FAULTS)
async def list_fault_orders(request: Request) -> HTTPResponse:
    """Lists the open orders of the acting person; `account_no` names bound accounts, separated by commas."""
    wanted = fields.query(request, {"account_no": Text(most=1000, least=1)})["account_no"]
    account_nos = wanted.split(",") if wanted else []
    found = await list_open(company_of(request), fields.acting_person(request), account_nos)
    return answer({"orders": [wire.fault_order(order) for order in found]})


@needs(Scope.FAULTS)
async def read_fault_order(request: Request, order_no: str) -> HTTPResponse:
    """Reads one order; a phone comes in a header, because addresses are written into logs."""
    fields.query(request, {})
    order_no = fields.part("order_no", order_no, ORDER_NO)
    phone = fields.header(request, "Contact-Phone", PHONE_HEADER)
    order = await read_order(company_of(request), fields.acting_person(request), order_no, phone)
    return answer(wire.fault_order(order))


@needs(Scope.FAULTS)
async def update_fault_order(request: Request, order_no: str) -> HTTPResponse:
    """Adds what a customer tells to an open order."""
    fields.query(request, {})
    form, number = parsed(request, UpdateForm), fields.part("order_no", order_no, ORDER_NO)
    person = fields.acting_person(request)

    async def work(connection: Connection) -> Answered:
        order = await told.add(connection, company_of(request), person, number, form.update())
        return Answered(wire.fault_order(order))

    return await once(request, work)


@needs(Scope.FAULTS)
async def urge_fault_order(request: Request, order_no: str) -> HTTPResponse:
    """Urges an order: 201, also when the last urge was too recent and this one is only recorded."""
    fields.query(request, {})
    form, number = parsed(request, UrgeForm), fields.part("order_no", order_no, ORDER_NO)
    person = fields.acting_person(request)

    async def work(connection: Connection) -> Answered:
        urged = await told.urge(connection, company_of(request), person, number, form.note)
        return Answered(wire.urge(urged), status=201)

    return await once(request, work)


@needs(Scope.FAULTS)
async def confirm_fault_order(request: Request, order_no: str) -> HTTPResponse:
    """Keeps the customer's word on whether power is back."""
    fields.query(request, {})
    form, number = parsed(request, ConfirmationForm), fields.part("order_no", order_no, ORDER_NO)
    person = fields.acting_person(request)

    async def work(connection: Connection) -> Answered:
        order = await told.confirm_restored(
            connection, company_of(request), person, number, restored=form.restored, note=form.note
        )
        return Answered(wire.fault_order(order))

    return await once(request, work)


@needs(Scope.FAULTS)
async def close_own_fault(request: Request, order_no: str) -> HTTPResponse:
    """Closes an order as the customer's own fault, because they agree."""
    fields.query(request, {})
    fields.body(request, {})
    number, person = fields.part("order_no", order_no, ORDER_NO), fields.acting_person(request)

    async def work(connection: Connection) -> Answered:
        return Answered(wire.fault_order(await told.own_fault(connection, company_of(request), person, number)))

    return await once(request, work)


@needs(Scope.OPERATE)
async def move_fault_order(request: Request, order_no: str) -> HTTPResponse:
    """Keeps what a crew says of its work."""
    fields.query(request, {})
    form, number = parsed(request, ProgressForm), fields.part("order_no", order_no, ORDER_NO)
    actor = fields.acting_staff(request)

    async def work(connection: Connection) -> Answered:
        order = await progress(connection, company_of(request), number, form.progress(), actor)
        return Answered(wire.fault_order(order))

    return await once(request, work)


@needs(Scope.OPERATE)
async def list_fault_work(request: Request) -> HTTPResponse:
    """Lists what crews have to work on, the most pressing first."""
    fields.query(request, {})
    return answer({"work": [wire.work(work) for work in await ranked(company_of(request))]})
