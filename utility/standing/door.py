"""How an account stands to an offer."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.fields import ACCOUNT_NO
from utility.standing import service, wire


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("standing")
    routes.add_route(read_standing, "/accounts/<account_no:str>/standing", methods=["GET"])
    return routes


@needs(Scope.ACCOUNTS)
async def read_standing(request: Request, account_no: str) -> HTTPResponse:
    """Reads what a bound account is and what troubles it now."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    found = await service.read(company_of(request), fields.acting_person(request), account_no)
    return answer({"account_no": found.account_no, **wire.standing(found)})
