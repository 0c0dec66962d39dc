"""A line of an agent that no channel took is sent once more: it waits for its delivery again, and for no call."""

from __future__ import annotations

from datetime import datetime

from conversation.identity import AgentIdentity
from conversation.message import Line
from handoff import transcript
from handoff.delivery import call_list
from handoff.errors import NotFailed, NotOwner
from runtime.postgres import Connection

_AGAIN = """
    update messages set delivery = 'pending', delivery_attempts = 0, next_try_at = null, owed = false,
        failed_ways = '{}'
    where conversation_id = $1 and seq = $2 and role = 'agent' and delivery = 'failed' returning seq
"""


async def retry(connection: Connection, conversation_id: str, agent: AgentIdentity, seq: int, *, at: datetime) -> Line:
    """Puts a failed line of an agent in the outbox again.

    Raises:
        UnknownConversation: there is no such conversation.
        NotOwner: another voice owns it.
        NotFailed: the line did not fail, or is no agent's.
    """
    owned = await transcript.lock(connection, conversation_id)
    if owned.agent is None or owned.agent.agent_id != agent.agent_id:
        raise NotOwner(owned.agent, conversation_id=conversation_id)
    if await connection.fetchval(_AGAIN, conversation_id, seq) is None:
        raise NotFailed("Only a failed line of an agent is sent again.", conversation_id=conversation_id, seq=seq)
    await call_list.withdraw(connection, conversation_id, [seq], at=at)
    return (await transcript.read(connection, conversation_id, after=seq - 1, limit=1, for_customer=False))[0]
