"""The lost agent: whoever has left the desk while serving loses the conversation to the queue, after a grace.

The customer goes to the front and is told; nobody waits for an agent who is not there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from conversation.events import EscalationState
from handoff import ledger, transcript
from handoff.acts import Act, Change
from handoff.routing.presence import Presence, Status
from handoff.steps import Steps
from runtime.postgres import Connection

# Who has never been seen at a desk serves from elsewhere (an adapter): their silence is the silences' business.
_SERVED = """
    select e.escalation_id, e.conversation_id, p.status, p.since, p.seen_at, a.active
    from escalations e join agents a on a.agent_id = e.agent_id
    left join presences p on p.agent_id = e.agent_id
    where e.state = 'serving' and (p.agent_id is not null or not a.active)
"""


async def lost(connection: Connection, *, at: datetime, seen_s: float, grace_s: float) -> list[tuple[int, str]]:
    """Lists the requests whose agent has been gone for longer than the grace, each with its conversation."""
    rows = await connection.fetch(_SERVED)
    return [(row["escalation_id"], row["conversation_id"]) for row in rows if _is_gone(row, at, seen_s, grace_s)]


async def reclaim(
    steps: Steps,
    connection: Connection,
    escalation_id: int,
    *,
    at: datetime,
    seen_s: float,
    grace_s: float,
    urgency: int,
) -> Change | None:
    """Takes a conversation from an agent who is gone; None: they are back, or somebody else has it.

    The agent is asked again first when they come back (`previous_agent_id`).
    """
    conversation_id = (await ledger.get(connection, escalation_id)).conversation_id
    await transcript.lock(connection, conversation_id)
    escalation = await ledger.get(connection, escalation_id)
    row = await connection.fetchrow(_SERVED + " and e.escalation_id = $1", escalation_id)
    if escalation.state is not EscalationState.SERVING or row is None or not _is_gone(row, at, seen_s, grace_s):
        return None
    act = Act(connection, at, "system")
    return await steps.wait_again(act, escalation, "escalation.reclaimed", "utter_human_left", urgency=urgency)


def _is_gone(row: Any, at: datetime, seen_s: float, grace_s: float) -> bool:
    presence = Presence.of_row(row)
    if presence is None:
        return not row["active"]
    left = presence.seen_at + timedelta(seconds=seen_s)
    if presence.status is Status.OFFLINE:
        left = min(left, presence.since)
    return left + timedelta(seconds=grace_s) <= at or not row["active"]
