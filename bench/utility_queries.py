"""How long the company needs for what the bot asks of it, in a city of any size, and where the time goes.

python -m bench.utility_queries [--times 200] [--write]: against UTILITY_DATABASE_URL, filled by
`python -m utility.seed --accounts 200000`. Each use case is timed whole (its SQL and its rules, without HTTP); writes
are rolled back. The slowest statement of each is explained. `--write` puts the table into docs/utility/scale.md.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import structlog

from bench.results import describe_machine
from runtime import postgres
from runtime.postgres import Connection, Pool, transaction
from utility.accounts import bindings, profiles
from utility.accounts.values import Person
from utility.appointments import service as appointments
from utility.billing import service as billing
from utility.company import Company, open_company
from utility.counter.paging import Asked as Page
from utility.errors import Refusal
from utility.faults import service as faults
from utility.faults.values import FaultReport
from utility.grid import service as grid
from utility.outages import reading as outages
from utility.payments import service as payments
from utility.seed.file import fixed_now, read_city
from utility.settings import SeedSettings

TARGET_MS, SEED = 20.0, 1
PAGE = Path(__file__).parent.parent / "docs" / "utility" / "scale.md"
BEGIN, END = "<!-- queries:begin -->", "<!-- queries:end -->"


class StandingClock:
    """The city's own now, as long as the bench runs."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """See base class."""
        return self._at


@dataclass(frozen=True)
class Guest:
    """Somebody bound to an account of the city, and what an address of theirs reads like."""

    person: Person
    account_no: str
    area_id: str
    name: str
    phone: str
    place: str


