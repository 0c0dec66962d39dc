"""Bindings and check codes."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.accounts import bindings, store, wire
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.fields import ACCOUNT_NO, CODE, REQUIRED_ACCOUNT_NO
from utility.counter.once import Answered, once
from utility.errors import Refusal


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("accounts")
    routes.add_route(list_bindings, "/bindings", methods=["GET"])
    routes.add_route(create_binding, "/bindings", methods=["POST"])
    routes.add_route(delete_binding, "/bindings/<account_no:str>", methods=["DELETE"])
    routes.add_route(create_check_code, "/check-codes", methods=["POST"])
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

    async def work(connection: Connection) -> Answered | Refusal:
        sent = await bindings.send_check_code(connection, company_of(request), person, given["account_no"])
        return sent if isinstance(sent, Refusal) else Answered(wire.sent_code(sent), status=201)

    return await once(request, work)


@needs(Scope.ACCOUNTS)
async def create_binding(request: Request) -> HTTPResponse:
    """Binds an account when the code is right: 201, or 200 when it was bound already."""
    fields.query(request, {})
    given = fields.body(request, {"account_no": REQUIRED_ACCOUNT_NO, "code": CODE})
    person = fields.acting_person(request)

    async def work(connection: Connection) -> Answered | Refusal:
        bound = await bindings.bind(connection, company_of(request), person, given["account_no"], given["code"])
        if isinstance(bound, Refusal):
            return bound
        account, new = bound
        return Answered(wire.account(account), status=201 if new else 200)

    return await once(request, work)


@needs(Scope.ACCOUNTS)
async def delete_binding(request: Request, account_no: str) -> HTTPResponse:
    """Removes a binding."""
    fields.query(request, {})
    account_no, person = fields.part("account_no", account_no, ACCOUNT_NO), fields.acting_person(request)

    async def work(connection: Connection) -> Answered:
        await store.unbind(connection, person, account_no)
        return Answered({}, status=204)

    return await once(request, work)
