"""The people of the desk as routing sees them, for supervisors: who is there, what they can do, how much they take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import json

from console.server import audit
from console.server.access import Access, session_of
from console.server.bodies import Field, Number, Words, read_body
from console.server.errors import UnknownAgent
from console.server.routes import Route
from console.server.services import services_of
from conversation.events import DESK_TOPIC
from handoff.routing.candidates import read_candidates
from handoff.routing.decision import Candidate
from handoff.routing.rules import Rules
from runtime.errors import BadRequest
from runtime.postgres import Connection, transaction

MOST_CHATS = 50
_FIELDS: Mapping[str, Field] = {
    "skills": Words(),
    "regions": Words(),
    "classes": Words(),
    "languages": Words(),
    "max_chats": Number(),
}
_UPDATE = """
    update agents set skills = $2, regions = $3, classes = $4, languages = $5, max_chats = $6
    where agent_id = $1 and active
"""


async def list_agents(request: Request) -> HTTPResponse:
    """`GET /api/agents`."""
    services = services_of(request)
    async with transaction(services.pool) as connection:
        agents = await read_candidates(connection, None, services.desk.rules, at=services.clock.now())
    return json({"agents": [_to_wire(one) for one in agents]}, ensure_ascii=False)


async def change_agent(request: Request, agent_id: str) -> HTTPResponse:
    """`POST /api/agents/{id}`: what an agent can do and how much they take; each change stands in the audit."""
    services, body = services_of(request), read_body(request, _FIELDS)
    if body["max_chats"] > MOST_CHATS:
        raise BadRequest("console.field.type", f"max_chats may be at most {MOST_CHATS}.", field="max_chats")
    async with transaction(services.pool) as connection:
        now = services.clock.now()
        before = await _find(connection, agent_id, services.desk.rules, now)
        await connection.execute(
            _UPDATE, agent_id, body["skills"], body["regions"], body["classes"], body["languages"], body["max_chats"]
        )
        after = await _find(connection, agent_id, services.desk.rules, now)
        changes = {name: {"from": before[name], "to": after[name]} for name in _FIELDS if before[name] != after[name]}
        actor = session_of(request).agent.agent_id
        await audit.record(connection, actor, "agent.change", agent_id, at=now, **changes)
    await services.bus.publish(DESK_TOPIC, {"kind": "presence", "agent_id": agent_id})
    return json({"agent": after}, ensure_ascii=False)


async def _find(connection: Connection, agent_id: str, rules: Rules, now: datetime) -> dict[str, Any]:
    for one in await read_candidates(connection, None, rules, at=now):
        if one.agent.agent_id == agent_id:
            return _to_wire(one)
    raise UnknownAgent(agent_id=agent_id)


def _to_wire(one: Candidate) -> dict[str, Any]:
    return {
        **one.agent.to_wire(),
        "role": "supervisor" if one.supervises else "agent",
        "status": one.status.value,
        "load": round(one.load, 2),
        "max_chats": one.max_chats,
        "skills": list(one.skills),
        "regions": list(one.regions),
        "classes": list(one.classes),
        "languages": list(one.languages),
    }


ROUTES = (
    Route("GET", "/api/agents", Access.SUPERVISOR, list_agents),
    Route("POST", "/api/agents/<agent_id:str>", Access.SUPERVISOR, change_agent),
)
