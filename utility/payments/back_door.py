"""Money that goes back or elsewhere, and mandates: refunds, corrections, auto-debit of customers."""

from __future__ import annotations

from typing import cast

from pydantic import StrictBool
from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Figure, Form, Line, parsed
from utility.counter.fields import ACCOUNT_NO, ORDER_NO
from utility.counter.once import Answered, once
from utility.payments import corrections, mandates, refunds, wire
from utility.payments.signatures import Till


class RefundWish(Form):
    """Which payment is wanted back, and how much of it; none: all that is unused."""

    payment_no: Line.of(40, least=1)  # type: ignore[valid-type]
    amount: Figure.of(2) | None = None  # type: ignore[valid-type]
    reason: Line.of(200, least=1)  # type: ignore[valid-type]


class CorrectionWish(Form):
    """Which payment was meant for which account."""

    payment_no: Line.of(40, least=1)  # type: ignore[valid-type]
    to_account: Line.of(40, least=1)  # type: ignore[valid-type]


class Agreed(Form):
    """Somebody's word."""

    agreed: StrictBool


class MandateWish(Form):
    """By whom is debited."""

    provider: Line.of(40, least=1)  # type: ignore[valid-type]


def add_routes(routes: Blueprint) -> None:
    """Adds the routes."""
    routes.add_route(create_refund, "/refunds", methods=["POST"])
    routes.add_route(list_refunds, "/accounts/<account_no:str>/refunds", methods=["GET"])
    routes.add_route(create_correction, "/payment-corrections", methods=["POST"])
    routes.add_route(answer_correction, "/payment-corrections/<correction_no:str>/answer", methods=["POST"])
    routes.add_route(read_mandate, "/accounts/<account_no:str>/mandate", methods=["GET"])
    routes.add_route(sign_mandate, "/accounts/<account_no:str>/mandate", methods=["PUT"])
    routes.add_route(cancel_mandate, "/accounts/<account_no:str>/mandate", methods=["DELETE"])


@needs(Scope.PAYMENTS)
async def create_refund(request: Request) -> HTTPResponse:
    """Asks for unused money back."""
    fields.query(request, {})
    person, wish = fields.acting_person(request), parsed(request, RefundWish)

    async def work(connection: Connection) -> Answered:
        company = company_of(request)
        refund = await refunds.request(connection, company, person, wish.payment_no, wish.amount, wish.reason)
        return Answered(wire.refund(refund), status=201)

    return await once(request, work)


@needs(Scope.PAYMENTS)
async def list_refunds(request: Request, account_no: str) -> HTTPResponse:
    """Lists the refunds of an account."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    found = await refunds.list_refunds(company_of(request), fields.acting_person(request), account_no)
    return answer({"refunds": [wire.refund(refund) for refund in found], "next_cursor": None})


@needs(Scope.PAYMENTS)
async def create_correction(request: Request) -> HTTPResponse:
    """Asks that a payment be moved to the account it was meant for."""
    fields.query(request, {})
    person, wish = fields.acting_person(request), parsed(request, CorrectionWish)

    async def work(connection: Connection) -> Answered:
        company = company_of(request)
        made = await corrections.request(connection, company, person, wish.payment_no, wish.to_account)
        return Answered(wire.correction(made), status=201)

    return await once(request, work)


@needs(Scope.PAYMENTS)
async def answer_correction(request: Request, correction_no: str) -> HTTPResponse:
    """Takes the word of the account that received the payment."""
    fields.query(request, {})
    number = fields.part("correction_no", correction_no, ORDER_NO)
    person, word = fields.acting_person(request), parsed(request, Agreed)

    async def work(connection: Connection) -> Answered:
        done = await corrections.answer(connection, company_of(request), person, number, agreed=word.agreed)
        return Answered(wire.correction(done))

    return await once(request, work)


@needs(Scope.PAYMENTS)
async def read_mandate(request: Request, account_no: str) -> HTTPResponse:
    """Reads the mandate of an account."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    mandate = await mandates.read(company_of(request), fields.acting_person(request), account_no)
    return answer(wire.mandate(mandate))


@needs(Scope.PAYMENTS)
async def sign_mandate(request: Request, account_no: str) -> HTTPResponse:
    """Signs a mandate: 201, or 200 when it holds already."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    person, wish = fields.acting_person(request), parsed(request, MandateWish)
    till = cast(Till, request.app.ctx.till)

    async def work(connection: Connection) -> Answered:
        company = company_of(request)
        mandate, new = await mandates.sign(connection, company, till, person, account_no, wish.provider)
        return Answered(wire.mandate(mandate), status=201 if new else 200)

    return await once(request, work)


@needs(Scope.PAYMENTS)
async def cancel_mandate(request: Request, account_no: str) -> HTTPResponse:
    """Cancels the mandate of an account."""
    fields.query(request, {})
    account_no, person = fields.part("account_no", account_no, ACCOUNT_NO), fields.acting_person(request)

    async def work(connection: Connection) -> Answered:
        await mandates.cancel(connection, company_of(request), person, account_no)
        return Answered({}, status=204)

    return await once(request, work)
