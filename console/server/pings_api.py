"""What I am told in the desk: named in a note, a promise due; and whom a note can name."""

from __future__ import annotations

from sanic import HTTPResponse, Request
from sanic.response import empty, json

from console.server.access import Access, session_of
from console.server.bodies import Number, read_body
from console.server.routes import Route
from console.server.services import services_of
from handoff import live
from handoff.desk_help import pings
from runtime.postgres import transaction


async def list_mine(request: Request) -> HTTPResponse:
    """`GET /api/pings`: the unread first."""
    agent_id = session_of(request).agent.agent_id
    async with transaction(services_of(request).pool) as connection:
        listed = await pings.listed(connection, agent_id)
        unread = await pings.unread(connection, agent_id)
    return json({"pings": listed, "unread": unread}, ensure_ascii=False)


async def mark_read(request: Request) -> HTTPResponse:
    """`POST /api/pings/read {"id"}`: one, or all of mine with 0."""
    services, agent_id = services_of(request), session_of(request).agent.agent_id
    number = read_body(request, {"id": Number()})["id"]
    async with transaction(services.pool) as connection:
        await pings.mark_read(connection, agent_id, number or None, at=services.clock.now())
    await live.announce_area(services.bus, "pings", agents=[agent_id])
    return empty()


ROUTES = (
    Route("GET", "/api/pings", Access.DESK, list_mine),
    Route("POST", "/api/pings/read", Access.DESK, mark_read),
)