@dataclass
class Case:
    """One thing the bot asks, and how long it took each time."""

    name: str
    ask: Callable[[Company, Guest], Awaitable[object]]
    took_ms: list[float] = field(default_factory=list)
    statements: list[tuple[float, str, Sequence[Any]]] = field(default_factory=list)

    def part(self, share: float) -> float:
        """A quantile of the times."""
        ordered = sorted(self.took_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class _RolledBack(Exception):
    """Takes a measured write back."""


def written(work: Callable[[Connection, Company, Guest], Awaitable[object]]) -> Callable[..., Awaitable[object]]:
    """Measures a write and takes it back."""

    async def ask(company: Company, guest: Guest) -> object:
        with suppress(_RolledBack):
            async with transaction(company.pool) as connection:
                await work(connection, company, guest)
                raise _RolledBack
        return None

    return ask


async def _found(company: Company, guest: Guest) -> object:
    return company.gazetteer.find(guest.place)


async def _located(company: Company, guest: Guest) -> object:
    area = company.areas[guest.area_id]
    return grid.locate(company, area.lat + Decimal("0.0001"), area.lng)


async def _reported(connection: Connection, company: Company, guest: Guest) -> object:
    report = FaultReport(severity="一般", account_no=guest.account_no, symptom="全无电", phone=guest.phone)
    return await faults.report_fault(connection, company, guest.person, report)


async def _coded(connection: Connection, company: Company, guest: Guest) -> object:
    stranger = Person("web", f"bench_{guest.account_no}")
    return await bindings.send_check_code(connection, company, stranger, guest.account_no)


async def _searched(connection: Connection, company: Company, guest: Guest) -> object:
    stranger = Person("web", f"bench_{guest.account_no}")
    return await profiles.find_accounts(connection, company, stranger, name=guest.name, phone=guest.phone)


def cases() -> list[Case]:
    """Lists what the bot asks."""
    return [
        Case("bound accounts", lambda c, g: bindings.list_bound(c, g.person)),
        Case("profile", lambda c, g: profiles.read_profile(c, g.person, g.account_no)),
        Case("bill of a month", lambda c, g: billing.read_bill(c, g.person, g.account_no, "2026-10")),
        Case("why a bill changed", lambda c, g: billing.explain_bill(c, g.person, g.account_no, "2026-10", "2026-09")),
        Case("usage of the month", lambda c, g: billing.read_usage(c, g.person, g.account_no)),
        Case("money", lambda c, g: payments.read_money(c, g.person, g.account_no)),
        Case("payments", lambda c, g: payments.list_payments(c, g.person, g.account_no, Page(20, None))),
        Case("outages by account", lambda c, g: outages.list_outages(c, outages.Asked(account_no=g.account_no))),
        Case("open fault orders", lambda c, g: faults.list_open(c, g.person, ())),
        Case("free half-days", lambda c, g: appointments.offered(c, g.person, g.account_no, "用电安全检查", None)),
        Case("places of a text", _found),
        Case("nearest area", _located),
        Case("key facts of an area", lambda c, g: grid.read_area(c, g.area_id)),
        Case("fault report (write)", written(_reported)),
        Case("check code (write)", written(_coded)),
        Case("search for an account (write)", written(_searched)),
    ]


async def measure(pool: Pool, company: Company, guests: Sequence[Guest], asked: Sequence[Case]) -> None:
    """Asks everything of every guest once, case by case, after one round that warms the caches of the statements."""
    for case in asked:
        for guest in (*guests[:20], *guests):
            async with _listening(pool, case):
                began = time.perf_counter()
                with suppress(Refusal):
                    await case.ask(company, guest)
                case.took_ms.append((time.perf_counter() - began) * 1000)
        del case.took_ms[:20]


class _listening:
    """Notes each statement of the pool's one connection while the block runs."""

    def __init__(self, pool: Pool, case: Case) -> None:
        self._pool, self._case = pool, case

    async def __aenter__(self) -> None:
        async with self._pool.acquire() as connection:
            connection.add_query_logger(self._note)

    async def __aexit__(self, *_: object) -> None:
        async with self._pool.acquire() as connection:
            connection.remove_query_logger(self._note)

    def _note(self, record: asyncpg.connection.LoggedQuery) -> None:
        self._case.statements.append((record.elapsed * 1000, record.query, record.args))


async def explain(pool: Pool, case: Case) -> str:
    """Explains the slowest statement of a case; one that writes is taken back."""
    if not case.statements:
        return ""
    elapsed, statement, arguments = max(case.statements, key=lambda kept: kept[0])
    if not statement.lstrip().lower().startswith(("select", "with", "insert", "update", "delete")):
        return ""
    with suppress(_RolledBack, asyncpg.PostgresError):
        async with transaction(pool) as connection:
            rows = await connection.fetch(f"explain (analyze, buffers) {statement}", *arguments)
            plan = "\n".join(str(row[0]) for row in rows)
            return f"{elapsed:.1f} ms when asked\n{' '.join(statement.split())[:300]}\n{plan}"
    return ""


async def guests_of(pool: Pool, many: int) -> list[Guest]:
    """Draws bound people of the filled-up city."""
    async with transaction(pool) as connection:
        rows = await connection.fetch(
            """select channel, channel_user, account_no, area_id, name, contact_phone, estate || building as place
            from bindings join accounts using (account_no) where account_no like '6209%' and plan = 'tier'
            order by account_no"""
        )
    drawn = Random(SEED).sample(rows, k=min(many, len(rows)))
    return [Guest(Person(row[0], row[1]), *row[2:]) for row in drawn]


def table(asked: Sequence[Case], accounts: int, load: tuple[float, ...]) -> str:
    """Writes the figures as Markdown, with what they were measured on and how busy the machine was."""
    machine = describe_machine()
    lines = ["| what the bot asks | p50 ms | p95 ms | most ms |", "|---|---:|---:|---:|"]
    lines += [f"| {c.name} | {c.part(0.5):.1f} | {c.part(0.95):.1f} | {max(c.took_ms):.1f} |" for c in asked]
    slow = [case.name for case in asked if case.part(0.95) >= TARGET_MS]
    verdict = (
        f"Over {TARGET_MS:.0f} ms at p95: {', '.join(slow)}." if slow else f"All are under {TARGET_MS:.0f} ms at p95."
    )
    mean = statistics.mean(time for case in asked for time in case.took_ms)
    return "\n".join(
        [
            *lines,
            "",
            f"{accounts} accounts, {len(asked[0].took_ms)} guests each, mean {mean:.1f} ms; {verdict}.",
            f"{datetime.now().astimezone():%Y-%m-%d %H:%M}, {machine['cores']} cores {machine['processor']},"
            f" {machine['memory_gb']} GB; load of the machine {load[0]:.1f} (1 minute), {load[1]:.1f} (5 minutes).",
        ]
    )


async def _run(url: str, many: int) -> tuple[str, str]:
    pool = await postgres.connect(url, most=1)
    try:
        company = await open_company(pool, StandingClock(fixed_now(read_city())))
        guests, asked = await guests_of(pool, many), cases()
        await measure(pool, company, guests, asked)
        async with transaction(pool) as connection:
            accounts = int(await connection.fetchval("select count(*) from accounts"))
        slowest = sorted(asked, key=lambda case: case.part(0.95), reverse=True)[:5]
        plans = [f"## {case.name}\n{await explain(pool, case)}" for case in slowest]
        return table(asked, accounts, os.getloadavg()), "\n\n".join(plans)
    finally:
        await pool.close()


def main() -> None:
    """Runs the bench."""
    parser = argparse.ArgumentParser(prog="python -m bench.utility_queries")
    parser.add_argument("--times", type=int, default=200, help="how many guests ask everything")
    parser.add_argument("--write", action="store_true", help="put the table into docs/utility/scale.md")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    figures, plans = asyncio.run(_run(SeedSettings.from_env(os.environ).database_url, options.times))
    sys.stdout.write(f"{figures}\n\n{plans}\n")
    if options.write:
        text = PAGE.read_text(encoding="utf-8")
        head, tail = text.partition(BEGIN)[0], text.partition(END)[2]
        PAGE.write_text(f"{head}{BEGIN}\n{figures}\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
