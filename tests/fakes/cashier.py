"""A company with committed books, a clock that the test moves, and a provider's hand: for the tests of money."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from runtime import embedded, migrate, postgres
from runtime.clock import SHANGHAI
from runtime.embedded import EmbeddedPostgres
from runtime.postgres import transaction
from tests.fakes.declared_events import assert_events_declared
from tests.fakes.order_books import HandClock
from tools.stack import fresh_books
from utility.accounts.values import Person
from utility.company import Company, open_company
from utility.errors import Refusal
from utility.payments import audit, callbacks, links, service
from utility.payments.callbacks_store import Heard
from utility.payments.signatures import Till, till_of
from utility.payments.values import LinkDraft, Money, Notice, PaymentOrder
from utility.points import audit as points_audit
from utility.seed.file import fixed_now, read_city
from utility.seed.load import load

MIGRATIONS = Path(__file__).parent.parent.parent / "utility" / "migrations"
NOW = fixed_now(read_city())
TILL: Till = till_of("a-token-of-the-tests", "http://pay.test", "", "", sandbox=True)


@dataclass(frozen=True)
class Cashier:
    """The company, its clock and the sandbox's provider."""

    company: Company
    clock: HandClock

    async def do(self, use_case: Callable[..., Awaitable[Any]], *arguments: Any, **more: Any) -> Any:
        """Runs one use case in a transaction of its own."""
        async with transaction(self.company.pool) as connection:
            return await use_case(connection, self.company, *arguments, **more)

    async def money(self, account_no: str) -> Money:
        """Computes how an account stands."""
        money: Money = await self.do(service.standing, account_no)
        return money

    async def link(self, person: Person, account_no: str, purpose: str = "all_due", **more: Any) -> PaymentOrder:
        """Opens a payment order."""
        order, _, _ = await self.do(links.open_link, person, LinkDraft(account_no, purpose, **more))
        return order  # type: ignore[no-any-return]

    async def told(self, transaction_id: str, order: PaymentOrder | str, kind: str = "payment", **more: Any) -> Any:
        """Lets the provider tell of a transaction; returns the outcome, or the refusal's reason."""
        number = order if isinstance(order, str) else order.payment_order_no
        amount = more.get("amount") or (order.amount if isinstance(order, PaymentOrder) else None)
        digest = hashlib.sha256(f"{transaction_id} {kind} {number} {amount}".encode()).hexdigest()
        notice = Notice("sandbox", transaction_id, kind, number, Decimal(amount), self.clock.now(), digest)
        heard: Heard | Refusal = await self.do(callbacks.receive, notice)
        return heard.reason if isinstance(heard, Refusal) else heard.outcome

    async def pay(self, person: Person, account_no: str, purpose: str = "all_due", **more: Any) -> PaymentOrder:
        """Opens a link and pays it."""
        order = await self.link(person, account_no, purpose, **more)
        assert await self.told(f"paid-{order.payment_order_no}", order) == "posted"
        return order

    async def events(self, *types: str) -> list[dict[str, Any]]:
        """Lists the events of these types, oldest first."""
        rows = await self.company.pool.fetch(
            "select type, subject, account_no, data from events where type = any($1) order by event_id", list(types)
        )
        return [dict(row) for row in rows]

    async def status(self, account_no: str) -> str:
        """Reads whether an account has power."""
        found: str = await self.company.pool.fetchval("select status from accounts where account_no = $1", account_no)
        return found

    async def bind(self, person: Person, *account_nos: str) -> None:
        """Binds accounts to a person."""
        pool, who = self.company.pool, (person.channel, person.user_id)
        await pool.execute("insert into channel_users values ($1, $2) on conflict do nothing", *who)
        for account_no in account_nos:
            await pool.execute(
                "insert into bindings (channel, channel_user, account_no, bound_at) values ($1, $2, $3, $4)",
                *(*who, account_no, self.clock.now()),
            )

    async def issue(self, account_no: str, period: str, total: str, due: str) -> None:
        """Writes an unpaid bill like the account's October one, issued today."""
        bill = {"period": period, "total": total, "due": due, "issued": str(self.clock.now().date())}
        await self.company.pool.execute(
            """insert into bills select (jsonb_populate_record(b, $2)).* from bills b
            where account_no = $1 and period = '2026-10'""",
            *(account_no, {**bill, "status": "unpaid", "paid_on": None}),
        )

    async def differences(self) -> list[Any]:
        """Audits money and points."""
        async with transaction(self.company.pool) as connection:
            found = await audit.differences(connection, self.company)
            return [*found, *await points_audit.differences(connection, self.company)]


def at(text: str) -> datetime:
    """Reads a moment of the city."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


async def fill(server: EmbeddedPostgres, name: str) -> str:
    """Makes a database with the demo city in it, and keeps it as it is; returns its URL."""
    embedded.create_database(server, name)
    migrate.upgrade(server.url(name), MIGRATIONS)
    pool = await postgres.connect(server.url(name), most=1)
    try:
        await load(pool)
    finally:
        await pool.close()
    fresh_books.keep(server.url(name))
    return server.url(name)


@asynccontextmanager
async def cashier(url: str) -> AsyncIterator[Cashier]:
    """Opens the company with its books as they were; afterwards they agree, and every event was declared."""
    fresh_books.restore(url)
    clock = HandClock(NOW)
    pool = await postgres.connect(url, most=12)
    try:
        made = Cashier(await open_company(pool, clock), clock)
        yield made
        assert await made.differences() == []
    finally:
        await pool.close()
    assert_events_declared(url)
