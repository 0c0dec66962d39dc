"""A pool of PostgreSQL connections that hands out and takes back a free one at once.

The driver's pool sets a timer for every borrowing and makes a task of every return, also where nothing has to be
waited for, which is nearly always: a turn does that ten times. Whatever must be waited for, mended or thrown away is
left to the driver. Its private parts are those of asyncpg 0.32; tests/component/runtime/test_quick_pool.py fails when
one moves.
"""

from __future__ import annotations

from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy


class QuickPool(asyncpg.Pool):
    """Behaves as the driver's pool whose `reset` does nothing."""

    async def _acquire(self, timeout: float | None) -> PoolConnectionProxy:
        """See base class."""
        holder = self._free()
        if holder is None:
            return await super()._acquire(timeout)
        holder._timeout = timeout
        return await holder.acquire()  # it is connected: there is nothing to wait for

    async def release(self, connection: PoolConnectionProxy, *, timeout: float | None = None) -> None:
        """See base class."""
        if not self._is_clean(connection):
            await super().release(connection, timeout=timeout)
            return
        connection._con._on_release()
        holder = connection._holder
        holder._timeout = None
        holder._release()
        holder._setup_inactive_callback()

    def _free(self) -> Any:
        """Takes a connected holder that nobody waits for out of the queue; None where there is none."""
        if not self._initialized or self._closing or self._queue.empty() or self._queue._getters:
            return None
        holder = self._queue.get_nowait()
        if holder._con is not None and not holder._con.is_closed() and holder._generation == self._generation:
            return holder
        self._queue.put_nowait(holder)
        return None

    def _is_clean(self, connection: PoolConnectionProxy) -> bool:
        """Whether the connection can be used by the next one as it is."""
        inner = connection._con
        if type(connection) is not PoolConnectionProxy or inner is None or connection._holder._pool is not self:
            return False
        holder, protocol = connection._holder, inner._protocol
        return (
            holder._in_use is not None
            and holder._generation == self._generation
            and not inner.is_closed()
            and not protocol._is_cancelling()
            and not protocol.is_in_transaction()
            and inner._top_xact is None
            and protocol.queries_count < holder._max_queries
            and not (inner._listeners or inner._log_listeners)
        )
