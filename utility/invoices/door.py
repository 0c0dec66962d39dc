"""Invoices of a bound account, and the titles whose papers the company has seen."""

from __future__ import annotations

from typing import Literal

from pydantic import StrictBool
from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Form, Line, parsed
from utility.counter.fields import ACCOUNT_NO, PERIOD
from utility.counter.once import Answered, once
from utility.invoices import service, wire
from utility.invoices.values import InvoiceDraft, Title

_TAX_NO = "[0-9A-Z]{15,20}|"


class Wish(Form):
    """Which bill is to be invoiced, how, and to whom."""

    account_no: Line.of(40, least=1)  # type: ignore[valid-type]
    period: Line.of(7, pattern=PERIOD.pattern)  # type: ignore[valid-type]
    kind: Literal["electronic", "special"]
    title: Line.of(100, least=1)  # type: ignore[valid-type]
    tax_no: Line.of(20, pattern=_TAX_NO) = ""  # type: ignore[valid-type]


class TitleSeen(Form):
    """A title whose papers were seen."""

    title: Line.of(100, least=1)  # type: ignore[valid-type]
    tax_no: Line.of(20, least=15, pattern="[0-9A-Z]{15,20}")  # type: ignore[valid-type]
    general_taxpayer: StrictBool


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("invoices")
    routes.add_route(create_invoice, "/invoices", methods=["POST"])
    routes.add_route(list_invoices, "/accounts/<account_no:str>/invoices", methods=["GET"])
    routes.add_route(note_title, "/accounts/<account_no:str>/invoice-titles", methods=["POST"])
    return routes


@needs(Scope.PAYMENTS)
async def create_invoice(request: Request) -> HTTPResponse:
    """Issues the invoice of a paid bill: 201, or 200 when it was issued just so before."""
    fields.query(request, {})
    person, wish = fields.acting_person(request), parsed(request, Wish)
    draft = InvoiceDraft(wish.account_no, wish.period, wish.kind, wish.title, wish.tax_no)

    async def work(connection: Connection) -> Answered:
        invoice, new = await service.issue(connection, company_of(request), person, draft)
        return Answered(wire.invoice(invoice), status=201 if new else 200)

    return await once(request, work)


@needs(Scope.PAYMENTS)
async def list_invoices(request: Request, account_no: str) -> HTTPResponse:
    """Lists the invoices of an account, newest first."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    found = await service.list_invoices(company_of(request), fields.acting_person(request), account_no)
    return answer({"invoices": [wire.invoice(invoice) for invoice in found], "next_cursor": None})


@needs(Scope.OPERATE)
async def note_title(request: Request, account_no: str) -> HTTPResponse:
    """Keeps a title whose papers were seen."""
    fields.query(request, {})
    account_no, actor = fields.part("account_no", account_no, ACCOUNT_NO), fields.acting_staff(request)
    seen = parsed(request, TitleSeen)
    title = Title(seen.title, seen.tax_no, seen.general_taxpayer)

    async def work(connection: Connection) -> Answered:
        await service.note_title(connection, company_of(request), account_no, title, actor)
        return Answered({}, status=204)

    return await once(request, work)
