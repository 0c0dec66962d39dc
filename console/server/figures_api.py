"""Figures of services per agent, skill, channel or day, and their workbook; docs/handoff/supervisor.md defines them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import json

from console.server import audit, services_book
from console.server.access import Access, session_of
from console.server.bodies import Text, read_body
from console.server.export import Order, head_of, workbook
from console.server.routes import Route
from console.server.services import Services, services_of
from console.server.services_book import MEASURES, SERVICES, Measures, Span
from console.server.workbook import Cell
from runtime.clock import SHANGHAI
from runtime.errors import BadRequest
from runtime.postgres import transaction

_MOST_DAYS = 366
_DAY = Text(10)
_EXPORT = MappingProxyType({"first": _DAY, "last": _DAY, "by": Text(10), "reason": Text(200, least=4)})
_FIGURES = [
    "requests",
    "answered",
    "abandoned",
    "returned",
    "closed",
    "wait_s",
    "longest_wait_s",
    "first_response_s",
    "handle_s",
    "transfers",
    "stars",
    "rated",
    "content_share",
]


class By(str, Enum):
    """What figures are grouped by."""

    AGENT = "agent"
    SKILL = "skill"
    DAY = "day"


_KEYS = {By.AGENT: "services.agent_id", By.SKILL: "services.skill", By.DAY: "services.day::text"}


@dataclass(frozen=True)
class Asked:
    """The days and the grouping of a report."""

    first: date
    last: date
    by: By

    @classmethod
    def read(cls, told: Mapping[str, str], today: date) -> Asked:
        """Reads a report's days (today, if none are told) and grouping. Raises BadRequest."""
        try:
            first = date.fromisoformat(told.get("first") or today.isoformat())
            last = date.fromisoformat(told.get("last") or first.isoformat())
            by = By(told.get("by") or By.AGENT.value)
        except ValueError as error:
            raise BadRequest(
                "figures.field", "first and last are days such as 2026-11-21, by agent, skill or day."
            ) from error
        if not timedelta(0) <= last - first < timedelta(days=_MOST_DAYS):
            raise BadRequest("figures.span", f"first to last is a span of {_MOST_DAYS} days at most.")
        return cls(first, last, by)


async def show_figures(request: Request) -> HTTPResponse:
    """`GET /api/figures?first=&last=&by=agent|skill|day`."""
    services = services_of(request)
    today = services.clock.now().astimezone(SHANGHAI).date()
    asked = Asked.read({name: values[0] for name, values in request.args.items()}, today)
    rows, total, bot = await _read(services, asked)
    return json(
        {
            "first": asked.first.isoformat(),
            "last": asked.last.isoformat(),
            "by": asked.by.value,
            "rows": [{"key": key, "name": name, **one.to_wire()} for key, name, one in rows],
            "total": {**total.to_wire(), **bot},
        },
        ensure_ascii=False,
    )


async def export(request: Request) -> HTTPResponse:
    """`POST /api/figures/export`: the same as a workbook; the audit keeps the reason."""
    body, services, session = read_body(request, _EXPORT), services_of(request), session_of(request)
    now = services.clock.now()
    asked = Asked.read(body, now.astimezone(SHANGHAI).date())
    rows, _, _ = await _read(services, asked)
    about = f"{asked.first} - {asked.last}, {asked.by.value}"
    head = head_of(session, now.astimezone(SHANGHAI), body["reason"], about)
    order = Order(f"gridtalk-figures-{now:%Y%m%d-%H%M%S}", ("group", "name", *_FIGURES), head)
    response, count = await workbook(order, _cells(rows))
    async with transaction(services.pool) as connection:
        detail = {"about": about, "reason": body["reason"], "rows": count}
        await audit.record(connection, session.agent.agent_id, "figures.export", "figures", at=now, **detail)
    return response


async def _read(services: Services, asked: Asked) -> tuple[list[tuple[str, str, Measures]], Measures, dict[str, Any]]:
    span, key = Span.of_days(asked.first, asked.last), _KEYS[asked.by]
    name = "max(named.name)" if asked.by is By.AGENT else "null::text"
    query = (
        f"select {key} as key, {name} as name, {MEASURES} from ({SERVICES}) services"
        f" left join agents named on named.agent_id = services.agent_id where {key} is not null group by 1 order by 1"
    )
    async with transaction(services.pool) as connection:
        rows = await connection.fetch(query, span.begin, span.end)
        total = await services_book.totals(connection, span)
        talks, alone = await services_book.bot_share(connection, span)
    share = round(alone / talks, 4) if talks else None
    bot = {"talks": talks, "self_served": alone, "self_service_rate": share}
    return [(row["key"], row["name"] or "", Measures.of(row)) for row in rows], total, bot


async def _cells(rows: list[tuple[str, str, Measures]]) -> AsyncIterator[Sequence[Cell]]:
    for key, name, one in rows:
        wire = one.to_wire()
        yield (key, name, *(wire[figure] for figure in _FIGURES))


ROUTES = (
    Route("GET", "/api/figures", Access.SUPERVISOR, show_figures),
    Route("POST", "/api/figures/export", Access.SUPERVISOR, export),
)
