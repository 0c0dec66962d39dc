"""Catches up with the company's stream of events after a downtime and under its webhooks; one worker at a time."""

from __future__ import annotations

from backend.protocol.events import Events
from notices.intake import Intake
from runtime.clock import Clock
from runtime.postgres import Pool, transaction

# One at a time reads the stream; the lock is gone with its transaction.
_LOCK = "select pg_try_advisory_xact_lock(hashtext('notices.stream'))"
_CURSOR = "select cursor from notice_stream"
_MOVE = """
    insert into notice_stream (cursor, moved_at) values ($1, $2)
    on conflict (one) do update set cursor = excluded.cursor, moved_at = excluded.moved_at
"""
_PAGE = 200


class Stream:
    """Reads on from the cursor; events and the new cursor are one commit: none is lost, none read for nothing."""

    def __init__(self, pool: Pool, clock: Clock, backend: Events, intake: Intake) -> None:
        self._pool = pool
        self._clock = clock
        self._backend = backend
        self._intake = intake

    async def read_on(self) -> int:
        """Takes the next page in; returns how many events it held.

        Raises:
            BackendError: the company does not answer; the cursor stays.
            StoreUnavailable: nothing was kept.
        """
        async with transaction(self._pool) as connection:
            if not await connection.fetchval(_LOCK):
                return 0
            cursor = await connection.fetchval(_CURSOR) or ""
            page = await self._backend.events(cursor, most=_PAGE)
            await self._intake.take_in(connection, page.events, "stream")
            if page.cursor != cursor:
                await connection.execute(_MOVE, page.cursor, self._clock.now())
        return len(page.events)
