"""Reading, exporting and checking the audit, for auditors; each export is itself in the audit."""

from __future__ import annotations

import csv
import io
import json as text_json
from datetime import datetime
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import json, raw

from console.server import audit, chain
from console.server.access import Access, session_of
from console.server.bodies import read_number
from console.server.routes import Route
from console.server.services import services_of
from runtime.clock import SHANGHAI
from runtime.errors import BadRequest
from runtime.postgres import transaction

_FIELD_CHARACTERS = 200
_MOST_ROWS = 200
# One export; more is had by asking for a shorter time.
MOST_EXPORTED = 50_000
_COLUMNS = ("id", "at", "actor", "action", "subject", "detail", "hash")
# A cell that begins with one of these is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


async def list_rows(request: Request) -> HTTPResponse:
    """`GET /api/audit?actor=&action=&subject=&since=&until=&before=&limit=`."""
    services, wanted = services_of(request), _filter(request)
    before = read_number(request.args["before"][0], "before") if "before" in request.args else None
    limit = min(read_number(request.args.get("limit", "50"), "limit"), _MOST_ROWS)
    async with transaction(services.pool) as connection:
        rows = await audit.read(connection, wanted, before=before, limit=limit)
    return json({"rows": rows, "more": len(rows) == limit and limit > 0}, ensure_ascii=False)


async def export_rows(request: Request) -> HTTPResponse:
    """`GET /api/audit/export?format=csv|jsonl&…`: everything that fits the filter, the newest first."""
    services, wanted = services_of(request), _filter(request)
    kind = request.args.get("format", "csv")
    if kind not in _TYPES:
        raise BadRequest("console.field.type", "format must be csv or jsonl.", field="format")
    rows: list[dict[str, Any]] = []
    async with transaction(services.pool) as connection:
        async for row in audit.read_all(connection, wanted):
            rows.append(row)
            if len(rows) > MOST_EXPORTED:
                raise BadRequest("console.export.too_many", "Ask for a shorter time.", 413, most=MOST_EXPORTED)
        actor = session_of(request).agent.agent_id
        asked = {name: request.args.get(name) for name in sorted(request.args)}
        await audit.record(
            connection, actor, "audit.export", "audit", at=services.clock.now(), rows=len(rows), asked=asked
        )
    body = _csv(rows) if kind == "csv" else _lines(rows)
    headers = {"Content-Disposition": f'attachment; filename="audit.{kind}"'}
    return raw(body.encode("utf-8"), content_type=_TYPES[kind], headers=headers)


async def verify(request: Request) -> HTTPResponse:
    """`GET /api/audit/verify`: whether every row is what was written."""
    services = services_of(request)
    async with transaction(services.pool) as connection:
        verdict = await chain.verify(connection)
    told = {"rows": verdict.rows, "head": verdict.head, "whole": verdict.whole}
    return json({**told, "broken": verdict.broken, "why": verdict.why})


def _filter(request: Request) -> audit.Filter:
    return audit.Filter(
        actor=_text(request, "actor"),
        action=_text(request, "action"),
        subject=_text(request, "subject"),
        since=_moment(request, "since"),
        until=_moment(request, "until"),
    )


def _text(request: Request, name: str) -> str | None:
    value = str(request.args.get(name) or "").strip()
    if len(value) > _FIELD_CHARACTERS or "\x00" in value:
        raise BadRequest("console.text.invalid", f"{name} cannot be that.", field=name)
    return value.encode("utf-8", "replace").decode() or None


def _moment(request: Request, name: str) -> datetime | None:
    value = request.args.get(name)
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise BadRequest("console.field.type", f"{name} must be an ISO date or time.", field=name) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _lines(rows: list[dict[str, Any]]) -> str:
    return "".join(text_json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _csv(rows: list[dict[str, Any]]) -> str:
    page = io.StringIO()
    page.write("\ufeff")  # without it, spreadsheets take the text for another encoding
    writer = csv.writer(page)
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in _COLUMNS])
    return page.getvalue()


def _cell(value: Any) -> str:
    text = text_json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


ROUTES = (
    Route("GET", "/api/audit", Access.AUDIT, list_rows),
    Route("GET", "/api/audit/export", Access.AUDIT, export_rows),
    Route("GET", "/api/audit/verify", Access.AUDIT, verify),
)
