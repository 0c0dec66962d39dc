"""Closing a service: what is prefilled, and filing it under its topic and result; drafts of knowledge beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import json

from console.server import audit
from console.server.access import Access, check_may_read, session_of
from console.server.acting import note
from console.server.bodies import Choice, Field, Text, read_body, read_conversation_id, read_number
from console.server.facts import FactsField
from console.server.routes import CHAT, Route
from console.server.services import services_of
from conversation.facts import NO_FACTS
from conversation.message import TEXT_CHARACTERS
from handoff import live
from handoff.desk_help import closing, knowledge_drafts
from handoff.desk_help.closing import Codes
from handoff.desk_help.knowledge_drafts import Pair
from runtime.postgres import transaction

_AREA = "drafts"
_PAIR: Mapping[str, Field] = {"question": Text(200), "answer": Text(1000), "intent": Choice(knowledge_drafts.INTENTS)}
_DRAFT = "/api/knowledge-drafts/<draft_id:str>"


async def show(request: Request, conversation_id: str) -> HTTPResponse:
    """`GET /api/conversations/{id}/closing`: what was asked, done, promised and ordered."""
    services, conversation_id = services_of(request), read_conversation_id(conversation_id)
    async with transaction(services.pool) as connection:
        check_may_read(session_of(request), await services.inbox.one(connection, conversation_id))
        facts = await closing.draft(connection, conversation_id)
    return json({"closing": facts}, ensure_ascii=False)


async def close(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/closing`: ends the service and files it."""
    services, agent = services_of(request), session_of(request).agent
    fields: dict[str, Field] = {"summary": Text(TEXT_CHARACTERS), "topic": Text(60), "result": Choice(closing.RESULTS)}
    body = read_body(request, fields, may={"facts": FactsField()})
    conversation_id, codes = read_conversation_id(conversation_id), Codes(body["topic"], body["result"])
    facts = body.get("facts", NO_FACTS)
    change = await services.desk.close(conversation_id, agent, body["summary"], facts, codes)
    now = services.clock.now()
    async with transaction(services.pool) as connection:
        detail = {"escalation_id": change.escalation.escalation_id, "result": codes.result}
        await audit.record(connection, agent.agent_id, "conversation.close", conversation_id, at=now, **detail)
        summary = await services.inbox.one(connection, conversation_id)
    return json({"conversation": summary.to_wire(now)}, ensure_ascii=False)


async def add_draft(request: Request) -> HTTPResponse:
    """`POST /api/knowledge-drafts`: a question and its answer for the review list."""
    services, session = services_of(request), session_of(request)
    body = read_body(request, {**_PAIR, "conversation_id": Text(200)})
    conversation_id = read_conversation_id(body["conversation_id"])
    async with transaction(services.pool) as connection:
        check_may_read(session, await services.inbox.one(connection, conversation_id))
        number = await knowledge_drafts.add(
            connection, conversation_id, _pair(body), by=session.agent.agent_id, at=services.clock.now()
        )
    await live.announce_area(services.bus, _AREA)
    return json({"id": number}, status=201)


async def list_drafts(request: Request) -> HTTPResponse:
    """`GET /api/knowledge-drafts`: the review list."""
    async with transaction(services_of(request).pool) as connection:
        listed = await knowledge_drafts.listed(connection, None)
    return json({"drafts": listed, "intents": list(knowledge_drafts.INTENTS)}, ensure_ascii=False)


async def accept_draft(request: Request, draft_id: str) -> HTTPResponse:
    """`POST /api/knowledge-drafts/{id}/acceptance`: taken, in the words of the body."""
    services, by = services_of(request), session_of(request).agent.agent_id
    pair, number, at = _pair(read_body(request, _PAIR)), read_number(draft_id, "draft id"), services.clock.now()
    async with transaction(services.pool) as connection:
        draft = await knowledge_drafts.accept(connection, number, pair, by=by, at=at)
        await note(request, connection, "draft.accept", f"draft:{number}")
    await live.announce_area(services.bus, _AREA)
    return json({"draft": draft}, ensure_ascii=False)


async def reject_draft(request: Request, draft_id: str) -> HTTPResponse:
    """`POST /api/knowledge-drafts/{id}/rejection`: not taken, with the reason."""
    services, by = services_of(request), session_of(request).agent.agent_id
    reason, number = read_body(request, {"reason": Text(200)})["reason"], read_number(draft_id, "draft id")
    async with transaction(services.pool) as connection:
        draft = await knowledge_drafts.reject(connection, number, reason, by=by, at=services.clock.now())
        await note(request, connection, "draft.reject", f"draft:{number}")
    await live.announce_area(services.bus, _AREA)
    return json({"draft": draft}, ensure_ascii=False)


def _pair(body: dict[str, Any]) -> Pair:
    return Pair(body["question"], body["answer"], body["intent"])


ROUTES = (
    Route("GET", f"{CHAT}/closing", Access.DESK, show),
    Route("POST", f"{CHAT}/closing", Access.DESK, close),
    Route("POST", "/api/knowledge-drafts", Access.DESK, add_draft),
    Route("GET", "/api/knowledge-drafts", Access.KNOWLEDGE, list_drafts),
    Route("POST", f"{_DRAFT}/acceptance", Access.KNOWLEDGE, accept_draft),
    Route("POST", f"{_DRAFT}/rejection", Access.KNOWLEDGE, reject_draft),
)
