"""Whether a line nobody waits for may be sent: a platform that counts lines has few, and people need them first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from conversation.message import EVENT_KEY
from handoff.waiting.rules import Quota
from runtime.postgres import Connection

# What is still on its way will cost as well.
_SPENT = """
    with said as (
        select max(created_at) as at from messages
        where conversation_id = $1 and role = 'customer' and not starts_with(coalesce(channel_message_id, ''), $2)
    )
    select said.at, c.channel, c.unfollowed_at is null as reachable,
        (select coalesce(sum(m.cost), 0) from messages m
         where m.conversation_id = $1 and m.cost > 0 and m.sent_at >= said.at) as spent,
        (select count(*) from messages m where m.conversation_id = $1 and m.delivery = 'pending') as leaving
    from conversations c, said where c.conversation_id = $1
"""


async def may_spend(connection: Connection, conversation_id: str, quotas: Mapping[str, Quota], at: datetime) -> bool:
    """Whether a reminder may be sent: always where lines are free, else while enough stay for people's own words."""
    row = await connection.fetchrow(_SPENT, conversation_id, EVENT_KEY)
    if row is None:
        return False
    quota = quotas.get(row["channel"])
    if quota is None:
        return True
    if row["at"] is None or not row["reachable"] or at - row["at"] >= quota.window:
        return False
    return bool(quota.lines - row["spent"] - row["leaving"] > quota.keep)
