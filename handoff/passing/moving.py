"""A request for a person moves with its customer to another conversation, inside the caller's transaction.

The request keeps its age, its priority and its agent; both conversations change their owner, each in its own epoch.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from conversation.events import Owner
from handoff import ledger
from handoff.acts import Change
from handoff.ownership import change_owner
from runtime.postgres import Connection

_REHOUSE = "update escalations set conversation_id = $2 where escalation_id = $1"


async def move_request(
    connection: Connection, source: str, target: str, *, at: datetime, actor: str = "customer"
) -> tuple[Change, Change] | None:
    """Moves the open request of `source` to `target`; returns what changed there and here, None where nothing moves.

    The caller holds the locks of both conversations. Where `target` has a request of its own nothing moves: the person
    who looks after `source` stays there.
    """
    standing = await ledger.open_in(connection, source)
    if standing is None or await ledger.open_in(connection, target):
        return None
    left = await change_owner(connection, source, Owner.BOT, None, at=at)
    await connection.execute(_REHOUSE, standing.escalation_id, target)
    agent_id = standing.agent.agent_id if standing.agent else None
    came = await change_owner(connection, target, Owner.AGENT if agent_id else Owner.QUEUE, agent_id, at=at)
    moved = replace(standing, conversation_id=target)
    for request, owned, other in ((standing, left, target), (moved, came, source)):
        where = {"owner": owned.owner.value, "epoch": owned.epoch, "other": other}
        await ledger.record(connection, request, "escalation.moved", actor, at=at, **where)
    return Change(source, left, standing), Change(target, came, moved)
