"""A customer's orders of every kind: list, read, urge, add a picture, confirm or dispute, rate, withdraw."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection, transaction
from utility.accounts.values import Person
from utility.actors import Actor
from utility.company import Company
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Form, Moment, parsed
from utility.counter.fields import ORDER_NO, Text
from utility.counter.once import Answered, once
from utility.counter.paging import PAGING, asked, page
from utility.orders import attaching, desk, service, wire
from utility.orders.bodies import AttachmentForm, Noted, RatingForm, Satisfaction, UrgeForm
from utility.orders.person import actor_of, check_own, list_own, read_own, shown_by, withdraw
from utility.orders.values import WorkOrder

F = TypeVar("F", bound=Form)
Doing = Callable[[Connection, Company, str, Actor], Awaitable[WorkOrder]]


def blueprint() -> Blueprint:
    """Builds the routes, those of the staff too."""
    routes = Blueprint("orders")
    routes.add_route(list_orders, "/orders", methods=["GET"])
    routes.add_route(read_order, "/orders/<order_no:str>", methods=["GET"])
    routes.add_route(urge_order, "/orders/<order_no:str>/urges", methods=["POST"])
    routes.add_route(attach_to_order, "/orders/<order_no:str>/attachments", methods=["POST"])
    routes.add_route(confirm_order, "/orders/<order_no:str>/confirmation", methods=["POST"])
    routes.add_route(rate_order, "/orders/<order_no:str>/rating", methods=["POST"])
    routes.add_route(withdraw_order, "/orders/<order_no:str>/withdrawal", methods=["POST"])
    desk.add_routes(routes)
    return routes


@needs(Scope.CASES)
async def list_orders(request: Request) -> HTTPResponse:
    """Lists the orders of the acting person, of every kind, newest first."""
    given = fields.query(request, {**PAGING, "account_no": Text(most=1000, least=1), "state": Text(pattern="open|all")})
    person, company = fields.acting_person(request), company_of(request)
    wanted = asked(given, Moment.validate, str)
    account_nos = given["account_no"].split(",") if given["account_no"] else []
    after = (wanted.after[0], wanted.after[1]) if wanted.after else None
    async with transaction(company.pool) as connection:
        found = await list_own(
            connection,
            company,
            person,
            account_nos,
            open_only=given["state"] != "all",
            most=wanted.fetch,
            after=after,
        )
    shown = page(found, wanted, lambda order: (order.filed_at.isoformat(), order.order_no))
    by = shown_by(company)
    return answer({"orders": [wire.summary(order, by) for order in shown.items], "next_cursor": shown.next_cursor})


@needs(Scope.CASES)
async def read_order(request: Request, order_no: str) -> HTTPResponse:
    """Reads one order of the acting person with its timeline."""
    fields.query(request, {})
    order_no, company = fields.part("order_no", order_no, ORDER_NO), company_of(request)
    async with transaction(company.pool) as connection:
        await check_own(connection, company, fields.acting_person(request), order_no)
        return answer(await read_own(connection, company, order_no))


@needs(Scope.CASES)
async def urge_order(request: Request, order_no: str) -> HTTPResponse:
    """Urges an order; 201 whether its owner is told now or the urge is only recorded."""
    order_no, person, form = _asked(request, order_no, UrgeForm)
    company = company_of(request)

    async def work(connection: Connection) -> Answered:
        await check_own(connection, company, person, order_no)
        urged = await service.urge(connection, company, order_no, actor_of(person), form.note, risk=form.risk)
        return Answered(wire.urge(urged), status=201)

    return await once(request, work)


@needs(Scope.CASES)
async def attach_to_order(request: Request, order_no: str) -> HTTPResponse:
    """Adds a picture to an open order."""
    order_no, person, form = _asked(request, order_no, AttachmentForm)
    company = company_of(request)

    async def work(connection: Connection) -> Answered:
        await check_own(connection, company, person, order_no)
        at = await attaching.attach(connection, company, order_no, form, actor_of(person))
        return Answered(attaching.attachment(order_no, form, at), status=201)

    return await once(request, work)


@needs(Scope.CASES)
async def confirm_order(request: Request, order_no: str) -> HTTPResponse:
    """Keeps what the customer says of the reply."""
    order_no, person, form = _asked(request, order_no, Satisfaction)
    return await _do(
        request,
        order_no,
        person,
        lambda connection, company, no, actor: service.confirm(
            connection, company, no, form.satisfied, actor, form.note
        ),
    )


@needs(Scope.CASES)
async def rate_order(request: Request, order_no: str) -> HTTPResponse:
    """Keeps the customer's rating."""
    order_no, person, form = _asked(request, order_no, RatingForm)
    return await _do(
        request,
        order_no,
        person,
        lambda connection, company, no, actor: service.rate(connection, company, no, form.rating, actor),
    )


@needs(Scope.CASES)
async def withdraw_order(request: Request, order_no: str) -> HTTPResponse:
    """Takes a case back."""
    order_no, person, form = _asked(request, order_no, Noted)
    return await _do(
        request,
        order_no,
        person,
        lambda connection, company, no, actor: withdraw(connection, company, no, actor, form.note),
    )


def _asked(request: Request, order_no: str, form: type[F]) -> tuple[str, Person, F]:
    fields.query(request, {})
    return fields.part("order_no", order_no, ORDER_NO), fields.acting_person(request), parsed(request, form)


async def _do(request: Request, order_no: str, person: Person, doing: Doing) -> HTTPResponse:
    company = company_of(request)

    async def work(connection: Connection) -> Answered:
        await check_own(connection, company, person, order_no)
        await doing(connection, company, order_no, actor_of(person))
        return Answered(await read_own(connection, company, order_no))

    return await once(request, work)
