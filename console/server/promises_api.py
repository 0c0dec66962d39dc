"""Promises to customers: those of a chat, my own, and what became of each."""

from __future__ import annotations

from sanic import HTTPResponse, Request
from sanic.response import json

from console.server.access import Access, check_may_read, session_of
from console.server.bodies import Choice, Moment, Text, read_body, read_conversation_id, read_number
from console.server.errors import NotAllowed
from console.server.inbox import Summary
from console.server.routes import CHAT, Route
from console.server.services import services_of
from console.server.sessions import Session
from handoff import live
from handoff.desk_help import promises
from handoff.desk_help.promises import Promise, PromiseState
from runtime.errors import BadRequest
from runtime.postgres import transaction

_AREA = "promises"
_ENDS = {"kept": PromiseState.KEPT, "broken": PromiseState.BROKEN, "drop": PromiseState.DROPPED}


async def of_chat(request: Request, conversation_id: str) -> HTTPResponse:
    """`GET /api/conversations/{id}/promises`."""
    services, session = services_of(request), session_of(request)
    conversation_id = read_conversation_id(conversation_id)
    async with transaction(services.pool) as connection:
        check_may_read(session, await services.inbox.one(connection, conversation_id))
        found = await promises.of_conversation(connection, conversation_id)
    now = services.clock.now()
    return json({"promises": [one.to_wire(now) for one in found]}, ensure_ascii=False)


async def add(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/promises`: a promise written by hand, such as a call after closing."""
    services, session = services_of(request), session_of(request)
    body = read_body(request, {"text": Text(200), "due_at": Moment()})
    conversation_id, now = read_conversation_id(conversation_id), services.clock.now()
    if body["due_at"] <= now:
        raise BadRequest("promise.past", "A promise is due in the future.", field="due_at")
    async with transaction(services.pool) as connection:
        _check_serves(session, await services.inbox.one(connection, conversation_id))
        agent_id = session.agent.agent_id
        made = await promises.make(
            connection, conversation_id, agent_id, body["text"], body["due_at"], at=now, confirmed=True
        )
        promise = await promises.get(connection, made or 0)
    await live.announce_area(services.bus, _AREA, conversation_id=conversation_id)
    return json({"promise": promise.to_wire(now)}, status=201, ensure_ascii=False)


async def list_open(request: Request) -> HTTPResponse:
    """`GET /api/promises?scope=mine|all`: what is open, the most urgent first (all: supervisor)."""
    services, session = services_of(request), session_of(request)
    everybody = request.args.get("scope", "mine") == "all"
    if everybody and not session.supervises:
        raise NotAllowed(agent_id=session.agent.agent_id)
    async with transaction(services.pool) as connection:
        found = await promises.watched(connection, None if everybody else session.agent.agent_id)
    now = services.clock.now()
    return json({"promises": [one.to_wire(now) for one in found]}, ensure_ascii=False)


async def act(request: Request, promise_id: str) -> HTTPResponse:
    """`POST /api/promises/{id}`: confirm it (perhaps at another time), mark it kept or broken, or drop it."""
    services, session = services_of(request), session_of(request)
    body = read_body(request, {"act": Choice(("confirm", *_ENDS)), "due_at": Moment(optional=True)})
    now, number = services.clock.now(), read_number(promise_id, "promise id")
    async with transaction(services.pool) as connection:
        known = await promises.get(connection, number)
        await _check_may_act(request, known, await services.inbox.one(connection, known.conversation_id))
        by = session.agent.agent_id
        if body["act"] == "confirm":
            promise = await promises.confirm(connection, number, due_at=body["due_at"], by=by, at=now)
        else:
            promise = await promises.end(connection, number, _ENDS[body["act"]], by=by, at=now)
    await live.announce_area(services.bus, _AREA, conversation_id=promise.conversation_id)
    return json({"promise": promise.to_wire(now)}, ensure_ascii=False)


async def _check_may_act(request: Request, promise: Promise, summary: Summary) -> None:
    """Lets who made it, who looks after the customer now, and supervisors. Raises NotAllowed."""
    session = session_of(request)
    if promise.agent_id != session.agent.agent_id:
        _check_serves(session, summary)


def _check_serves(session: Session, summary: Summary) -> None:
    """Lets who serves the chat, or served it last, and supervisors. Raises NotAllowed."""
    mine = summary.agent is not None and summary.agent.agent_id == session.agent.agent_id
    served = summary.escalation is not None and summary.escalation.served_by == session.agent.agent_id
    if not (session.supervises or mine or (served and summary.agent is None)):
        raise NotAllowed(conversation_id=summary.conversation_id, agent_id=session.agent.agent_id)


ROUTES = (
    Route("GET", f"{CHAT}/promises", Access.DESK, of_chat),
    Route("POST", f"{CHAT}/promises", Access.DESK, add),
    Route("GET", "/api/promises", Access.DESK, list_open),
    Route("POST", "/api/promises/<promise_id:str>", Access.DESK, act),
)
