"""What each delivery cost, as PostgreSQL remembers it: a quota that Redis has lost is rebuilt from here."""

from __future__ import annotations

from conversation.message import EVENT_KEY
from conversation.spending import Spending
from runtime.postgres import Pool, transaction

_SPENDING = """
    with said as (
        select max(created_at) as at from messages
        where conversation_id = $1 and role = 'customer' and not starts_with(coalesce(channel_message_id, ''), $2)
    )
    select said.at, c.unfollowed_at is null as reachable,
        (select coalesce(sum(m.cost), 0) from messages m
         where m.conversation_id = $1 and m.cost > 0 and m.sent_at >= said.at) as spent
    from conversations c, said where c.conversation_id = $1
"""


class SpendingRecord:
    """Reads what was spent (the doors' `SpendingBook`); the desk builds its ledger with it, too."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def spending(self, conversation_id: str) -> Spending:
        """Tells what was sent since the customer last wrote. Raises StoreUnavailable."""
        async with transaction(self._pool) as connection:
            row = await connection.fetchrow(_SPENDING, conversation_id, EVENT_KEY)
        return Spending(row["at"], row["spent"], row["reachable"]) if row else Spending(None, 0)
