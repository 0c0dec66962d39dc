"""Search over everything the desk has kept, its export as a workbook, and searches under a name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import fields
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import empty, json

from console.server import audit
from console.server.access import Access, session_of
from console.server.acting import read_nothing
from console.server.bodies import Text, read_body, read_number
from console.server.export import Order, head_of, value_word, words, workbook
from console.server.purposes import Reach, reach_of
from console.server.routes import Route
from console.server.search import MOST_COUNTED, Found
from console.server.search_filters import Filters
from console.server.services import Services, services_of
from console.server.workbook import Cell
from runtime.clock import SHANGHAI
from runtime.errors import BadRequest
from runtime.postgres import transaction

# Why somebody takes data out of the house is said in words, not in a letter.
_REASON = Text(200, least=4)
_FILTER = Text(100, least=0)
_FIELDS = MappingProxyType({item.name: _FILTER for item in fields(Filters)})
_EXPORT = MappingProxyType({**_FIELDS, "reason": _REASON})
_SAVE = MappingProxyType({**_FIELDS, "name": Text(40)})
_MOST_PAGES = 200
_MOST_SAVED = 50
_COLUMNS = [
    "when",
    "customer",
    "channel",
    "result",
    "skill",
    "priority",
    "cause",
    "agent_id",
    "agent",
    "wait_s",
    "handle_s",
    "stars",
    "comment",
    "mood",
    "accounts",
    "orders",
    "tags",
    "conversation",
]

_SAVE_ONE = """
    insert into saved_searches (agent_id, name, filters, created_at) values ($1, $2, $3, $4)
    on conflict (agent_id, name) do update set filters = excluded.filters returning search_id
"""


async def search(request: Request) -> HTTPResponse:
    """`GET /api/search?text=&customer=&…&page=0`: what one may read, masked, newest first; the audit keeps it."""
    told = {name: values[0] for name, values in request.args.items()}
    page = read_number(told.pop("page", "0"), "page")
    if page >= _MOST_PAGES:
        raise BadRequest("search.page", "Narrow the search.", field="page")
    filters, services = Filters.read(told), services_of(request)
    async with transaction(services.pool) as connection:
        total, rows = await services.search.page(connection, filters, page, reach_of(session_of(request)))
        if page == 0:
            await audit.record(
                connection, _actor(request), "search.run", "search", at=services.clock.now(), **filters.to_audit()
            )
    return json({"total": total, "more": total >= MOST_COUNTED, "rows": rows}, ensure_ascii=False)


async def export(request: Request) -> HTTPResponse:
    """`POST /api/search/export`: the rows as a workbook, masked, with the reason in it and in the audit."""
    body = read_body(request, _EXPORT)
    reason = body.pop("reason")
    filters, services, now = Filters.read(body), services_of(request), services_of(request).clock.now()
    most = services.settings.export_rows
    about = ", ".join(f"{name}={value}" for name, value in filters.to_audit().items())
    about = about or words().say("utter_export_everything")
    cut = words().say("utter_export_cut", most=most)
    head = (*head_of(session_of(request), now.astimezone(SHANGHAI), reason, about), (cut, ""))
    order = Order(f"gridtalk-search-{now:%Y%m%d-%H%M%S}", _COLUMNS, head)
    response, count = await workbook(order, _rows(services, filters, most, reach_of(session_of(request))))
    async with transaction(services.pool) as connection:
        detail = {**filters.to_audit(), "reason": reason, "rows": count}
        await audit.record(connection, _actor(request), "search.export", "search", at=now, **detail)
    return response


async def list_saved(request: Request) -> HTTPResponse:
    """`GET /api/searches`: mine."""
    rows = await services_of(request).pool.fetch(
        "select search_id, name, filters from saved_searches where agent_id = $1 order by name", _actor(request)
    )
    saved = [{"id": row["search_id"], "name": row["name"], "filters": row["filters"]} for row in rows]
    return json({"searches": saved}, ensure_ascii=False)


async def save(request: Request) -> HTTPResponse:
    """`POST /api/searches`: keeps filters under a name; the same name again is written over."""
    body, services = read_body(request, _SAVE), services_of(request)
    name = body.pop("name")
    filters = Filters.read(body).to_wire()
    async with transaction(services.pool) as connection:
        held = await connection.fetchval("select count(*) from saved_searches where agent_id = $1", _actor(request))
        if held >= _MOST_SAVED:
            raise BadRequest("search.saved.too_many", "Delete a saved search first.", 409)
        number = await connection.fetchval(_SAVE_ONE, _actor(request), name, filters, services.clock.now())
    return json({"id": number, "name": name, "filters": filters}, status=201, ensure_ascii=False)


async def forget(request: Request, search_id: str) -> HTTPResponse:
    """`POST /api/searches/{id}/delete`: mine only; one that is gone is gone."""
    read_nothing(request)
    await services_of(request).pool.execute(
        "delete from saved_searches where search_id = $1 and agent_id = $2",
        read_number(search_id, "search id"),
        _actor(request),
    )
    return empty()


async def _rows(services: Services, filters: Filters, most: int, reach: Reach) -> AsyncIterator[Sequence[Cell]]:
    async with transaction(services.pool) as connection:
        async for found in services.search.rows(connection, filters, most, reach):
            yield _cells(found)


def _cells(found: Found) -> Sequence[Cell]:
    return (
        _moment(found.at),
        found.display_name,
        value_word("channel", found.channel),
        value_word("result", found.result),
        value_word("skill", found.skill),
        "" if found.priority is None else value_word("priority", str(found.priority)),
        value_word("cause", found.reason),
        found.agent_id,
        found.agent_name,
        found.wait_s,
        found.handle_s,
        found.stars,
        found.comment,
        found.mood,
        " ".join(found.accounts),
        " ".join(found.orders),
        " ".join(found.tags),
        f"\u2026{found.conversation_id[-4:]}",
    )


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _actor(request: Request) -> Any:
    return session_of(request).agent.agent_id


ROUTES = (
    Route("GET", "/api/search", Access.SEARCH, search),
    Route("POST", "/api/search/export", Access.SUPERVISOR, export),
    Route("GET", "/api/searches", Access.SEARCH, list_saved),
    Route("POST", "/api/searches", Access.SEARCH, save),
    Route("POST", "/api/searches/<search_id:str>/delete", Access.SEARCH, forget),
)
