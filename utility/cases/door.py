"""Filing a case."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.cases import wire
from utility.cases.bodies import CaseForm
from utility.cases.service import file_case
from utility.cases.values import Filing
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import company_of
from utility.counter.bodies import parsed
from utility.counter.once import Answered, once
from utility.orders.person import read_own


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("cases")
    routes.add_route(create_case, "/cases", methods=["POST"])
    return routes


@needs(Scope.CASES)
async def create_case(request: Request) -> HTTPResponse:
    """Files a case: 201 with its order, and as what it was taken."""
    fields.query(request, {})
    form, person, company = parsed(request, CaseForm), fields.acting_person(request), company_of(request)

    async def work(connection: Connection) -> Answered:
        taken = await file_case(connection, company, person, Filing(**form.dict()))
        order = await read_own(connection, company, taken.order.order_no)
        return Answered(wire.taken(taken, order), status=201)

    return await once(request, work)
