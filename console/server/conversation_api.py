"""Reading: the queue, my conversations, one conversation with its card, its lines."""

from __future__ import annotations

from sanic import HTTPResponse, Request
from sanic.response import json

from console.server import audit
from console.server.access import Access, check_may_read, session_of
from console.server.bodies import read_conversation_id, read_number
from console.server.errors import NotAllowed
from console.server.purposes import Purpose, may_read, shown_line
from console.server.rights import RIGHTS
from console.server.routes import CHAT, Route
from console.server.services import services_of
from conversation.message import Line
from handoff import ledger, transcript
from handoff.card.takeover import takeover_card
from runtime.errors import BadRequest
from runtime.postgres import transaction

# One page of a transcript; the desk asks again after the last number it got.
PAGE_LINES = 500
# Who reads a chat without serving in it is written down.
_WATCHING = frozenset({Purpose.SUPERVISION, Purpose.QUALITY})


async def show_queue(request: Request) -> HTTPResponse:
    """`GET /api/queue`."""
    services, session = services_of(request), session_of(request)
    async with transaction(services.pool) as connection:
        waiting = [one for one in await services.inbox.queue(connection) if may_read(session, one)]
    now = services.clock.now()
    return json({"escalations": [summary.escalation_to_wire(now) for summary in waiting]}, ensure_ascii=False)


async def list_conversations(request: Request) -> HTTPResponse:
    """`GET /api/conversations?scope=mine|all`."""
    services, session = services_of(request), session_of(request)
    scope = request.args.get("scope", "mine")
    if scope not in {"mine", "all"}:
        raise BadRequest("console.field.type", "scope must be mine or all.", field="scope")
    if scope == "all" and not RIGHTS.allow(session.role, Access.READ_SERVED):
        raise NotAllowed(agent_id=session.agent.agent_id)
    async with transaction(services.pool) as connection:
        if scope == "all":
            summaries = [one for one in await services.inbox.all(connection) if may_read(session, one)]
        else:
            summaries = await services.inbox.mine(connection, session.agent.agent_id)
    now = services.clock.now()
    return json({"conversations": [summary.to_wire(now) for summary in summaries]}, ensure_ascii=False)


async def show_conversation(request: Request, conversation_id: str) -> HTTPResponse:
    """`GET /api/conversations/{id}`: the latest lines, the card and what happened."""
    services, session = services_of(request), session_of(request)
    conversation_id = read_conversation_id(conversation_id)
    async with transaction(services.pool) as connection:
        summary = await services.inbox.one(connection, conversation_id)
        purpose = check_may_read(session, summary)
        after = max(0, summary.last_seq - PAGE_LINES)
        lines = await transcript.read(connection, conversation_id, after=after, for_customer=False)
        card = await takeover_card(connection, conversation_id, services.phrases)
        entries = await ledger.timeline(connection, conversation_id)
        if purpose in _WATCHING:
            actor, now = session.agent.agent_id, services.clock.now()
            await audit.record(connection, actor, "conversation.read", conversation_id, at=now, purpose=purpose.value)
    await _mark_read(request, conversation_id, lines)
    proposed = [one.to_wire() for one in services.next_steps.of(card.situation)]
    return json(
        {
            "conversation": summary.to_wire(services.clock.now()),
            "card": {**card.to_wire(), "steps": proposed},
            "messages": [shown_line(line.to_wire(), purpose) for line in lines],
            "timeline": [entry.to_wire() for entry in entries],
        },
        ensure_ascii=False,
    )


async def list_messages(request: Request, conversation_id: str) -> HTTPResponse:
    """`GET /api/conversations/{id}/messages?after=n`."""
    services, session = services_of(request), session_of(request)
    conversation_id = read_conversation_id(conversation_id)
    after = read_number(request.args.get("after", "0"), "after")
    async with transaction(services.pool) as connection:
        purpose = check_may_read(session, await services.inbox.one(connection, conversation_id))
        lines = await transcript.read(connection, conversation_id, after=after, limit=PAGE_LINES, for_customer=False)
    await _mark_read(request, conversation_id, lines)
    return json({"messages": [shown_line(line.to_wire(), purpose) for line in lines]}, ensure_ascii=False)


async def _mark_read(request: Request, conversation_id: str, lines: list[Line]) -> None:
    """Marks what is shown as read, unless the page only fetches ahead (`peek=1`)."""
    if lines and request.args.get("peek") != "1":
        await services_of(request).desk.mark_read(conversation_id, session_of(request).agent, lines[-1].seq)


ROUTES = (
    Route("GET", "/api/queue", Access.DESK, show_queue),
    Route("GET", "/api/conversations", Access.READ, list_conversations),
    Route("GET", CHAT, Access.READ, show_conversation),
    Route("GET", f"{CHAT}/messages", Access.READ, list_messages),
)
