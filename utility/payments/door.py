"""The money of a bound account."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.fields import ACCOUNT_NO
from utility.payments import service as books
from utility.payments import wire


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("payments")
    routes.add_route(read_money, "/accounts/<account_no:str>/money", methods=["GET"])
    return routes


@needs(Scope.BILLING)
async def read_money(request: Request, account_no: str) -> HTTPResponse:
    """Reads balance and arrears."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    money = await books.read_money(company_of(request), fields.acting_person(request), account_no)
    return answer(wire.money(money))
