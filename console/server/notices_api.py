"""The notices at the desk: what was told of each event, who is left, the sheet of them, and who is to be called."""

from __future__ import annotations

import io
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import xlsxwriter
from sanic import HTTPResponse, Request
from sanic.exceptions import NotFound
from sanic.response import json, raw

from console.server.access import Access, session_of
from console.server.acting import note, read_nothing
from console.server.bodies import Flag, Number, Text, read_body
from console.server.routes import Route
from console.server.services import services_of
from handoff.notices import calls, ledger
from runtime.errors import BadRequest
from runtime.postgres import transaction

_EVENTS_MOST = 100
_SHEET_MOST = 100_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COLUMNS = ("place", "reason", "account_tail", "kind", "way", "state", "tries", "made_at")
_SILENT_COLUMNS = ("care", "place", "account_tail", "did", "way", "told_at", "listed_at", "confirmed")
_CALLED: Mapping[str, Text | Flag | Number] = MappingProxyType({"reached": Flag(), "spoken_to": Text(most=60, least=0)})


async def list_events(request: Request) -> HTTPResponse:
    """`GET /api/notices`."""
    async with transaction(services_of(request).pool) as connection:
        found = await ledger.events(connection, _EVENTS_MOST)
    return json({"events": found}, ensure_ascii=False)


async def show_event(request: Request, family: str, subject: str) -> HTTPResponse:
    """`GET /api/notices/{family}/{subject}`."""
    async with transaction(services_of(request).pool) as connection:
        facts = await ledger.facts(connection, family, subject)
        rest = await ledger.rest(connection, family, subject)
        silent = await ledger.unconfirmed(connection, family, subject)
    if not facts:
        raise NotFound("Nobody was told of it.")
    body = {"facts": facts, "rest": rest, "rest_most": ledger.REST_MOST, "unconfirmed": silent}
    return json(body, ensure_ascii=False)


async def export_rest(request: Request, family: str, subject: str) -> HTTPResponse:
    """`GET /api/notices/{family}/{subject}/sheet`: who was not reached, by place and reason; noted in the audit."""
    async with transaction(services_of(request).pool) as connection:
        rows = await ledger.rest(connection, family, subject, _SHEET_MOST)
        await note(request, connection, "notices.exported", f"{family}/{subject}", rows=len(rows))
    return _download(_sheet(rows), f"notices-{family}")


async def export_unconfirmed(request: Request, family: str, subject: str) -> HTTPResponse:
    """`GET /api/notices/{family}/{subject}/unconfirmed`: who had not confirmed in time; noted in the audit."""
    async with transaction(services_of(request).pool) as connection:
        rows = await ledger.unconfirmed(connection, family, subject, _SHEET_MOST)
        await note(request, connection, "notices.exported", f"{family}/{subject}/unconfirmed", rows=len(rows))
    return _download(_plain_sheet(rows, _SILENT_COLUMNS), f"unconfirmed-{family}")


async def list_calls(request: Request) -> HTTPResponse:
    """`GET /api/notice-calls`."""
    async with transaction(services_of(request).pool) as connection:
        now = services_of(request).clock.now()
        return json({"calls": await calls.waiting(connection, now)}, ensure_ascii=False)


async def show_phone(request: Request, call_id: str) -> HTTPResponse:
    """`POST /api/notice-calls/{id}/phone`: the number to call; each look is noted."""
    read_nothing(request)
    async with transaction(services_of(request).pool) as connection:
        found = await calls.phone(connection, _number(call_id))
        if found is None:
            raise NotFound("There is no such call.")
        await note(request, connection, "notices.phone.shown", found[1])
    return json({"phone": found[0]})


async def finish_call(request: Request, call_id: str) -> HTTPResponse:
    """`POST /api/notice-calls/{id}`: somebody was called."""
    given, services, agent = read_body(request, _CALLED), services_of(request), session_of(request).agent
    number = _number(call_id)
    if given["reached"] and not given["spoken_to"]:
        raise BadRequest("notices.call.nobody", "Say who was spoken to.", field="spoken_to")
    async with transaction(services.pool) as connection:
        now = services.clock.now()
        done = await calls.finish(
            connection, number, agent.agent_id, at=now, spoken_to=given["spoken_to"], reached=given["reached"]
        )
        if not done:
            raise BadRequest("notices.call.done", "There is no such call, or it is done already.", 409)
        await note(request, connection, "notices.called", str(number), reached=given["reached"])
    return HTTPResponse(status=204)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise NotFound("There is no such call.")
    return int(text)


def _sheet(rows: list[dict[str, Any]]) -> bytes:
    """Writes the list and, on a second sheet, its sums by place and reason; text stays text, never a formula."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    listed, sums = book.add_worksheet("rest"), book.add_worksheet("sums")
    listed.write_row(0, 0, _COLUMNS)
    counts: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows, 1):
        listed.write_row(number, 0, [row[name] for name in _COLUMNS])
        unit = (row["place"], row["reason"])
        counts[unit] = counts.get(unit, 0) + 1
    sums.write_row(0, 0, ("place", "reason", "count"))
    for number, ((place, reason), count) in enumerate(sorted(counts.items()), 1):
        sums.write_row(number, 0, (place, reason, count))
    listed.freeze_panes(1, 0)
    book.close()
    return content.getvalue()


def _plain_sheet(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    listed = book.add_worksheet("unconfirmed")
    listed.write_row(0, 0, columns)
    for number, row in enumerate(rows, 1):
        listed.write_row(number, 0, [row[name] for name in columns])
    listed.freeze_panes(1, 0)
    book.close()
    return content.getvalue()


def _download(content: bytes, name: str) -> HTTPResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return raw(content, content_type=_XLSX, headers=headers)


_EVENT = "/api/notices/<family:str>/<subject:str>"
ROUTES = (
    Route("GET", "/api/notices", Access.DESK, list_events),
    Route("GET", _EVENT, Access.DESK, show_event),
    Route("GET", f"{_EVENT}/sheet", Access.SUPERVISOR, export_rest),
    Route("GET", f"{_EVENT}/unconfirmed", Access.SUPERVISOR, export_unconfirmed),
    Route("GET", "/api/notice-calls", Access.DESK, list_calls),
    Route("POST", "/api/notice-calls/<call_id:str>/phone", Access.DESK, show_phone),
    Route("POST", "/api/notice-calls/<call_id:str>", Access.DESK, finish_call),
)
