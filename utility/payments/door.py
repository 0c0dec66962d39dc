"""The money of customers: how an account stands, what it paid, links to pay by."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal, cast

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.counter import fields, paging
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Figure, Form, Line, parsed
from utility.counter.fields import ACCOUNT_NO, ORDER_NO, PERIOD
from utility.counter.once import Answered, once
from utility.counter.shown import Json
from utility.errors import InvalidRequest, NotKnown, Refusal
from utility.payments import back_door, links, provider_door, service, staff_door, wire
from utility.payments.signatures import Till
from utility.payments.values import LinkDraft, PaymentOrder

_PERIOD = PERIOD.pattern


class Order(Form):
    """What somebody wants to pay."""

    account_no: Line.of(40, least=1)  # type: ignore[valid-type]
    purpose: Literal["all_due", "bill", "top_up"]
    period: Line.of(7, pattern=_PERIOD) | None = None  # type: ignore[valid-type]
    amount: Figure.of(2) | None = None  # type: ignore[valid-type]


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("payments")
    routes.add_route(read_money, "/accounts/<account_no:str>/money", methods=["GET"])
    routes.add_route(list_payments, "/accounts/<account_no:str>/payments", methods=["GET"])
    routes.add_route(create_payment_order, "/payment-orders", methods=["POST"])
    routes.add_route(read_payment_order, "/payment-orders/<payment_order_no:str>", methods=["GET"])
    routes.add_route(cancel_payment_order, "/payment-orders/<payment_order_no:str>/cancel", methods=["POST"])
    for part in (back_door, provider_door, staff_door):
        part.add_routes(routes)
    return routes


def till_of(request: Request) -> Till:
    """Returns the till of this process."""
    return cast(Till, request.app.ctx.till)


@needs(Scope.BILLING)
async def read_money(request: Request, account_no: str) -> HTTPResponse:
    """Reads balance and arrears."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    money = await service.read_money(company_of(request), fields.acting_person(request), account_no)
    return answer(wire.money(money))


@needs(Scope.BILLING)
async def list_payments(request: Request, account_no: str) -> HTTPResponse:
    """Lists the payments of an account, newest first."""
    wanted = paging.asked(fields.query(request, paging.PAGING), _moment, str)
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    found = await service.list_payments(company_of(request), fields.acting_person(request), account_no, wanted)
    page = paging.page(found, wanted, lambda payment: (payment.at.isoformat(), payment.payment_no))
    return answer({"payments": [wire.payment(item) for item in page.items], "next_cursor": page.next_cursor})


@needs(Scope.PAYMENTS)
async def create_payment_order(request: Request) -> HTTPResponse:
    """Opens a payment order with its link: 201, or 200 when the open one is given again."""
    fields.query(request, {})
    person, draft = fields.acting_person(request), _draft(parsed(request, Order))

    async def work(connection: Connection) -> Answered | Refusal:
        try:
            order, _, new = await links.open_link(connection, company_of(request), person, draft)
        except NotKnown as refusal:
            return refusal  # that it was asked for is kept
        return Answered(await _shown(request, connection, order), status=201 if new else 200)

    return await once(request, work)


@needs(Scope.PAYMENTS)
async def read_payment_order(request: Request, payment_order_no: str) -> HTTPResponse:
    """Reads a payment order."""
    fields.query(request, {})
    number = fields.part("payment_order_no", payment_order_no, ORDER_NO)
    order, account = await links.read_order(company_of(request), fields.acting_person(request), number)
    return answer(wire.payment_order(order, link_of(request, order), account))


@needs(Scope.PAYMENTS)
async def cancel_payment_order(request: Request, payment_order_no: str) -> HTTPResponse:
    """Cancels an open payment order."""
    fields.query(request, {})
    number, person = fields.part("payment_order_no", payment_order_no, ORDER_NO), fields.acting_person(request)

    async def work(connection: Connection) -> Answered:
        order = await links.cancel(connection, company_of(request), person, number)
        return Answered(await _shown(request, connection, order))

    return await once(request, work)


def link_of(request: Request, order: PaymentOrder) -> str:
    """Writes the link of an order."""
    return till_of(request).link(order.payment_order_no, *links.signed_parts(order))


async def _shown(request: Request, connection: Connection, order: PaymentOrder) -> Json:
    account = await links.account_of(connection, order)
    return wire.payment_order(order, link_of(request, order), account)


def _draft(form: Order) -> LinkDraft:
    if (form.purpose == "bill") != (form.period is not None):
        raise InvalidRequest("field.invalid", "period", "period names the bill to pay, and only that.")
    amount = None if form.amount is None else Decimal(form.amount)
    return LinkDraft(form.account_no, form.purpose, form.period or "", amount)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
