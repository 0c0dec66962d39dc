"""The contact book of every worker (`connectors.shared.ports.ContactBook`), in PostgreSQL."""

from __future__ import annotations

from typing import Any

from connectors.shared.ports import Contact, Opening
from runtime.clock import Clock
from runtime.postgres import Pool, transaction

_MEET = """
    insert into contacts (conversation_id, address) values ($1, $2)
    on conflict (conversation_id) do update set address = excluded.address
    returning left_ms
"""

_OPEN = """
    insert into contact_windows (conversation_id, opened_by, opened_at, sent_ms) values ($1, $2, $3, $4)
    on conflict (conversation_id, opened_by) do update
        set opened_at = excluded.opened_at, sent_ms = excluded.sent_ms, used = false
        where excluded.sent_ms > contact_windows.sent_ms
"""

_FIND = """
    select c.address, c.left_ms, w.opened_by, w.opened_at
    from contacts c left join contact_windows w on w.conversation_id = c.conversation_id and not w.used
    where c.conversation_id = $1
"""

_NOTICE = """
    insert into platform_notices (channel, notice_id, method, fields, received_at) values ($1, $2, $3, $4, $5)
    on conflict do nothing returning 1
"""


class ContactShelf:
    """Keeps the contact book."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def opened(self, conversation_id: str, address: str, opening: Opening, sent_ms: int) -> None:
        """See base class."""
        async with transaction(self._pool) as connection:
            left_ms = await connection.fetchval(_MEET, conversation_id, address)
            if left_ms is not None and left_ms >= sent_ms:
                return
            await connection.execute("update contacts set left_ms = null where conversation_id = $1", conversation_id)
            await connection.execute(_OPEN, conversation_id, opening.by, opening.at, sent_ms)

    async def left(self, conversation_id: str, address: str, sent_ms: int) -> None:
        """See base class."""
        async with transaction(self._pool) as connection:
            await connection.fetchval(_MEET, conversation_id, address)
            later = "select exists (select 1 from contact_windows where conversation_id = $1 and sent_ms > $2)"
            if await connection.fetchval(later, conversation_id, sent_ms):
                return  # a retry that comes after they are back
            await connection.execute(
                "update contacts set left_ms = greatest(coalesce(left_ms, 0), $2) where conversation_id = $1",
                conversation_id,
                sent_ms,
            )
            await connection.execute("delete from contact_windows where conversation_id = $1", conversation_id)

    async def used(self, conversation_id: str, by: str) -> None:
        """See base class."""
        async with transaction(self._pool) as connection:
            await connection.execute(
                "update contact_windows set used = true where conversation_id = $1 and opened_by = $2",
                conversation_id,
                by,
            )

    async def find(self, conversation_id: str) -> Contact | None:
        """See base class."""
        async with transaction(self._pool) as connection:
            rows = await connection.fetch(_FIND, conversation_id)
        return _contact(rows) if rows else None

    async def keep_notice(self, channel: str, notice_id: str, method: str, fields: dict[str, str]) -> bool:
        """See base class."""
        async with transaction(self._pool) as connection:
            new = await connection.fetchval(_NOTICE, channel, notice_id, method, fields, self._clock.now())
        return new is not None


def _contact(rows: list[Any]) -> Contact:
    openings = tuple(Opening(row["opened_by"], row["opened_at"]) for row in rows if row["opened_by"])
    return Contact(rows[0]["address"], openings, has_left=rows[0]["left_ms"] is not None)
