"""What runs out: promises, call-backs, orders and calls with their time, owner and step of the ladder."""

from __future__ import annotations

from sanic import HTTPResponse, Request
from sanic.response import json

from console.server.access import Access, session_of
from console.server.errors import NotAllowed
from console.server.routes import Route
from console.server.services import services_of
from handoff.notices import watches
from runtime.postgres import transaction


async def list_watches(request: Request) -> HTTPResponse:
    """`GET /api/watches?scope=mine|all`: what runs, the most urgent first (all: supervisor)."""
    services, session = services_of(request), session_of(request)
    everybody = request.args.get("scope", "mine") == "all"
    if everybody and not session.supervises:
        raise NotAllowed(agent_id=session.agent.agent_id)
    now = services.clock.now()
    async with transaction(services.pool) as connection:
        found = await watches.listed(connection, now, None if everybody else session.agent.agent_id)
    return json({"watches": found, "at": now.isoformat(timespec="seconds")}, ensure_ascii=False)


ROUTES = (Route("GET", "/api/watches", Access.DESK, list_watches),)
