"""The calls of a supervisor at a chat (watch, whisper, join, reassign): each one call of `handoff` and an audit row."""

from __future__ import annotations

from types import MappingProxyType

from sanic import HTTPResponse, Request
from sanic.response import empty, json

from console.server.access import Access, session_of
from console.server.acting import note, read_nothing
from console.server.bodies import Text, read_body, read_conversation_id
from console.server.routes import CHAT, Route
from console.server.services import services_of
from conversation.message import TEXT_CHARACTERS
from handoff import transcript
from handoff.supervisors import attendances
from runtime.postgres import transaction

_ID = 40
_SAID = MappingProxyType({"client_id": Text(64), "text": Text()})
_TARGET = MappingProxyType({"to": Text(_ID), "note": Text(TEXT_CHARACTERS, least=0)})
_MANY = MappingProxyType({"to": Text(_ID, least=0), "note": Text(TEXT_CHARACTERS, least=0)})


async def show_attendance(request: Request, conversation_id: str) -> HTTPResponse:
    """`GET /api/conversations/{id}/attendance`: which supervisors look on or speak there."""
    key = read_conversation_id(conversation_id)
    async with transaction(services_of(request).pool) as connection:
        await transcript.ownership(connection, key)
        there = await attendances.present(connection, key)
    return json({"present": [one.to_wire() for one in there]}, ensure_ascii=False)


async def watch(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/watch`."""
    key = _bare(request, conversation_id)
    await services_of(request).supervision.watch(key, session_of(request).agent)
    return await _done(request, "conversation.watch", key)


async def unwatch(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/unwatch`."""
    key = _bare(request, conversation_id)
    await services_of(request).supervision.unwatch(key, session_of(request).agent)
    return await _done(request, "conversation.unwatch", key)


async def join(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/join`: the customer is told who speaks."""
    key = _bare(request, conversation_id)
    await services_of(request).supervision.join(key, session_of(request).agent)
    return await _done(request, "conversation.join", key)


async def leave(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/leave`."""
    key = _bare(request, conversation_id)
    await services_of(request).supervision.leave(key, session_of(request).agent)
    return await _done(request, "conversation.leave", key)


async def whisper(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/whisper`: a line that only the desk reads."""
    key, body = read_conversation_id(conversation_id), read_body(request, _SAID)
    services, agent = services_of(request), session_of(request).agent
    line = await services.supervision.whisper(key, agent, body["client_id"], body["text"])
    await _note(request, "conversation.whisper", key, seq=line.seq)
    return json({"message": line.to_wire()}, status=201, ensure_ascii=False)


async def say(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/join/messages`: what a supervisor who joined says to the customer."""
    key, body = read_conversation_id(conversation_id), read_body(request, _SAID)
    services, agent = services_of(request), session_of(request).agent
    line = await services.supervision.say(key, agent, body["client_id"], body["text"])
    await _note(request, "conversation.join.say", key, seq=line.seq)
    return json({"message": line.to_wire()}, status=201, ensure_ascii=False)


async def reassign(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/reassign`: to an agent, or to the queue of a skill."""
    key, body = read_conversation_id(conversation_id), read_body(request, _TARGET)
    services = services_of(request)
    await services.reassigning.reassign(key, session_of(request).agent, body["to"], body["note"])
    await _note(request, "conversation.reassign", key, to=body["to"])
    async with transaction(services.pool) as connection:
        summary = await services.inbox.one(connection, key)
    return json({"conversation": summary.to_wire(services.clock.now())}, ensure_ascii=False)


async def reassign_all(request: Request, agent_id: str) -> HTTPResponse:
    """`POST /api/agents/{id}/reassign`: everything an agent serves, when they leave."""
    body, services = read_body(request, _MANY), services_of(request)
    moved = await services.reassigning.reassign_all(agent_id, session_of(request).agent, body["to"], body["note"])
    await _note(request, "agent.reassign", agent_id[:_ID], to=body["to"], count=len(moved))
    return json({"moved": [one.to_wire() for one in moved]}, ensure_ascii=False)


def _bare(request: Request, conversation_id: str) -> str:
    read_nothing(request)
    return read_conversation_id(conversation_id)


async def _done(request: Request, action: str, conversation_id: str) -> HTTPResponse:
    await _note(request, action, conversation_id)
    return empty()


async def _note(request: Request, action: str, subject: str, **detail: object) -> None:
    async with transaction(services_of(request).pool) as connection:
        await note(request, connection, action, subject, **detail)


ROUTES = (
    Route("GET", f"{CHAT}/attendance", Access.SUPERVISOR, show_attendance),
    Route("POST", f"{CHAT}/watch", Access.SUPERVISOR, watch),
    Route("POST", f"{CHAT}/unwatch", Access.SUPERVISOR, unwatch),
    Route("POST", f"{CHAT}/whisper", Access.SUPERVISOR, whisper),
    Route("POST", f"{CHAT}/join", Access.SUPERVISOR, join),
    Route("POST", f"{CHAT}/leave", Access.SUPERVISOR, leave),
    Route("POST", f"{CHAT}/join/messages", Access.SUPERVISOR, say),
    Route("POST", f"{CHAT}/reassign", Access.SUPERVISOR, reassign),
    Route("POST", "/api/agents/<agent_id:str>/reassign", Access.SUPERVISOR, reassign_all),
)
