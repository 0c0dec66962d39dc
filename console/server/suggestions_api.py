"""Suggested answers: shown for the customer's newest line, taken or refused, and counted."""

from __future__ import annotations

from datetime import timedelta

from sanic import HTTPResponse, Request
from sanic.response import empty, json

from console.server.access import Access, check_may_read, session_of
from console.server.bodies import Choice, Number, read_body, read_conversation_id, read_number
from console.server.routes import CHAT, Route
from console.server.services import services_of
from handoff.desk_help import suggestions
from runtime.postgres import Connection, transaction

_MOST_DAYS = 366


async def of_chat(request: Request, conversation_id: str) -> HTTPResponse:
    """`GET /api/conversations/{id}/suggestions`."""
    services, conversation_id = services_of(request), read_conversation_id(conversation_id)
    async with transaction(services.pool) as connection:
        check_may_read(session_of(request), await services.inbox.one(connection, conversation_id))
        found = await suggestions.current(connection, conversation_id)
    return json({"suggestions": found}, ensure_ascii=False)


async def decide(request: Request, suggestion_id: str) -> HTTPResponse:
    """`POST /api/suggestions/{id}`: taken into the composer, or not wanted."""
    services, agent_id = services_of(request), session_of(request).agent.agent_id
    state = read_body(request, {"state": Choice(("accepted", "rejected"))})["state"]
    number, at = read_number(suggestion_id, "suggestion id"), services.clock.now()
    async with transaction(services.pool) as connection:
        await _check(request, connection, number)
        act = suggestions.accept if state == "accepted" else suggestions.reject
        await act(connection, number, agent_id, at=at)
    return empty()


async def sent(request: Request, suggestion_id: str) -> HTTPResponse:
    """`POST /api/suggestions/{id}/sent {"seq"}`: which line was made of it; whether it was edited is seen there."""
    services, agent_id = services_of(request), session_of(request).agent.agent_id
    seq = read_body(request, {"seq": Number()})["seq"]
    number = read_number(suggestion_id, "suggestion id")
    async with transaction(services.pool) as connection:
        await _check(request, connection, number)
        state = await suggestions.sent(connection, number, seq, agent_id, at=services.clock.now())
    return json({"state": state})


async def show_figures(request: Request) -> HTTPResponse:
    """`GET /api/suggestions/figures?days=7`: what became of them, by source."""
    services = services_of(request)
    days = min(max(1, read_number(request.args.get("days", "7"), "days")), _MOST_DAYS)
    async with transaction(services.pool) as connection:
        rows = await suggestions.figures(connection, services.clock.now() - timedelta(days=days))
    return json({"days": days, "figures": rows}, ensure_ascii=False)


async def _check(request: Request, connection: Connection, suggestion_id: int) -> None:
    conversation_id = await suggestions.conversation_of(connection, suggestion_id)
    check_may_read(session_of(request), await services_of(request).inbox.one(connection, conversation_id))


ROUTES = (
    Route("GET", f"{CHAT}/suggestions", Access.DESK, of_chat),
    Route("GET", "/api/suggestions/figures", Access.KNOWLEDGE, show_figures),
    Route("POST", "/api/suggestions/<suggestion_id:str>", Access.DESK, decide),
    Route("POST", "/api/suggestions/<suggestion_id:str>/sent", Access.DESK, sent),
)
