"""Who is to be called, with which lines; and how many messages a platform still lets us write."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import empty, json

from connectors.shared.quota import Purpose
from connectors.wechat.budget import TERMS
from console.server import audit
from console.server.access import Access, check_may_read, session_of
from console.server.bodies import Text, read_body, read_conversation_id, read_number
from console.server.routes import CHAT, Route
from console.server.services import Services, services_of
from conversation.identity import ChannelName
from handoff import live
from handoff.card.takeover import display_name
from handoff.delivery import call_list
from handoff.delivery.call_list import Call
from handoff.delivery.spending import SpendingRecord
from handoff.errors import NotWaiting
from runtime.clock import SHANGHAI
from runtime.postgres import Connection, transaction
from runtime.privacy import mask_text

_AREA = "calls"
_LINES = """
    select seq, role, body ->> 'text' as text, created_at from messages
    where conversation_id = $1 and seq = any($2) order by seq
"""
_WHO = "select channel, profile from conversations where conversation_id = $1"


async def list_calls(request: Request) -> HTTPResponse:
    """`GET /api/calls`: the oldest first, each with its lines."""
    services = services_of(request)
    async with transaction(services.pool) as connection:
        waiting = [await _wire(services, connection, call) for call in await call_list.waiting(connection)]
    return json({"calls": waiting}, ensure_ascii=False)


async def finish(request: Request, call_id: str) -> HTTPResponse:
    """`POST /api/calls/{id}/done {"note"}`: the customer was told by telephone."""
    services, agent_id = services_of(request), session_of(request).agent.agent_id
    note = read_body(request, {"note": Text(500)})["note"]
    number, at = read_number(call_id, "call id"), services.clock.now()
    async with transaction(services.pool) as connection:
        if not await call_list.finish(connection, number, agent_id, at=at, note=note):
            raise NotWaiting("This call is done already, or is not needed any more.", state="done")
        await audit.record(connection, agent_id, "call.done", f"call:{number}", at=at)
    await live.announce_area(services.bus, _AREA)
    return empty()


async def show_quota(request: Request, conversation_id: str) -> HTTPResponse:
    """`GET /api/conversations/{id}/quota`: null where a door counts nothing."""
    services, conversation_id = services_of(request), read_conversation_id(conversation_id)
    async with transaction(services.pool) as connection:
        summary = await services.inbox.one(connection, conversation_id)
        check_may_read(session_of(request), summary)
    if summary.channel != ChannelName.WECHAT.value:
        return json({"quota": None})
    balance = await services.quota.balance(conversation_id)
    spending = await SpendingRecord(services.pool).spending(conversation_id)
    ends = spending.last_said + TERMS.lasting.window if spending.last_said else None
    return json({"quota": _quota(balance.left(Purpose.AGENT), ends, balance.reachable, services.clock.now())})


def _quota(left: int, ends: datetime | None, reachable: bool, now: datetime) -> dict[str, Any]:  # noqa: FBT001
    is_open = ends is not None and ends > now
    return {
        "left": left,
        "most": TERMS.lasting.messages,
        "reachable": reachable,
        "window_open": is_open,
        "window_ends_at": ends.astimezone(SHANGHAI).isoformat(timespec="seconds") if ends else None,
    }


async def _wire(services: Services, connection: Connection, call: Call) -> dict[str, Any]:
    who = await connection.fetchrow(_WHO, call.conversation_id)
    lines = await connection.fetch(_LINES, call.conversation_id, list(call.seqs))
    return {
        "id": call.call_id,
        "conversation_id": call.conversation_id,
        "channel": who["channel"],
        "display_name": display_name(who["profile"], call.conversation_id, services.phrases),
        "reason": call.reason,
        "created_at": call.created_at.isoformat(timespec="seconds"),
        "lines": [
            {
                "seq": row["seq"],
                "role": row["role"],
                "text": mask_text(row["text"] or ""),
                "at": row["created_at"].astimezone(SHANGHAI).isoformat(timespec="seconds"),
            }
            for row in lines
        ],
    }


ROUTES = (
    Route("GET", "/api/calls", Access.DESK, list_calls),
    Route("POST", "/api/calls/<call_id:str>/done", Access.DESK, finish),
    Route("GET", f"{CHAT}/quota", Access.DESK, show_quota),
)
