"""Bills and energy of a bound account."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from utility.billing import service as books
from utility.billing import wire
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.fields import ACCOUNT_NO, PERIOD


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("billing")
    routes.add_route(read_bill, "/accounts/<account_no:str>/bills/<period:str>", methods=["GET"])
    routes.add_route(read_usage, "/accounts/<account_no:str>/usage", methods=["GET"])
    return routes


@needs(Scope.BILLING)
async def read_bill(request: Request, account_no: str, period: str) -> HTTPResponse:
    """Reads one month's bill."""
    fields.query(request, {})
    account_no, period = fields.part("account_no", account_no, ACCOUNT_NO), fields.part("period", period, PERIOD)
    bill = await books.read_bill(company_of(request), fields.acting_person(request), account_no, period)
    return answer(wire.bill(bill))


@needs(Scope.BILLING)
async def read_usage(request: Request, account_no: str) -> HTTPResponse:
    """Reads the running month."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    usage = await books.read_usage(company_of(request), fields.acting_person(request), account_no)
    return answer(wire.usage(usage))
