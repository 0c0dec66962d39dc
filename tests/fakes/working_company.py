"""A company with committed books whose clock the test moves: each use case runs in a transaction of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime import embedded, migrate, postgres
from runtime.embedded import EmbeddedPostgres
from runtime.postgres import transaction
from tests.fakes.declared_events import assert_events_declared
from tests.fakes.order_books import HandClock
from tools.stack import fresh_books
from utility.accounts.values import Person
from utility.company import Company, open_company
from utility.seed.file import fixed_now, read_city
from utility.seed.load import load

MIGRATIONS = Path(__file__).parent.parent.parent / "utility" / "migrations"


@dataclass(frozen=True)
class WorkingCompany:
    """The company and its clock."""

    company: Company
    clock: HandClock

    async def do(self, use_case: Callable[..., Awaitable[Any]], *arguments: Any, **more: Any) -> Any:
        """Runs one use case in a transaction of its own."""
        async with transaction(self.company.pool) as connection:
            return await use_case(connection, self.company, *arguments, **more)

    async def value(self, statement: str, *arguments: Any) -> Any:
        """Reads one value of the books."""
        return await self.company.pool.fetchval(statement, *arguments)

    async def bind(self, person: Person, *account_nos: str) -> None:
        """Binds accounts to somebody."""
        pool = self.company.pool
        await pool.execute(
            "insert into channel_users values ($1, $2) on conflict do nothing", person.channel, person.user_id
        )
        for account_no in account_nos:
            await pool.execute(
                "insert into bindings values ($1, $2, $3, $4)",
                *(person.channel, person.user_id, account_no, self.clock.now()),
            )

    async def events(self, subject: str, prefix: str) -> list[str]:
        """Lists the types of the events of one thing, oldest first."""
        rows = await self.company.pool.fetch(
            "select type from events where subject = $1 and type like $2 || '.%' order by event_id", subject, prefix
        )
        return [row["type"] for row in rows]


async def fill_city(server: EmbeddedPostgres, name: str) -> str:
    """Makes a database with the whole demo city in it, and remembers it; returns its URL."""
    embedded.create_database(server, name)
    url = server.url(name)
    migrate.upgrade(url, MIGRATIONS)
    pool = await postgres.connect(url, most=1)
    try:
        await load(pool)
    finally:
        await pool.close()
    fresh_books.keep(url)
    return url


@asynccontextmanager
async def working(url: str) -> AsyncIterator[WorkingCompany]:
    """Opens the company at the demo city's now, its books as they were; afterwards its events must be declared."""
    fresh_books.restore(url)
    clock = HandClock(fixed_now(read_city()))
    pool = await postgres.connect(url, most=12)
    try:
        yield WorkingCompany(await open_company(pool, clock), clock)
    finally:
        await pool.close()
    assert_events_declared(url)
