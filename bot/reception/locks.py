"""One turn at a time per conversation, across workers: PostgreSQL advisory locks on a few connections of each.

When the worker dies, its connections die and every lock is free at once. When only a connection is lost, its locks are
gone too and another worker may run the same message: the claim counter of the message then lets one answer through.
Who found a turn taken stands in line for it: PostgreSQL itself wakes them when it is free, however that came about.
"""

from __future__ import annotations

import asyncio
import zlib
from contextlib import suppress
from typing import Any

from runtime import postgres
from runtime.claims import Claim
from runtime.errors import StoreUnavailable
from runtime.postgres import BUSY_ERRORS, CONNECTION_ERRORS, Connection

# The first half of the lock key: keeps our locks apart from anybody else's in the same database.
SPACE = 0x6772_6964  # "grid"
# A conversation always asks over the same lane; a slow store holds up a few others, not all.
_LANES = 4
# So many conversations of other workers are waited for at the same moment; the rest stand behind them.
_IN_LINE = 2

_WAIT = "select pg_advisory_lock_shared($1, hashtext($2)), pg_advisory_unlock_shared($1, hashtext($2))"


class _Lane:
    """One connection, one question at a time."""

    def __init__(self, url: str, patience: float | None, claim: Claim | None) -> None:
        self._url = url
        self._patience = patience
        self._claim = claim
        self._connection: Connection | None = None
        self._use = asyncio.Lock()
        self._closed = False

    async def ask(self, query: str, *values: object) -> Any:
        """Asks for one row. Raises StoreUnavailable; whatever this lane held is free then."""
        async with self._use:
            if self._closed:
                raise StoreUnavailable("this worker has given back its turns")
            answered = False
            try:
                if self._connection is None or self._connection.is_closed():
                    self._connection = await postgres.open_one(self._url, patience=self._patience, claim=self._claim)
                row = await self._connection.fetchrow(query, *values)
                answered = True
                return row
            except (*CONNECTION_ERRORS, *BUSY_ERRORS) as error:
                raise StoreUnavailable(f"PostgreSQL was lost: {error}") from error
            finally:
                if not answered:  # who knows what it holds now
                    self.end()

    def close(self) -> None:
        """Gives back whatever it holds, for good."""
        self._closed = True
        self.end()

    def end(self) -> None:
        """Gives back whatever it holds."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


class ConversationLocks:
    """Asks where the turn of a conversation is taken and given back."""

    def __init__(self, url: str, *, lanes: int = _LANES, in_line: int = _IN_LINE, claim: Claim | None = None) -> None:
        self._lanes = tuple(_Lane(url, 5, claim) for _ in range(lanes))
        self._in_line = tuple(_Lane(url, None, claim) for _ in range(in_line))
        self._free: asyncio.LifoQueue[_Lane] = asyncio.LifoQueue()
        for lane in self._in_line:
            self._free.put_nowait(lane)

    async def ask(self, conversation_id: str, query: str, *values: object) -> Any:
        """Asks over the lane of a conversation, whose locks are its connection's. Raises StoreUnavailable."""
        return await self._lane(conversation_id).ask(query, *values)

    async def release(self, conversation_id: str) -> None:
        """Gives the turn back; a lost connection has given it back already."""
        with suppress(StoreUnavailable):
            await self.ask(conversation_id, "select pg_advisory_unlock($1, hashtext($2))", SPACE, conversation_id)

    async def freed(self, conversation_id: str) -> None:
        """Returns once whoever has the turn has given it back, or has died. Raises StoreUnavailable."""
        lane = await self._free.get()
        try:
            await lane.ask(_WAIT, SPACE, conversation_id)
        finally:
            self._free.put_nowait(lane)

    async def close(self) -> None:
        """Gives every turn back, for good."""
        for lane in (*self._lanes, *self._in_line):
            lane.close()

    def _lane(self, conversation_id: str) -> _Lane:
        return self._lanes[zlib.crc32(conversation_id.encode()) % len(self._lanes)]
