"""Contact data that cannot be right, at the desk: what is open by area and its grid manager, its sheet, its end."""

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
from console.server.acting import note
from console.server.bodies import Flag, Number, Text, read_body
from console.server.routes import Route
from console.server.services import services_of
from console.server.workbook import defused
from handoff.customer import contact_faults
from runtime.errors import BadRequest
from runtime.postgres import transaction

_SHEET_MOST = 100_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COLUMNS = ("area_id", "place", "manager", "kind", "account_tail", "phone_masked", "state", "answer", "found_at")
_SUMS = ("area_id", "place", "manager", "kind", "count", "asked")
_SETTLED: Mapping[str, Text | Flag | Number] = MappingProxyType({"state": Text(most=20), "reason": Text(most=200)})
_ENDS = frozenset({"mended", "dismissed"})


async def list_faults(request: Request) -> HTTPResponse:
    """`GET /api/contact-faults?kind=&area_id=&after=`: a page of what is open, its sums, the newest sweep."""
    kind, area_id = _choice(request, "kind", contact_faults.KINDS), request.args.get("area_id", "")[:40]
    after = _after(request.args.get("after", ""))
    async with transaction(services_of(request).pool) as connection:
        rows = await contact_faults.listed(connection, kind=kind, area_id=area_id, after=after)
        sums = await contact_faults.sums(connection)
        sweep = await contact_faults.last_sweep(connection)
    more = len(rows) == contact_faults.PAGE
    cursor = f"{rows[-1]['area_id']}:{rows[-1]['fault_id']}" if more else ""
    return json({"faults": rows, "next": cursor, "sums": sums, "sweep": sweep}, ensure_ascii=False)


async def settle_fault(request: Request, fault_id: str) -> HTTPResponse:
    """`POST /api/contact-faults/{id}`: a person has mended it, or says that it is right as it is."""
    given, services, agent = read_body(request, _SETTLED), services_of(request), session_of(request).agent
    if given["state"] not in _ENDS:
        raise BadRequest("contacts.state.unknown", "A finding ends as mended or dismissed.", field="state")
    async with transaction(services.pool) as connection:
        now = services.clock.now()
        account_no = await contact_faults.settle(
            connection, _number(fault_id), given["state"], at=now, by=agent.agent_id, reason=given["reason"]
        )
        if account_no is None:
            raise BadRequest("contacts.over", "There is no such finding, or it is over already.", 409)
        act = f"contacts.{given['state']}"
        await note(request, connection, act, account_no, reason=given["reason"])
    return HTTPResponse(status=204)


async def export_faults(request: Request) -> HTTPResponse:
    """`GET /api/contact-faults/sheet`: what is open, masked, by area and manager, with its sums; noted in the audit."""
    async with transaction(services_of(request).pool) as connection:
        rows = await contact_faults.listed(connection, most=_SHEET_MOST)
        sums = await contact_faults.sums(connection)
        await note(request, connection, "contacts.exported", "contact-faults", rows=len(rows))
    headers = {"Content-Disposition": 'attachment; filename="contact-faults.xlsx"'}
    return raw(_sheet(rows, sums), content_type=_XLSX, headers=headers)


def _sheet(rows: list[dict[str, Any]], sums: list[dict[str, Any]]) -> bytes:
    """Writes the list and, on a second sheet, its sums; text stays text, never a formula."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    for name, columns, listed in (("faults", _COLUMNS, rows), ("sums", _SUMS, sums)):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, columns)
        for number, row in enumerate(listed, 1):
            cells = (row[column] for column in columns)
            sheet.write_row(number, 0, [defused(cell) if isinstance(cell, str) else cell for cell in cells])
        sheet.freeze_panes(1, 0)
    book.close()
    return content.getvalue()


def _choice(request: Request, name: str, known: tuple[str, ...]) -> str:
    value: str = request.args.get(name, "")
    if value and value not in known:
        raise BadRequest("contacts.filter.unknown", f"There is no such {name}.", field=name)
    return value


def _after(text: str) -> tuple[str, int]:
    area_id, _, number = text.rpartition(":")
    if text and not (number.isascii() and number.isdigit() and len(number) <= 18 and "\x00" not in area_id):
        raise BadRequest("contacts.filter.unknown", "That is no place in the list.", field="after")
    return area_id, int(number or 0)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise NotFound("There is no such finding.")
    return int(text)


_PATH = "/api/contact-faults"
ROUTES = (
    Route("GET", _PATH, Access.DESK, list_faults),
    Route("GET", f"{_PATH}/sheet", Access.SUPERVISOR, export_faults),
    Route("POST", f"{_PATH}/<fault_id:str>", Access.DESK, settle_fault),
)
