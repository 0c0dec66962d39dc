"""The door of the payment providers: no token, but a signature over every byte, no older than the terms allow."""

from __future__ import annotations

import hashlib
from typing import Literal, cast

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import transaction
from utility.billing.rules import cents
from utility.company import Company
from utility.counter import fields
from utility.counter.access import admitted
from utility.counter.answers import answer, company_of, refuse
from utility.counter.bodies import Figure, Form, Line, Moment, parsed
from utility.counter.fields import Text
from utility.errors import Forbidden, InvalidRequest, NotKnown, Refusal, Unauthorized
from utility.payments import callbacks, wire
from utility.payments.service import terms_on
from utility.payments.signatures import Till, signed_text
from utility.payments.values import Notice

PROVIDER = Text(pattern=r"[a-z][a-z0-9_]{0,19}")
TIME = Text(pattern=r"[0-9]{10}")
SIGNATURE = Text(pattern=r"[!-~]{1,1000}")


class Told(Form):
    """What a provider tells of one transaction."""

    transaction_id: Line.of(64, least=1, pattern=r"[!-~]+")  # type: ignore[valid-type]
    kind: Literal["payment", "payment_closed", "payment_failed", "refund", "refund_failed"]
    order_no: Line.of(40, least=1)  # type: ignore[valid-type]
    amount: Figure.of(2)  # type: ignore[valid-type]
    at: Moment


def add_routes(routes: Blueprint) -> None:
    """Adds the routes."""
    routes.add_route(receive_callback, "/payment-callbacks/<provider:str>", methods=["POST"])


@admitted
async def receive_callback(request: Request, provider: str) -> HTTPResponse:
    """Takes what a provider tells; the provider's transaction id makes a repeat harmless."""
    fields.query(request, {})
    provider, company = fields.part("provider", provider, PROVIDER), company_of(request)
    _check(request, company, provider)
    told = parsed(request, Told)
    if told.amount <= 0:
        raise InvalidRequest("field.invalid", "amount", "amount is positive.")
    digest = hashlib.sha256(request.body).hexdigest()
    about = (told.transaction_id, told.kind, told.order_no, cents(told.amount), told.at)
    async with transaction(company.pool) as connection:
        outcome = await callbacks.receive(connection, company, Notice(provider, *about, digest))
    return refuse(request, outcome) if isinstance(outcome, Refusal) else answer(wire.heard(outcome))


def _check(request: Request, company: Company, provider: str) -> None:
    """Lets in what a provider has signed just now.

    Raises:
        NotKnown: `provider.unknown`.
        Unauthorized: `callback.signature`, it is missing, malformed or not the provider's.
        Forbidden: `callback.stale`, it was signed too long ago, or by a clock that is ahead.
    """
    till = cast(Till, request.app.ctx.till)
    key = till.providers.get(provider)
    if key is None:
        raise NotKnown("provider.unknown", "There is no such provider.")
    at, signature = request.headers.get("Callback-Time", ""), request.headers.get("Callback-Signature", "")
    try:
        fields.checked("Callback-Time", at, TIME)
        fields.checked("Callback-Signature", signature, SIGNATURE)
    except InvalidRequest as error:
        raise Unauthorized("callback.signature", "The callback is not signed.") from error
    if not key.signed(signed_text(at, request.body), signature):
        raise Unauthorized("callback.signature", "The signature is not the provider's.")
    now = company.clock.now()
    if abs(now.timestamp() - int(at)) > terms_on(company, now).callback_skew.total_seconds():
        raise Forbidden("callback.stale", "The callback was not signed just now.")
