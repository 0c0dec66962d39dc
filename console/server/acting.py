"""What every acting call has in common: an empty body, an audit row, and the conversation as it stands afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sanic import HTTPResponse, Request
from sanic.response import json

from console.server import audit
from console.server.access import session_of
from console.server.bodies import Field, read_body
from console.server.services import services_of
from handoff.acts import Change
from runtime.postgres import Connection, transaction

_NOTHING: Mapping[str, Field] = MappingProxyType({})


def read_nothing(request: Request) -> None:
    """Reads the body of a call that takes none. Raises BadRequest."""
    if request.body:
        read_body(request, _NOTHING)


async def changed(request: Request, action: str, change: Change) -> HTTPResponse:
    """Writes the audit row of a transition and answers the conversation as it stands."""
    services, agent_id = services_of(request), session_of(request).agent.agent_id
    async with transaction(services.pool) as connection:
        now = services.clock.now()
        await audit_change(connection, now, agent_id, action, change)
        summary = await services.inbox.one(connection, change.conversation_id)
    return json({"conversation": summary.to_wire(now)}, ensure_ascii=False)


async def note(request: Request, connection: Connection, action: str, subject: str, **detail: object) -> None:
    """Writes what the agent of this request did, to what, and when."""
    actor, at = session_of(request).agent.agent_id, services_of(request).clock.now()
    await audit.record(connection, actor, action, subject, at=at, **detail)


async def audit_change(connection: Connection, at: datetime, agent_id: str, action: str, change: Change) -> None:
    """Writes who made which transition, on which request."""
    escalation_id = change.escalation.escalation_id
    await audit.record(connection, agent_id, action, change.conversation_id, at=at, escalation_id=escalation_id)
