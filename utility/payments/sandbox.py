"""The sandbox's payment provider: the page that a link opens, and its word that somebody paid; served only there."""

from __future__ import annotations

import hashlib
from html import escape
from pathlib import Path
from string import Template
from typing import cast

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import html, redirect

from runtime.postgres import Connection, transaction
from runtime.privacy import mask_name
from utility.accounts.values import Account
from utility.counter import fields
from utility.counter.access import admitted
from utility.counter.answers import company_of
from utility.counter.fields import ORDER_NO, Text
from utility.errors import NotKnown
from utility.payments import callbacks, links, links_store
from utility.payments.signatures import SANDBOX, Till
from utility.payments.values import Notice, PaymentOrder

_PAGE = Path(__file__).parent / "texts" / "pay_page.html"
SIGNATURE = Text(pattern=r"[0-9a-f]{1,64}", required=True)


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("sandbox_pay", url_prefix="/sandbox/pay")
    routes.add_route(show_order, "/<payment_order_no:str>", methods=["GET"])
    routes.add_route(pay_order, "/<payment_order_no:str>", methods=["POST"])
    return routes


@admitted
async def show_order(request: Request, payment_order_no: str) -> HTTPResponse:
    """Shows what a link asks for."""
    async with transaction(company_of(request).pool) as connection:
        order, account = await _linked(request, connection, payment_order_no)
    page = Template(_PAGE.read_text(encoding="utf-8"))
    shown = {
        "company": company_of(request).policy.company,
        "number": order.payment_order_no,
        "name": mask_name(account.name),
        "address": f"{account.city}{account.region}{account.street}{account.estate}",
        "amount": f"{order.amount:f}",
        "state": order.state,
    }
    hidden = "" if order.state == "open" else " hidden"
    return html(page.substitute({name: escape(text) for name, text in shown.items()}, hide_when_closed=hidden))


@admitted
async def pay_order(request: Request, payment_order_no: str) -> HTTPResponse:
    """Lets the sandbox's provider tell the company that the order was paid."""
    company = company_of(request)
    async with transaction(company.pool) as connection:
        order, _ = await _linked(request, connection, payment_order_no)
        transaction_id = f"{SANDBOX}-{order.payment_order_no}"
        about = (transaction_id, "payment", order.payment_order_no, order.amount, company.clock.now())
        digest = hashlib.sha256(transaction_id.encode()).hexdigest()
        await callbacks.receive(connection, company, Notice(SANDBOX, *about, digest))
    return redirect(f"{request.path}?{request.query_string}")


async def _linked(request: Request, connection: Connection, number: str) -> tuple[PaymentOrder, Account]:
    """Reads the order of a link that this company has signed. Raises NotKnown `payment_order.unknown`."""
    given = fields.query(request, {"signature": SIGNATURE})["signature"]
    order = await links_store.order(connection, fields.part("payment_order_no", number, ORDER_NO))
    till = cast(Till, request.app.ctx.till)
    if order is None or not till.is_link(given, order.payment_order_no, *links.signed_parts(order)):
        raise NotKnown("payment_order.unknown", "There is no such payment order.")
    return order, await links.account_of(connection, order)
