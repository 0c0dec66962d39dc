"""The operator's page. It decides nothing: everything it changes goes through the same doors as any client's call."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import raw

from runtime.postgres import transaction
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.errors import NotKnown
from utility.operator import desk

_PAGE = Path(__file__).parent / "page"
_KINDS = MappingProxyType({
    "index.html": "text/html; charset=utf-8",
    "operator.css": "text/css; charset=utf-8",
    "operator.js": "text/javascript; charset=utf-8",
    "views.js": "text/javascript; charset=utf-8",
    "words.json": "application/json; charset=utf-8",
})  # fmt: skip
_POLICY = "default-src 'self'; img-src data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
_HEADERS = MappingProxyType({
    "Cache-Control": "no-cache",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
})  # fmt: skip


def blueprint() -> Blueprint:
    """Builds the routes; served in a sandbox, or where there is an operator's token."""
    routes = Blueprint("operator", url_prefix="/operator")
    routes.add_route(show_page, "/", methods=["GET"])
    routes.add_route(read_overview, "/overview.json", methods=["GET"])
    routes.add_route(show_file, "/<name:str>", methods=["GET"])
    return routes


async def show_page(request: Request) -> HTTPResponse:
    """Shows the page; it asks for the token itself."""
    return _file("index.html")


async def show_file(request: Request, name: str) -> HTTPResponse:
    """Serves what the page is made of; `/operator/` is the page, too."""
    return _file(name or "index.html")


@needs(Scope.OPERATE)
async def read_overview(request: Request) -> HTTPResponse:
    """Tells what the page shows: the outages that are not over, the places, and what may be done to what."""
    fields.query(request, {})
    company = company_of(request)
    async with transaction(company.pool) as connection:
        return answer(await desk.overview(connection, company))


def _file(name: str) -> HTTPResponse:
    kind = _KINDS.get(name)
    if kind is None:
        raise NotKnown("page.unknown", "There is no such page.")
    return raw((_PAGE / name).read_bytes(), content_type=kind, headers=dict(_HEADERS))
