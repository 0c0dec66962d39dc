"""One turn at a time per conversation, across workers: PostgreSQL advisory locks held by one connection of this worker.

When the worker dies, its connection dies and every lock is free at once. When only the connection is lost, the locks
are gone too and another worker may run the same message: the claim counter of the message then lets one answer through.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import asyncpg

from runtime.errors import StoreUnavailable
from runtime.postgres import CONNECTION_ERRORS, Connection

# The first half of the lock key: keeps our locks apart from anybody else's in the same database.
_SPACE = 0x6772_6964  # "grid"


class ConversationLocks:
    """Takes and releases the turn of a conversation."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None
        self._use = asyncio.Lock()

    async def take(self, conversation_id: str) -> bool:
        """Takes the turn if nobody has it; returns whether it is ours now.

        Raises:
            StoreUnavailable: PostgreSQL is gone.
        """
        return bool(await self._ask("select pg_try_advisory_lock($1, hashtext($2))", conversation_id))

    async def release(self, conversation_id: str) -> None:
        """Gives the turn back; a lost connection has given it back already."""
        with suppress(StoreUnavailable):
            await self._ask("select pg_advisory_unlock($1, hashtext($2))", conversation_id)

    async def close(self) -> None:
        """Gives every turn back."""
        if self._connection is not None:
            await self._connection.close()

    async def _ask(self, query: str, conversation_id: str) -> object:
        async with self._use:
            try:
                if self._connection is None or self._connection.is_closed():
                    self._connection = await asyncpg.connect(self._url, command_timeout=5, timeout=5)
                return await self._connection.fetchval(query, _SPACE, conversation_id)
            except CONNECTION_ERRORS as error:
                self._connection = None
                raise StoreUnavailable(f"PostgreSQL was lost: {error}") from error
