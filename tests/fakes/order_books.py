"""A company on a database of its own whose clock the test moves, for what runs behind the counter; nothing is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from runtime import embedded, migrate, postgres
from runtime.embedded import EmbeddedPostgres
from runtime.postgres import Connection
from utility.company import Company, open_company
from utility.seed.file import fixed_now, read_city
from utility.seed.load import load

MIGRATIONS = Path(__file__).parent.parent.parent / "utility" / "migrations"


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """See base class."""
        return self._at

    def move(self, by: timedelta) -> None:
        """Goes on."""
        self._at += by

    def set(self, at: datetime) -> None:
        """Goes to a moment."""
        self._at = at


@dataclass(frozen=True)
class Bench:
    """A company, its clock, and one connection in a transaction that is never committed."""

    company: Company
    clock: HandClock
    connection: Connection


async def fill(server: EmbeddedPostgres, name: str) -> str:
    """Makes a database with the demo city in it; returns its URL."""
    embedded.create_database(server, name)
    migrate.upgrade(server.url(name), MIGRATIONS)
    pool = await postgres.connect(server.url(name), most=1)
    try:
        await load(pool)
    finally:
        await pool.close()
    return server.url(name)


@asynccontextmanager
async def bench(url: str) -> AsyncIterator[Bench]:
    """Opens the company at the demo city's now; what is done on the connection is undone at the end."""
    clock = HandClock(fixed_now(read_city()))
    pool = await postgres.connect(url, most=3)
    try:
        company = await open_company(pool, clock)
        async with pool.acquire() as connection:
            doing = connection.transaction()
            await doing.start()
            try:
                yield Bench(company, clock, connection)
            finally:
                await doing.rollback()
    finally:
        await pool.close()
