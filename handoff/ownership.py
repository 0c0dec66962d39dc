"""Who owns a conversation: the one place that changes it; why it may change is decided in `handoff.escalations`."""

from __future__ import annotations

from datetime import datetime

from conversation.events import Owner, Ownership
from conversation.identity import AgentIdentity
from handoff import transcript
from handoff.errors import UnknownConversation
from runtime.postgres import Connection

_CHANGE = """
    update conversations set owner = $2, agent_id = $3, epoch = epoch + 1, updated_at = $4
    where conversation_id = $1
    returning epoch, (select name from agents a where a.agent_id = $3) as agent_name
"""


async def change_owner(
    connection: Connection, conversation_id: str, owner: Owner, agent_id: str | None, *, at: datetime
) -> Ownership:
    """Gives the conversation to `owner` in the next epoch; an agent's taking suppresses the bot's undelivered lines.

    The caller holds the conversation's lock.

    Raises:
        UnknownConversation: there is no such conversation.
    """
    row = await connection.fetchrow(_CHANGE, conversation_id, owner.value, agent_id, at)
    if row is None:
        raise UnknownConversation(conversation_id=conversation_id)
    if owner is Owner.AGENT:
        await transcript.suppress_pending(connection, conversation_id)
    agent = AgentIdentity(agent_id, row["agent_name"]) if agent_id else None
    return Ownership(owner, row["epoch"], agent)
