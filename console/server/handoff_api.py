"""Acting on a conversation: each call here is one call of `handoff.desk`, and an audit row."""

from __future__ import annotations

from sanic import HTTPResponse, Request
from sanic.response import empty, json

from console.server.access import Access, check_may_read, check_may_take, session_of
from console.server.acting import audit_change, changed, read_nothing
from console.server.bodies import Flag, Number, Text, read_body, read_conversation_id, read_number
from console.server.facts import FactsField
from console.server.routes import CHAT, Route
from console.server.services import services_of
from conversation.facts import NO_FACTS
from conversation.message import TEXT_CHARACTERS
from handoff import ledger
from handoff.desk_help import variables
from runtime.errors import BadRequest
from runtime.postgres import transaction

_TARGET = 40
_SAID = {"client_id": Text(64), "text": Text()}


async def accept(request: Request, escalation_id: str) -> HTTPResponse:
    """`POST /api/escalations/{id}/accept`."""
    read_nothing(request)
    number = read_number(escalation_id, "escalation id")
    services = services_of(request)
    async with transaction(services.pool) as connection:
        escalation = await ledger.get(connection, number)
    await _check_may_take(request, escalation.conversation_id)
    change = await services_of(request).desk.accept(number, session_of(request).agent)
    return await changed(request, "escalation.accept", change)


async def take_over(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/takeover`: a supervisor may take any chat, an agent one that no agent has."""
    read_nothing(request)
    session, conversation_id = session_of(request), read_conversation_id(conversation_id)
    await _check_may_take(request, conversation_id)
    change = await services_of(request).desk.take_over(conversation_id, session.agent, displace=session.supervises)
    return await changed(request, "conversation.takeover", change)


async def return_to_bot(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/return`."""
    body = read_body(request, {"note": Text(TEXT_CHARACTERS, least=0)}, may={"facts": FactsField()})
    change = await services_of(request).desk.return_to_bot(
        read_conversation_id(conversation_id), session_of(request).agent, body["note"], body.get("facts", NO_FACTS)
    )
    return await changed(request, "conversation.return", change)


async def close(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/close`."""
    body = read_body(request, {"summary": Text(TEXT_CHARACTERS, least=0)}, may={"facts": FactsField()})
    change = await services_of(request).desk.close(
        read_conversation_id(conversation_id), session_of(request).agent, body["summary"], body.get("facts", NO_FACTS)
    )
    return await changed(request, "conversation.close", change)


async def transfer(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/transfer`: asks a colleague or a skill; it stays mine until somebody says yes."""
    body = read_body(request, {"to": Text(_TARGET), "note": Text(TEXT_CHARACTERS, least=0)})
    change = await services_of(request).desk.transfer(
        read_conversation_id(conversation_id), session_of(request).agent, body["to"], body["note"]
    )
    return await changed(request, "conversation.transfer", change)


async def say(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/messages`: what a person writes takes the chat over when no agent has it."""
    services, session, body = services_of(request), session_of(request), read_body(request, _SAID)
    if missing := variables.unfilled(body["text"]):
        raise BadRequest("console.text.unfilled", f"Fill {', '.join(missing)} first.", missing=list(missing))
    conversation_id = read_conversation_id(conversation_id)
    await _check_may_take(request, conversation_id)
    said = await services.desk.say(conversation_id, session.agent, body["client_id"], body["text"])
    if said.taken:
        async with transaction(services.pool) as connection:
            now = services.clock.now()
            await audit_change(connection, now, session.agent.agent_id, "conversation.takeover", said.taken)
    return json({"message": said.line.to_wire()}, status=201, ensure_ascii=False)


async def retry(request: Request, conversation_id: str, seq: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/messages/{seq}/retry`: sends a failed line of mine once more."""
    read_nothing(request)
    line = await services_of(request).desk.retry(
        read_conversation_id(conversation_id), session_of(request).agent, read_number(seq, "seq")
    )
    return json({"message": line.to_wire()}, ensure_ascii=False)


async def add_note(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/notes`, for whoever may read the chat."""
    services, session = services_of(request), session_of(request)
    body, conversation_id = read_body(request, _SAID), read_conversation_id(conversation_id)
    async with transaction(services.pool) as connection:
        check_may_read(session, await services.inbox.one(connection, conversation_id))
    line = await services.desk.note(conversation_id, session.agent, body["client_id"], body["text"])
    return json({"message": line.to_wire()}, status=201, ensure_ascii=False)


async def type_(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/typing`."""
    on = read_body(request, {"on": Flag()})["on"]
    await services_of(request).desk.typing(read_conversation_id(conversation_id), session_of(request).agent, on=on)
    return empty()


async def mark_read(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/read`: how far the agent has seen it on the page; only the owner's counts."""
    seq = read_body(request, {"seq": Number()})["seq"]
    await services_of(request).desk.mark_read(read_conversation_id(conversation_id), session_of(request).agent, seq)
    return empty()


async def _check_may_take(request: Request, conversation_id: str) -> None:
    services = services_of(request)
    async with transaction(services.pool) as connection:
        check_may_take(session_of(request), await services.inbox.one(connection, conversation_id))


ROUTES = (
    Route("POST", "/api/escalations/<escalation_id:str>/accept", Access.DESK, accept),
    Route("POST", f"{CHAT}/takeover", Access.DESK, take_over),
    Route("POST", f"{CHAT}/messages", Access.DESK, say),
    Route("POST", f"{CHAT}/messages/<seq:str>/retry", Access.DESK, retry),
    Route("POST", f"{CHAT}/notes", Access.DESK, add_note),
    Route("POST", f"{CHAT}/return", Access.DESK, return_to_bot),
    Route("POST", f"{CHAT}/close", Access.DESK, close),
    Route("POST", f"{CHAT}/transfer", Access.DESK, transfer),
    Route("POST", f"{CHAT}/typing", Access.DESK, type_),
    Route("POST", f"{CHAT}/read", Access.DESK, mark_read),
)
