"""Looking back: what this person said at other doors, and words looked for in a chat; for whoever may read the chat."""

from __future__ import annotations

import base64
from datetime import datetime

from sanic import HTTPResponse, Request
from sanic.response import json

from console.server import audit
from console.server.access import Access, check_may_read, session_of
from console.server.bodies import Text, read_conversation_id
from console.server.purposes import Purpose, shown_line
from console.server.routes import CHAT, Route
from console.server.services import services_of
from conversation.message import Line
from handoff import transcript
from handoff.customer import history
from handoff.transcript import Place
from runtime.errors import BadRequest
from runtime.postgres import transaction

PAGE_LINES = 60
_MOST_HITS = 100
_WORDS = Text(80)


async def show_history(request: Request, conversation_id: str) -> HTTPResponse:
    """`GET /api/conversations/{id}/history?before=`: the lines of this person's conversations at other doors."""
    services, session = services_of(request), session_of(request)
    conversation_id = read_conversation_id(conversation_id)
    before = _read_place(request.args.get("before"))
    async with transaction(services.pool) as connection:
        purpose = check_may_read(session, await services.inbox.one(connection, conversation_id))
        lines = await history.read(connection, conversation_id, before, limit=PAGE_LINES)
        if lines and before is None:
            at = services.clock.now()
            await audit.record(connection, session.agent.agent_id, "history.read", conversation_id, at=at)
    more = len(lines) == PAGE_LINES
    told = [_past_line(line, purpose) for line in lines]
    return json({"lines": told, "before": _place(lines[0]) if more else None}, ensure_ascii=False)


async def search_lines(request: Request, conversation_id: str) -> HTTPResponse:
    """`GET /api/conversations/{id}/search?words=`: the lines of a chat that hold these words."""
    services, session = services_of(request), session_of(request)
    conversation_id = read_conversation_id(conversation_id)
    words = _WORDS.check("words", request.args.get("words", ""))
    async with transaction(services.pool) as connection:
        purpose = check_may_read(session, await services.inbox.one(connection, conversation_id))
        lines = await transcript.search(connection, conversation_id, words, limit=_MOST_HITS)
    return json({"messages": [shown_line(line.to_wire(), purpose) for line in lines]}, ensure_ascii=False)


def _past_line(line: Line, purpose: Purpose) -> dict[str, object]:
    channel = line.conversation_id.partition(":")[0]
    message = shown_line(line.to_wire(), purpose)
    return {"conversation_id": line.conversation_id, "channel": channel, "message": message}


def _place(line: Line) -> str:
    told = f"{line.at.isoformat()}|{line.seq}|{line.conversation_id}"
    return base64.urlsafe_b64encode(told.encode()).decode()


def _read_place(told: str | None) -> Place | None:
    """Reads what `before` of an earlier page said. Raises BadRequest."""
    if not told:
        return None
    try:
        at, seq, conversation_id = base64.urlsafe_b64decode(told.encode()).decode().split("|", 2)
        return Place(datetime.fromisoformat(at), conversation_id, int(seq))
    except ValueError as error:
        raise BadRequest("console.field.type", "before must be what a page told.", field="before") from error


ROUTES = (
    Route("GET", f"{CHAT}/history", Access.DESK, show_history),
    Route("GET", f"{CHAT}/search", Access.DESK, search_lines),
)
