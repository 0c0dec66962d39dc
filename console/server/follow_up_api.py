"""The calls after low scores: who is to be called, who calls, and what came of it."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import empty, json

from console.server import audit
from console.server.access import Access, session_of
from console.server.bodies import Text, read_body, read_number
from console.server.routes import Route
from console.server.services import services_of
from conversation.message import TEXT_CHARACTERS
from handoff.card.takeover import display_name
from handoff.phrases import Phrases
from handoff.satisfaction import follow_ups
from handoff.satisfaction.follow_ups import Cause, Outcome, Result
from runtime.clock import SHANGHAI
from runtime.errors import BadRequest
from runtime.postgres import transaction
from runtime.privacy import mask_text

_MOST = 200
_RESULT = MappingProxyType({"outcome": Text(20), "cause": Text(20, least=0), "note": Text(TEXT_CHARACTERS, least=0)})


async def list_follow_ups(request: Request) -> HTTPResponse:
    """`GET /api/follow-ups?state=open|ended`."""
    state, services = request.args.get("state", "open"), services_of(request)
    if state not in {"open", "ended"}:
        raise BadRequest("console.field.type", "state must be open or ended.", field="state")
    async with transaction(services.pool) as connection:
        rows = await follow_ups.listed(connection, is_open=state == "open", most=_MOST)
    now = services.clock.now()
    return json({"follow_ups": [_wire(row, services.phrases, now) for row in rows]}, ensure_ascii=False)


async def claim(request: Request, follow_up_id: str) -> HTTPResponse:
    """`POST /api/follow-ups/{id}/claim`: I call."""
    services, actor = services_of(request), session_of(request).agent.agent_id
    number = read_number(follow_up_id, "follow-up id")
    async with transaction(services.pool) as connection:
        now = services.clock.now()
        await follow_ups.claim(connection, number, actor, at=now)
        await audit.record(connection, actor, "follow_up.claim", follow_up_id, at=now)
    return empty()


async def finish(request: Request, follow_up_id: str) -> HTTPResponse:
    """`POST /api/follow-ups/{id}/result`: how the call went; who was not reached is tried again."""
    services, actor = services_of(request), session_of(request).agent.agent_id
    number, result = read_number(follow_up_id, "follow-up id"), _result(read_body(request, _RESULT))
    async with transaction(services.pool) as connection:
        now = services.clock.now()
        ended = await follow_ups.finish(connection, number, actor, result, at=now)
        await audit.record(connection, actor, "follow_up.result", follow_up_id, at=now, outcome=result.outcome.value)
    return json({"ended": ended})


def _result(body: dict[str, str]) -> Result:
    try:
        outcome, cause = Outcome(body["outcome"]), Cause(body["cause"]) if body["cause"] else None
    except ValueError as error:
        raise BadRequest("console.field.type", "outcome or cause is none of the known ones.") from error
    if outcome is Outcome.REACHED and cause is None:
        raise BadRequest("console.fields.missing", "A customer who was reached has said why: cause.", missing=["cause"])
    return Result(outcome, cause, body["note"])


def _wire(row: Any, phrases: Phrases, now: datetime) -> dict[str, Any]:
    return {
        "id": row["follow_up_id"],
        "conversation_id": row["conversation_id"],
        "display_name": display_name(row["profile"], row["conversation_id"], phrases),
        "channel": row["channel"],
        "skill": row["skill"],
        "stars": row["stars"],
        "comment": mask_text(row["comment"]),
        "rated_at": _moment(row["rated_at"]),
        "opened_at": _moment(row["opened_at"]),
        "due_at": _moment(row["due_at"]),
        "late": row["state"] == "open" and row["due_at"] < now,
        "next_try_at": _moment(row["next_try_at"]),
        "tries": row["tries"],
        "state": row["state"],
        "served_by": _person(row["served_by"], row["served_name"]),
        "claimed_by": _person(row["claimed_by"], row["claimed_name"]),
        "cause": row["cause"],
        "note": mask_text(row["note"]),
        "ended_at": _moment(row["ended_at"]),
    }


def _person(agent_id: str | None, name: str | None) -> dict[str, str | None] | None:
    return {"id": agent_id, "name": name} if agent_id else None


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None


ROUTES = (
    Route("GET", "/api/follow-ups", Access.SUPERVISOR, list_follow_ups),
    Route("POST", "/api/follow-ups/<follow_up_id:str>/claim", Access.SUPERVISOR, claim),
    Route("POST", "/api/follow-ups/<follow_up_id:str>/result", Access.SUPERVISOR, finish),
)
