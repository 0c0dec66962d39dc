"""Requests to be called back: customers ask, the staff sees who waits and notes that somebody has called."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection, transaction
from utility.callbacks import service, store, wire
from utility.callbacks.values import CallbackWish
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Form, Line, Moment, parsed
from utility.counter.fields import ORDER_NO
from utility.counter.masking import note_disclosure, sight_of
from utility.counter.once import Answered, once
from utility.counter.paging import PAGING, asked, page


class Wish(Form):
    """Who is to be called, and why."""

    reason: Line.of(500, least=1)  # type: ignore[valid-type]
    phone: Line.of(40) = ""  # type: ignore[valid-type]
    account_no: Line.of(40) = ""  # type: ignore[valid-type]
    call_by: Moment | None = None


class Called(Form):
    """What came of the call."""

    note: Line.of(500) = ""  # type: ignore[valid-type]


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("callbacks")
    routes.add_route(list_callbacks, "/callbacks", methods=["GET"])
    routes.add_route(create_callback, "/callbacks", methods=["POST"])
    routes.add_route(list_waiting, "/waiting-callbacks", methods=["GET"])
    routes.add_route(finish_callback, "/callbacks/<callback_no:str>/done", methods=["POST"])
    return routes


@needs(Scope.CASES)
async def list_callbacks(request: Request) -> HTTPResponse:
    """Lists the requests of the acting person."""
    fields.query(request, {})
    found = await service.mine(company_of(request), fields.acting_person(request))
    return answer({"callbacks": [wire.callback(one) for one in found]})


@needs(Scope.CASES)
async def create_callback(request: Request) -> HTTPResponse:
    """Asks to be called back: 201, or 200 when the same is open already."""
    fields.query(request, {})
    person, given = fields.acting_person(request), parsed(request, Wish)
    wish = CallbackWish(given.reason, given.phone, given.account_no, given.call_by)

    async def work(connection: Connection) -> Answered:
        made, new = await service.ask(connection, company_of(request), person, wish)
        return Answered(wire.callback(made), status=201 if new else 200)

    return await once(request, work)


@needs(Scope.OPERATE)
async def list_waiting(request: Request) -> HTTPResponse:
    """Lists who waits to be called, the oldest first; phones whole for a purpose."""
    wanted, sight, company = asked(fields.query(request, PAGING), str), sight_of(request), company_of(request)
    async with transaction(company.pool) as connection:
        rows = await store.waiting(connection, wanted.after[0] if wanted.after else "", wanted.fetch)
        found = page(rows, wanted, lambda one: (one.callback_no,))
        numbers = [one.callback_no for one in found.items]
        await note_disclosure(connection, sight, "callback", numbers, company.clock.now())
    shown = [{**wire.callback(one), **({"phone": one.phone} if sight.full else {})} for one in found.items]
    return answer({"callbacks": shown, "next_cursor": found.next_cursor})


@needs(Scope.OPERATE)
async def finish_callback(request: Request, callback_no: str) -> HTTPResponse:
    """Notes that somebody has called."""
    fields.query(request, {})
    callback_no = fields.part("callback_no", callback_no, ORDER_NO)
    actor, note = fields.acting_staff(request), parsed(request, Called).note

    async def work(connection: Connection) -> Answered:
        return Answered(wire.callback(await service.done(connection, company_of(request), callback_no, note, actor)))

    return await once(request, work)
