"""Fills the demo city up to a number of accounts, in one transaction: either the whole city or nothing of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from runtime.postgres import Connection, Pool, transaction
from utility.billing.powerfactor import read_power_factors
from utility.company import Company
from utility.seed.city import history, indexes, money, people
from utility.seed.city.network import Network, build_network
from utility.seed.city.people import Resident
from utility.seed.city.prices import Month, PriceList
from utility.seed.city.words import read_words
from utility.seed.table import Row

MONTHS, SLICE = 13, 20_000
# What a month uses in hundredths of the account's base: the summer is hot, the winter cool and dry.
SEASON = {1: 105, 2: 100, 3: 85, 4: 80, 5: 95, 6: 125, 7: 165, 8: 170, 9: 140, 10: 105, 11: 90, 12: 100}
FILLED = "select exists (select from accounts where account_no like '6209%')"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How much of a city is wanted; without bills it is there in a fifth of the time."""

    accounts: int
    seed: int
    now: datetime
    bills: bool = True

    @property
    def months(self) -> list[Month]:
        """The months that are billed, oldest first; the running one is not over."""
        first = self.now.date().replace(day=1)
        starts = [first]
        for _ in range(MONTHS):
            starts.append((starts[-1] - timedelta(days=1)).replace(day=1))
        starts.reverse()
        return list(zip(starts, starts[1:], strict=False))


async def fill(pool: Pool, company: Company, plan: Plan, say: Say) -> bool:
    """Adds invented accounts until the city has `plan.accounts`; returns whether any were added.

    Raises:
        StoreUnavailable: the database does not answer.
    """
    words = read_words()
    async with transaction(pool) as connection:
        await connection.execute("select pg_advisory_xact_lock(hashtext('utility.seed'))")
        missing = plan.accounts - await connection.fetchval("select count(*) from accounts")
        if missing <= 0 or await connection.fetchval(FILLED):
            return False
        await _trust(connection)
        away = await indexes.put_away(connection)
        random = Random(plan.seed)
        network = build_network(missing, random, words)
        for table in network.tables:
            await _copy(connection, table.name, table.columns, table.rows)
        say(f"network: {len(network.spots)} areas")
        await _settle(connection, network, random, words, plan, say)
        if plan.bills:
            await _bill(connection, company, plan, words, missing, say)
        await history.write(connection, network, words, plan.seed, plan.now, company.policy.outage_letter)
        say("outages")
        await indexes.restore(connection, away)
        say("keys and indexes")
    async with pool.acquire() as connection:
        await connection.execute("analyze")
    say("analyzed")
    return True


async def _trust(connection: Connection) -> None:
    """Skips the checks of foreign keys where the database lets us: the rows are made to fit, and the audit looks."""
    if await connection.fetchval("select rolsuper from pg_roles where rolname = current_user"):
        await connection.execute("set local session_replication_role = replica")
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", format="binary", encoder=_jsonb, decoder=lambda value: json.loads(value[1:])
    )
    await connection.execute("set local synchronous_commit = off")
    await connection.execute("set local jit = off")
    await connection.execute("set local enable_nestloop = off")  # the tables of the load are joined whole
    await connection.execute("set local work_mem = '256MB'")
    await connection.execute("set local maintenance_work_mem = '512MB'")


def _jsonb(value: Any) -> bytes:
    """COPY speaks binary: a version byte and the text."""
    return b"\x01" + json.dumps(value, ensure_ascii=False).encode()


async def _settle(
    connection: Connection,
    network: Network,
    random: Random,
    words: dict[str, Any],
    plan: Plan,
    say: Say,
) -> None:
    for statement in money.PREPARE:
        await connection.execute(statement)
    city = str(await connection.fetchval("select rows->>'city' from seed_sections where name = 'utility'"))
    since, done = plan.months[0][0], 0
    everybody = people.residents(network.spots, random, words, city)
    for batch in _batches(everybody, SLICE):
        for name, columns, rows in _tables_of(batch, since, plan.now):
            await _copy(connection, name, columns, rows)
        done += len(batch)
        say(f"accounts: {done}")
    await connection.execute(
        """insert into channel_users (channel, channel_user) select distinct channel, channel_user from bindings
        on conflict do nothing"""
    )


def _tables_of(batch: Sequence[Resident], since: date, now: datetime) -> Iterator[tuple[str, str, list[Row]]]:
    customers = [r.customer for r in batch if r.customer is not None]
    yield "customers", "customer_id, name, kind, phone, tags, note", customers
    yield "accounts", people.ACCOUNT_COLUMNS, [r.account for r in batch]
    yield "contacts", "account_no, kind, name, phone, valid_from", [people.contact(r, since) for r in batch]
    points = [people.supply_point(r) for r in batch]
    yield "supply_points", "supply_point_no, account_no, area_id, line_id, role", points
    bound = [r for r in batch if r.bound_to]
    yield "bindings", "channel, channel_user, account_no, bound_at", [people.binding(r, now) for r in bound]
    homes = [
        (r.number, r.account_no, r.account[18], r.account[4], r.account[5] == "prepaid", r.base_kwh, r.start)
        for r in batch
    ]
    yield "city_homes", "n, account_no, meter_no, plan, prepaid, base, start", homes


async def _bill(
    connection: Connection, company: Company, plan: Plan, words: dict[str, Any], accounts: int, say: Say
) -> None:
    await _price(connection, company, plan)
    say("prices")
    today = plan.now.date()
    days = (today.replace(day=1), today - timedelta(days=1), SEASON[today.month])
    letter = company.policy.payment.letter
    numbered = money.NUMBERED.format(letter=letter, accounts=accounts)
    await connection.execute(numbered, plan.months[0][0], today)
    for first in range(1, accounts + 1, SLICE):
        last = min(first + SLICE - 1, accounts)
        channels = words["pay_channels"]
        await money.fill_slice(connection, first, last, plan.seed, letter=letter, channels=channels, days=days)
        say(f"bills: {last}")


async def _price(connection: Connection, company: Company, plan: Plan) -> None:
    payment = await connection.fetchval("select rows->'payment' from seed_sections where name = 'policy'")
    factors = read_power_factors().at(plan.now.date(), company.regions).value
    prices = PriceList(plan.months, company.policy.tariffs, factors)
    months = [
        (n, prices.bands[n], f"{since:%Y-%m}", since, until, SEASON[since.month],
         until.replace(day=payment["bill_day"]), until.replace(day=payment["due_day"]),
         n == MONTHS - 1, n == MONTHS - 2)
        for n, (since, until) in enumerate(plan.months)
    ]  # fmt: skip
    columns = "m, band, period, since, until, season, issued, due, last, before_last"
    await _copy(connection, "city_months", columns, months)
    days = plan.months[0][0], plan.now.date() + timedelta(days=31)
    await connection.execute(money.DAYS.format(letter=company.policy.payment.letter), *days)
    wanted = await connection.fetch(money.QUANTITIES.format(seed=plan.seed))
    priced = prices.priced(tuple(row) for row in wanted)
    await _copy(connection, "city_prices", "plan, band, kwh, tier, total", priced.bills)
    columns = "plan, band, kwh, line_no, code, quantity, price, amount"
    await _copy(connection, "city_price_lines", columns, priced.lines)
    for statement in money.INDEX:
        await connection.execute(statement)


async def _copy(connection: Connection, table: str, columns: str, rows: Sequence[Row]) -> None:
    await connection.copy_records_to_table(table, records=rows, columns=columns.split(", "))


def _batches(everybody: Iterator[Resident], size: int) -> Iterator[list[Resident]]:
    while batch := list(islice(everybody, size)):
        yield batch
