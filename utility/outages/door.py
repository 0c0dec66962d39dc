"""Outages."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.fields import ACCOUNT_NO, AREA_ID
from utility.outages import service as books
from utility.outages import wire


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("outages")
    routes.add_route(list_outages, "/outages", methods=["GET"])
    return routes


@needs(Scope.OUTAGES)
async def list_outages(request: Request) -> HTTPResponse:
    """Lists the outages of an account or an area."""
    given = fields.query(request, {"account_no": ACCOUNT_NO, "area_id": AREA_ID})
    found = await books.list_outages(company_of(request), **given)
    return answer({"outages": [wire.outage(outage) for outage in found]})
