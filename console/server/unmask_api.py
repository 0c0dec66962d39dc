"""Showing what is masked, for a reason, and the alarms about people who look too often."""

from __future__ import annotations

from datetime import timedelta

from sanic import HTTPResponse, Request
from sanic.response import empty, json

from console.server import audit, unmask
from console.server.access import Access, check_may_read, session_of
from console.server.bodies import Text, read_body, read_conversation_id, read_number
from console.server.routes import CHAT, Route
from console.server.services import services_of
from handoff.errors import UnknownEscalation
from runtime.clock import SHANGHAI
from runtime.postgres import transaction

_WISH = {"field": Text(80), "reason": Text(40), "words": Text(200, least=0)}
_OPEN_ALARMS = """
    select l.alarm_id, l.kind, l.agent_id, a.name, l.detail, l.at from desk_alarms l
    join agents a on a.agent_id = l.agent_id where l.seen_at is null order by l.at desc limit 100
"""
_SEE = "update desk_alarms set seen_by = $2, seen_at = $3 where alarm_id = $1 and seen_at is null returning alarm_id"


async def show_masked(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/unmask`: the value of one field, until when it may stand on the screen."""
    services, session = services_of(request), session_of(request)
    wish = unmask.Wish(session.agent.agent_id, read_conversation_id(conversation_id), **read_body(request, _WISH))
    settings = services.login.settings
    async with transaction(services.pool) as connection:
        check_may_read(session, await services.inbox.one(connection, wish.conversation_id))
        shown = await unmask.show(
            connection,
            wish,
            at=services.clock.now(),
            shown_for=timedelta(minutes=settings.unmask_minutes),
            alarm_at=settings.unmask_alarm,
        )
    if shown.alarmed:
        await unmask.tell_alarm(services.bus, wish.agent_id)
    until = shown.until.astimezone(SHANGHAI).isoformat(timespec="seconds")
    seconds = settings.unmask_minutes * 60
    return json({"value": shown.value, "until": until, "seconds": seconds, "count": shown.count}, ensure_ascii=False)


async def list_reasons(request: Request) -> HTTPResponse:
    """`GET /api/unmask/reasons`."""
    return json({"reasons": [{"code": code, "words": words} for code, words in unmask.REASONS.items()]})


async def list_alarms(request: Request) -> HTTPResponse:
    """`GET /api/alarms`: who looked unusually often, until somebody has seen it."""
    services = services_of(request)
    async with transaction(services.pool) as connection:
        rows = await connection.fetch(_OPEN_ALARMS)
    alarms = [
        {
            "id": row["alarm_id"],
            "kind": row["kind"],
            "agent": {"id": row["agent_id"], "name": row["name"]},
            "detail": row["detail"],
            "at": row["at"].astimezone(SHANGHAI).isoformat(timespec="seconds"),
        }
        for row in rows
    ]
    return json({"alarms": alarms}, ensure_ascii=False)


async def see_alarm(request: Request, alarm_id: str) -> HTTPResponse:
    """`POST /api/alarms/{id}/seen`."""
    services, number = services_of(request), read_number(alarm_id, "alarm id")
    async with transaction(services.pool) as connection:
        now, actor = services.clock.now(), session_of(request).agent.agent_id
        if await connection.fetchval(_SEE, number, actor, now) is None:
            raise UnknownEscalation("There is no such open alarm.")
        await audit.record(connection, actor, "alarm.seen", str(number), at=now)
    return empty()


ROUTES = (
    Route("POST", f"{CHAT}/unmask", Access.UNMASK, show_masked),
    Route("GET", "/api/unmask/reasons", Access.UNMASK, list_reasons),
    Route("GET", "/api/alarms", Access.ALARMS, list_alarms),
    Route("POST", "/api/alarms/<alarm_id:str>/seen", Access.ALARMS, see_alarm),
)
