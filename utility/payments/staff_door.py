"""What the company's own people do about money: suspended sums, refunds, cash at a hall, waived damages."""

from __future__ import annotations

from pydantic import StrictBool
from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection, transaction
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Figure, Form, Line, parsed
from utility.counter.fields import ACCOUNT_NO, ORDER_NO, PERIOD, Text
from utility.counter.once import Answered, once
from utility.payments import callbacks, callbacks_store, counting, refunds, wire
from utility.payments.back_door import Agreed

STATE = Text(pattern="waiting|posted|returned")
MOST = 200


class Resolved(Form):
    """Where suspended money goes; none: it was sent back."""

    account_no: Line.of(40, least=1) | None = None  # type: ignore[valid-type]


class Cash(Form):
    """Money counted at a hall."""

    account_no: Line.of(40, least=1)  # type: ignore[valid-type]
    amount: Figure.of(2)  # type: ignore[valid-type]
    channel: Line.of(20, least=1)  # type: ignore[valid-type]


class Settled(Form):
    """Whether the money of a refund has gone back."""

    paid: StrictBool


class Waiver(Form):
    """Damages that are waived, and why."""

    period: Line.of(7, pattern=PERIOD.pattern)  # type: ignore[valid-type]
    cause: Line.of(40, least=1)  # type: ignore[valid-type]


def add_routes(routes: Blueprint) -> None:
    """Adds the routes."""
    routes.add_route(list_suspense, "/suspense-items", methods=["GET"])
    routes.add_route(resolve_suspense, "/suspense-items/<suspense_no:str>/resolution", methods=["POST"])
    routes.add_route(decide_refund, "/refunds/<refund_no:str>/decision", methods=["POST"])
    routes.add_route(settle_refund, "/refunds/<refund_no:str>/settlement", methods=["POST"])
    routes.add_route(give_credit_back, "/accounts/<account_no:str>/credit-refunds", methods=["POST"])
    routes.add_route(create_payment, "/payments", methods=["POST"])
    routes.add_route(waive_damages, "/accounts/<account_no:str>/damages-waivers", methods=["POST"])


@needs(Scope.OPERATE)
async def list_suspense(request: Request) -> HTTPResponse:
    """Lists the oldest suspended items of a state (default: those that wait)."""
    state = fields.query(request, {"state": STATE})["state"] or "waiting"
    async with transaction(company_of(request).pool) as connection:
        found = await callbacks_store.items(connection, state, MOST)
    return answer({"suspense_items": [wire.suspense_item(item) for item in found], "next_cursor": None})


@needs(Scope.OPERATE)
async def resolve_suspense(request: Request, suspense_no: str) -> HTTPResponse:
    """Posts a suspended payment to an account, or notes that it was sent back."""
    fields.query(request, {})
    number, actor = fields.part("suspense_no", suspense_no, ORDER_NO), fields.acting_staff(request)
    wish = parsed(request, Resolved)

    async def work(connection: Connection) -> Answered:
        company = company_of(request)
        item = await callbacks.resolve(connection, company, number, wish.account_no, str(actor))
        return Answered(wire.suspense_item(item))

    return await once(request, work)


@needs(Scope.OPERATE)
async def decide_refund(request: Request, refund_no: str) -> HTTPResponse:
    """Agrees to a refund or declines it."""
    fields.query(request, {})
    number, actor = fields.part("refund_no", refund_no, ORDER_NO), fields.acting_staff(request)
    word = parsed(request, Agreed)

    async def work(connection: Connection) -> Answered:
        refund = await refunds.decide(connection, company_of(request), number, actor, agreed=word.agreed)
        return Answered(wire.refund(refund))

    return await once(request, work)


@needs(Scope.OPERATE)
async def settle_refund(request: Request, refund_no: str) -> HTTPResponse:
    """Notes what became of a refund that no provider tells of."""
    fields.query(request, {})
    number, actor = fields.part("refund_no", refund_no, ORDER_NO), fields.acting_staff(request)
    word = parsed(request, Settled)

    async def work(connection: Connection) -> Answered:
        refund = await refunds.settle(connection, company_of(request), number, actor, paid=word.paid)
        return Answered(wire.refund(refund))

    return await once(request, work)


@needs(Scope.OPERATE)
async def give_credit_back(request: Request, account_no: str) -> HTTPResponse:
    """Gives the whole credit of an account back to where it came from, as when it was closed."""
    fields.query(request, {})
    account_no, actor = fields.part("account_no", account_no, ACCOUNT_NO), fields.acting_staff(request)

    async def work(connection: Connection) -> Answered:
        made = await refunds.give_back(connection, company_of(request), account_no, actor)
        return Answered({"refunds": [wire.refund(refund) for refund in made], "next_cursor": None}, status=201)

    return await once(request, work)


@needs(Scope.OPERATE)
async def create_payment(request: Request) -> HTTPResponse:
    """Posts money that was counted at a hall."""
    fields.query(request, {})
    actor, cash = fields.acting_staff(request), parsed(request, Cash)

    async def work(connection: Connection) -> Answered:
        company = company_of(request)
        payment = await counting.count(connection, company, cash.account_no, cash.amount, cash.channel, actor)
        return Answered(wire.payment(payment), status=201)

    return await once(request, work)


@needs(Scope.OPERATE)
async def waive_damages(request: Request, account_no: str) -> HTTPResponse:
    """Waives the damages of one bill for a cause of the rule."""
    fields.query(request, {})
    account_no, actor = fields.part("account_no", account_no, ACCOUNT_NO), fields.acting_staff(request)
    wish = parsed(request, Waiver)

    async def work(connection: Connection) -> Answered:
        company = company_of(request)
        money = await counting.waive(connection, company, account_no, wish.period, wish.cause, actor)
        return Answered(wire.money(money))

    return await once(request, work)
