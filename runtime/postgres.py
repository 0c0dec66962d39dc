"""Access to PostgreSQL: one pool per process, JSON both ways, the driver's connection errors mapped to ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg
import ujson

from runtime.claims import Claim
from runtime.errors import StoreBusy, StoreUnavailable
from runtime.json_text import written
from runtime.quick_pool import QuickPool

CONNECTION_ERRORS = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the session was ended in the middle of something else
    asyncio.TimeoutError,
)

# What PostgreSQL answers when it undid one transaction in favour of others: the same one may succeed next time.
BUSY_ERRORS = (
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.TooManyConnectionsError,
)

# What a row meets that PostgreSQL, or its driver before it, will never take: the same row fails again.
UNWRITABLE = (
    ValueError,
    TypeError,
    OverflowError,
    RecursionError,
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
)

Connection = asyncpg.Connection
Pool = asyncpg.Pool


def columns(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """Turns rows, at least one, into what `unnest` takes: an array for each column."""
    return [list(column) for column in zip(*rows, strict=True)]


async def _prepare(connection: asyncpg.Connection) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, encoder=written, decoder=ujson.loads, schema="pg_catalog")


async def _leave_as_it_is(_: asyncpg.Connection) -> None:
    """Asks nothing of a connection that is given back: asyncpg has rolled back what was open, and no setting of ours
    outlives its transaction (`set local`). The driver's own five statements cost a round trip for every use."""


async def connect(url: str, *, most: int = 10, patience: float = 10, claim: Claim | None = None) -> asyncpg.Pool:
    """Opens a pool to `url` (a libpq URL; `host=` may be a socket folder); a statement may take `patience` seconds.

    Args:
        url: where.
        most: how many connections.
        patience: seconds.
        claim: what the process says of all its connections, where it has more than this pool.

    Raises:
        StoreUnavailable: the address is wrong or nobody answers there.
    """
    try:
        pool = await QuickPool(
            url,
            init_size=1,
            min_size=1,
            max_size=most,
            max_queries=50_000,
            max_inactive_connection_lifetime=300,
            loop=None,
            connection_class=asyncpg.Connection,
            record_class=asyncpg.Record,
            init=_prepare,
            reset=_leave_as_it_is,
            command_timeout=patience,
            timeout=5,
            server_settings=_settings(claim or Claim("process", most)),
        )
    except (*CONNECTION_ERRORS, asyncpg.PostgresError, ValueError) as error:
        raise StoreUnavailable(f"PostgreSQL does not answer: {error}") from error
    return cast(asyncpg.Pool, pool)


def _settings(claim: Claim) -> dict[str, str]:
    return {"application_name": claim.name}


async def open_one(url: str, *, patience: float | None, claim: Claim | None = None) -> asyncpg.Connection:
    """Opens one connection of its own; a statement may take `patience` seconds, or as long as it likes.

    Raises one of CONNECTION_ERRORS.
    """
    settings = _settings(claim) if claim else None
    connection = await asyncpg.connect(url, command_timeout=patience, timeout=5, server_settings=settings)
    await _prepare(connection)
    return connection


@asynccontextmanager
async def at_once(pool: asyncpg.Pool, *, wait: float = 5) -> AsyncIterator[asyncpg.Connection]:
    """A connection for one statement that is a transaction by itself: no begin and no commit go to and fro.

    Raises:
        StoreUnavailable: the connection is lost or cannot be had.
        StoreBusy: the statement lost against others; nothing of it is done.
    """
    try:
        async with pool.acquire(timeout=wait) as connection:
            yield connection
    except BUSY_ERRORS as error:
        raise StoreBusy(f"PostgreSQL undid it: {error}") from error
    except CONNECTION_ERRORS as error:
        raise StoreUnavailable(f"PostgreSQL was lost: {error}") from error


@asynccontextmanager
async def transaction(pool: asyncpg.Pool, *, wait: float = 5) -> AsyncIterator[asyncpg.Connection]:
    """Runs the block in one transaction; for a connection of the pool it waits `wait` seconds.

    Raises:
        StoreUnavailable: the connection is lost or cannot be had.
        StoreBusy: the transaction lost against others; nothing of it is done.
    """
    try:
        async with pool.acquire(timeout=wait) as connection, connection.transaction():
            yield connection
    except BUSY_ERRORS as error:
        raise StoreBusy(f"PostgreSQL undid it: {error}") from error
    except CONNECTION_ERRORS as error:
        raise StoreUnavailable(f"PostgreSQL was lost: {error}") from error
