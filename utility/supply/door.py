"""Power on and off: how an account is supplied, its warning limit, reconnects, and days on which nobody is cut."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Figure, Form, parsed
from utility.counter.fields import ACCOUNT_NO, ORDER_NO, Text
from utility.counter.once import Answered, once
from utility.errors import InvalidRequest
from utility.supply import reconnect, service, store, wire

DAY = Text(pattern=r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}")


class Limit(Form):
    """The balance below which somebody wants to be warned."""

    limit: Figure.of(2)  # type: ignore[valid-type]


class Wish(Form):
    """For good once all is paid, or for a while."""

    kind: Literal["arrears", "temporary"]


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("supply")
    routes.add_route(read_supply, "/accounts/<account_no:str>/supply", methods=["GET"])
    routes.add_route(set_limit, "/accounts/<account_no:str>/warning-limit", methods=["PUT"])
    routes.add_route(create_reconnect, "/accounts/<account_no:str>/reconnects", methods=["POST"])
    routes.add_route(finish_reconnect, "/reconnects/<reconnect_no:str>/done", methods=["POST"])
    routes.add_route(note_hard_weather, "/hard-weather/<day:str>", methods=["PUT"])
    return routes


@needs(Scope.PAYMENTS)
async def read_supply(request: Request, account_no: str) -> HTTPResponse:
    """Reads how an account is supplied."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    found = await service.read(company_of(request), fields.acting_person(request), account_no)
    return answer(wire.supply(found))


@needs(Scope.PAYMENTS)
async def set_limit(request: Request, account_no: str) -> HTTPResponse:
    """Sets the balance below which a prepaid account is warned."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    person, wish = fields.acting_person(request), parsed(request, Limit)

    async def work(connection: Connection) -> Answered:
        company = company_of(request)
        return Answered(
            wire.supply(await service.set_warning_limit(connection, company, person, account_no, wish.limit))
        )

    return await once(request, work)


@needs(Scope.PAYMENTS)
async def create_reconnect(request: Request, account_no: str) -> HTTPResponse:
    """Asks for power back."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    person, wish = fields.acting_person(request), parsed(request, Wish)

    async def work(connection: Connection) -> Answered:
        made = await reconnect.request(connection, company_of(request), person, account_no, wish.kind)
        return Answered(wire.reconnect(made), status=201)

    return await once(request, work)


@needs(Scope.OPERATE)
async def finish_reconnect(request: Request, reconnect_no: str) -> HTTPResponse:
    """Notes that the power is back."""
    fields.query(request, {})
    number, actor = fields.part("reconnect_no", reconnect_no, ORDER_NO), fields.acting_staff(request)

    async def work(connection: Connection) -> Answered:
        return Answered(wire.reconnect(await reconnect.done(connection, company_of(request), number, actor)))

    return await once(request, work)


@needs(Scope.OPERATE)
async def note_hard_weather(request: Request, day: str) -> HTTPResponse:
    """Notes a day on which nobody is cut."""
    fields.query(request, {})
    given, actor = fields.part("day", day, DAY), fields.acting_staff(request)
    try:
        wanted = date.fromisoformat(given)
    except ValueError as error:
        raise InvalidRequest("field.invalid", "day", "day is no calendar day.") from error

    async def work(connection: Connection) -> Answered:
        await store.note_hard_weather(connection, wanted, str(actor))
        return Answered({}, status=204)

    return await once(request, work)
