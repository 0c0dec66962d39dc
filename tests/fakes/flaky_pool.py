"""A pool whose next connection is lost: at its nth statement, or after the commit and before the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

_ASKING = frozenset({"execute", "fetch", "fetchrow", "fetchval"})


class FlakyPool:
    """A real pool; `lose_at(n)` kills the nth statement's connection, `lose_answer()` the answer of a commit."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._left: int | None = None
        self._answer_lost = False

    def lose_at(self, statement: int) -> None:
        """The connection dies when this many statements have been sent, in whichever transaction that is."""
        self._left = statement

    def lose_answer(self) -> None:
        """The next transaction commits, and its caller never hears of it."""
        self._answer_lost = True

    def heal(self) -> None:
        """Nothing is lost any more."""
        self._left, self._answer_lost = None, False

    @asynccontextmanager
    async def acquire(self, *, timeout: float) -> AsyncIterator[_Connection]:
        """See asyncpg.Pool."""
        async with self._pool.acquire(timeout=timeout) as connection:
            yield _Connection(connection, self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)

    def count(self, connection: Any) -> None:
        """Counts a statement; the one it dies at is never sent."""
        if self._left is None:
            return
        self._left -= 1
        if self._left <= 0:
            self._left = None
            connection.terminate()
            raise ConnectionResetError("the connection was lost")

    def committed(self) -> None:
        """Loses the answer of a commit, if so told."""
        if self._answer_lost:
            self._answer_lost = False
            raise ConnectionResetError("the answer was lost")


class _Connection:
    def __init__(self, connection: Any, pool: FlakyPool) -> None:
        self._connection = connection
        self._flaky = pool

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        async with self._connection.transaction():
            yield
        self._flaky.committed()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._connection, name)
        if name not in _ASKING:
            return found

        async def ask(*given: Any, **named: Any) -> Any:
            self._flaky.count(self._connection)
            return await found(*given, **named)

        return ask
