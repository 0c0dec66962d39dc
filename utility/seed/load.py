"""Loads the demo city into an empty database, in one transaction; a database with books in it is left alone."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from runtime import postgres
from runtime.postgres import Connection, Pool
from utility.seed.file import fixed_now, read_city
from utility.seed.rows import tables
from utility.seed.table import Table


async def load(pool: Pool, *, now: datetime | None = None, reset: bool = False) -> bool:
    """Loads the demo city as it stands at `now` (default: the file's own); returns whether anything was written.

    Args:
        pool: the utility's database, migrated.
        now: the moment the running and planned things are moved to.
        reset: empties the books first.

    Raises:
        StoreUnavailable: the database does not answer.
    """
    city = read_city()
    filled = tables(city, now or fixed_now(city))
    async with postgres.transaction(pool) as connection:
        await connection.execute("select pg_advisory_xact_lock(hashtext('utility.seed'))")
        if reset:
            await _empty(connection)
        elif await connection.fetchval("select exists (select from regions)"):
            return False
        for table in filled:
            await _write(connection, table)
    return True


async def _empty(connection: Connection) -> None:
    """Empties every table but the migrations' own."""
    names = await connection.fetch(
        "select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"
    )
    await connection.execute(f"truncate {', '.join(row['tablename'] for row in names)} restart identity cascade")


async def _write(connection: Connection, table: Table) -> None:
    marks = ", ".join(f"${n}" for n in range(1, table.columns.count(",") + 2))
    rows = [tuple(_stored(value) for value in row) for row in table.rows]
    await connection.executemany(f"insert into {table.name} ({table.columns}) values ({marks})", rows)


def _stored(value: Any) -> Any:
    """JSON has no exact decimals: inside a kept section a number with a point is kept as its text."""
    if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
        return json.loads(json.dumps(value, default=_text))
    return value


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"the seed holds a {type(value).__name__}")
