"""Bindings, check codes and what a bound account's holder may read."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import empty

from utility import bindings, books, fields, wire
from utility.access import Scope, needs
from utility.doors.answers import answer, company_of
from utility.fields import ACCOUNT_NO, CODE, PERIOD, REQUIRED_ACCOUNT_NO


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("accounts")
    routes.add_route(list_bindings, "/bindings", methods=["GET"])
    routes.add_route(create_binding, "/bindings", methods=["POST"])
    routes.add_route(delete_binding, "/bindings/<account_no:str>", methods=["DELETE"])
    routes.add_route(create_check_code, "/check-codes", methods=["POST"])
    routes.add_route(read_bill, "/accounts/<account_no:str>/bills/<period:str>", methods=["GET"])
    routes.add_route(read_usage, "/accounts/<account_no:str>/usage", methods=["GET"])
    routes.add_route(read_money, "/accounts/<account_no:str>/money", methods=["GET"])
    return routes


@needs(Scope.ACCOUNTS)
async def list_bindings(request: Request) -> HTTPResponse:
    """Lists the accounts bound to the acting person."""
    fields.query(request, {})
    bound = await bindings.list_bound(company_of(request), fields.acting_person(request))
    return answer({"accounts": [wire.account(account) for account in bound]})


@needs(Scope.ACCOUNTS)
async def create_check_code(request: Request) -> HTTPResponse:
    """Sends a one-time code to the phone on file."""
    fields.query(request, {})
    given = fields.body(request, {"account_no": REQUIRED_ACCOUNT_NO})
    person = fields.acting_person(request)
    sent = await bindings.send_check_code(company_of(request), person, given["account_no"])
    return answer(wire.sent_code(sent), status=201)


@needs(Scope.ACCOUNTS)
async def create_binding(request: Request) -> HTTPResponse:
    """Binds an account when the code is right: 201, or 200 when it was bound already."""
    fields.query(request, {})
    given = fields.body(request, {"account_no": REQUIRED_ACCOUNT_NO, "code": CODE})
    person = fields.acting_person(request)
    account, new = await bindings.bind(company_of(request), person, given["account_no"], given["code"])
    return answer(wire.account(account), status=201 if new else 200)


@needs(Scope.ACCOUNTS)
async def delete_binding(request: Request, account_no: str) -> HTTPResponse:
    """Removes a binding."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    await bindings.unbind(company_of(request), fields.acting_person(request), account_no)
    return empty()


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


@needs(Scope.BILLING)
async def read_money(request: Request, account_no: str) -> HTTPResponse:
    """Reads balance and arrears."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    money = await books.read_money(company_of(request), fields.acting_person(request), account_no)
    return answer(wire.money(money))
