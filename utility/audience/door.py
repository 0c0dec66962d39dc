"""Whom a notice concerns: for the client that sends the company's notices, and for nobody else (scope `notices`)."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import transaction
from utility.audience import store, wire
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.fields import Text
from utility.counter.masking import disclose, sight_of
from utility.counter.paging import PAGING, asked, page
from utility.errors import NotKnown
from utility.standing import service as standing

_AREAS = Text(pattern=r"[A-Za-z0-9_-]{1,40}(,[A-Za-z0-9_-]{1,40}){0,99}", most=4100)
_YES = Text(pattern="true", most=4)


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("audience")
    routes.add_route(list_audience, "/audience", methods=["GET"])
    return routes


@needs(Scope.NOTICES)
async def list_audience(request: Request) -> HTTPResponse:
    """Lists the accounts of areas, one account or all, with who is bound to them; phones whole for a purpose."""
    forms = {"area_ids": _AREAS, "account_no": fields.ACCOUNT_NO, "everybody": _YES, "standing": _YES}
    given = fields.query(request, {**PAGING, **forms})
    wanted, company, sight = asked(given, str), company_of(request), sight_of(request)
    area_ids = [area for area in given["area_ids"].split(",") if area]
    unknown = [area for area in area_ids if area not in company.areas]
    if unknown:
        raise NotKnown("area.unknown", "There is no such area.", area_ids=unknown)
    after = wanted.after[0] if wanted.after else ""
    async with transaction(company.pool) as connection:
        rows = await store.members(
            connection, area_ids, given["account_no"], after, wanted.fetch, everybody=bool(given["everybody"])
        )
        numbers = [row.account_no for row in rows] if given["standing"] else []
        standings = await standing.of_accounts(connection, company, numbers) if numbers else {}
    found = page(rows, wanted, lambda row: (row.account_no,))
    await disclose(company, sight, "account", [row.account_no for row in found.items])
    rules = company.account_rules.at(company.clock.now().date(), company.regions).value
    shown = [wire.member(row, rules, standings.get(row.account_no), full=sight.full) for row in found.items]
    return answer({"members": shown, "next_cursor": found.next_cursor})
