"""Places, outages and fault orders."""

from __future__ import annotations

from types import MappingProxyType

from sanic import Blueprint, HTTPResponse, Request

from utility import books, fields, wire
from utility.access import Scope, needs
from utility.doors.answers import answer, company_of
from utility.faults import list_open, read_order, report_fault
from utility.fields import ACCOUNT_NO, AREA_ID, IDEMPOTENCY_KEY, ORDER_NO, PHONE, PHONE_HEADER, Text
from utility.values import FaultReport

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
    routes.add_route(find_places, "/places", methods=["GET"])
    routes.add_route(list_outages, "/outages", methods=["GET"])
    routes.add_route(create_fault_order, "/fault-orders", methods=["POST"])
    routes.add_route(list_fault_orders, "/fault-orders", methods=["GET"])
    routes.add_route(read_fault_order, "/fault-orders/<order_no:str>", methods=["GET"])
    return routes


@needs(Scope.OUTAGES)
async def find_places(request: Request) -> HTTPResponse:
    """Finds the places a text may mean."""
    text = fields.query(request, {"text": Text(least=1, required=True)})["text"]
    return answer({"places": [wire.place(place) for place in company_of(request).gazetteer.find(text)]})


@needs(Scope.OUTAGES)
async def list_outages(request: Request) -> HTTPResponse:
    """Lists the outages of an account or an area."""
    given = fields.query(request, {"account_no": ACCOUNT_NO, "area_id": AREA_ID})
    found = await books.list_outages(company_of(request), **given)
    return answer({"outages": [wire.outage(outage) for outage in found]})


@needs(Scope.FAULTS)
async def create_fault_order(request: Request) -> HTTPResponse:
    """Files a fault: 201 for a new order, 200 for one that was there already."""
    fields.query(request, {})
    key = fields.header(request, "Idempotency-Key", IDEMPOTENCY_KEY)
    report = FaultReport(**fields.body(request, REPORT))
    order, new = await report_fault(company_of(request), fields.acting_person(request), report, key)
    return answer(wire.fault_order(order), status=201 if new else 200)


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
