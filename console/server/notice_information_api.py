"""News of grid and service at the desk: a supervisor writes and approves a line for those who asked for news."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from sanic import HTTPResponse, Request
from sanic.response import json

from console.server import audit
from console.server.access import Access, session_of
from console.server.bodies import Flag, Number, Text, read_body
from console.server.routes import Route
from console.server.services import services_of
from runtime.clock import SHANGHAI
from runtime.errors import BadRequest
from runtime.postgres import transaction
from runtime.privacy import mask_text

_AREA = re.compile(r"[A-Za-z0-9_-]{1,40}")
_TOLD: Mapping[str, Text | Flag | Number] = MappingProxyType(
    {"title": Text(most=40), "text": Text(most=200), "areas": Text(most=4000, least=0)}
)
_LIST = "select * from notice_information order by information_id desc limit 50"
_TELL = """
    insert into notice_information (title, text, area_ids, posted_by, posted_at) values ($1, $2, $3, $4, $5)
    returning information_id
"""


async def list_information(request: Request) -> HTTPResponse:
    """`GET /api/notice-information`."""
    async with transaction(services_of(request).pool) as connection:
        rows = await connection.fetch(_LIST)
    shown = [
        {
            "information_id": row["information_id"],
            **{name: row[name] for name in ("title", "text", "posted_by")},
            "areas": list(row["area_ids"]),
            "posted_at": row["posted_at"].astimezone(SHANGHAI).isoformat(timespec="seconds"),
        }
        for row in rows
    ]
    return json({"information": shown}, ensure_ascii=False)


async def tell_information(request: Request) -> HTTPResponse:
    """`POST /api/notice-information`: hands a line over to the notices; whoever sends it has approved it."""
    given, services, agent = read_body(request, _TOLD), services_of(request), session_of(request).agent
    words = f"{given['title']}\n{given['text']}"
    if "{" in words or "}" in words:
        raise BadRequest("notices.information.brace", "A line for customers has no braces.", field="text")
    if mask_text(words) != words:
        raise BadRequest("notices.information.personal", "A line for many names nobody's number.", field="text")
    areas = given["areas"].split()
    if wrong := [area for area in areas if not _AREA.fullmatch(area)]:
        raise BadRequest("console.field.type", f"{wrong[0]} is no area.", field="areas")
    async with transaction(services.pool) as connection:
        now = services.clock.now()
        number = await connection.fetchval(_TELL, given["title"], given["text"], areas, agent.agent_id, now)
        await audit.record(connection, agent.agent_id, "notices.information.told", str(number), at=now)
    return HTTPResponse(status=204)


ROUTES = (
    Route("GET", "/api/notice-information", Access.SUPERVISOR, list_information),
    Route("POST", "/api/notice-information", Access.SUPERVISOR, tell_information),
)
