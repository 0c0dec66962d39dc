"""A floor for the tests of routing: a router beside a desk, and what stands on the agents' desks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handoff.desk import Desk
from handoff.routing.router import Router
from handoff.routing.rules import standard_rules
from runtime.postgres import Pool


def a_router(desk: Desk, **figures: Any) -> Router:
    """A router on the stores of a desk, with some figures of its own."""
    rules = replace(standard_rules(), **figures)
    return Router(desk.pool, desk.bus, desk.clock, desk.escalations, rules)


async def offered_to(pool: Pool, conversation_id: str) -> str | None:
    """To whom the open request of a conversation is offered."""
    found = await pool.fetchval(
        "select offered_to from escalations where conversation_id = $1 and ended_at is null", conversation_id
    )
    return str(found) if found else None


async def last_detail(pool: Pool, conversation_id: str, name: str) -> dict[str, Any]:
    """The detail of the last row of that name in the timeline."""
    found: dict[str, Any] = await pool.fetchval(
        "select detail from escalation_events where conversation_id = $1 and name = $2 order by event_id desc limit 1",
        conversation_id,
        name,
    )
    return found
