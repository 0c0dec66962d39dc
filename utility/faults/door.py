"""Fault orders."""

from __future__ import annotations

from types import MappingProxyType

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.fields import ACCOUNT_NO, AREA_ID, ORDER_NO, PHONE, PHONE_HEADER, Text
from utility.counter.once import Answered, once
from utility.faults import wire
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
