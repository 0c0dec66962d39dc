"""The demo city in the database: everything is loaded once, moved to any now, and its sums agree with its snapshots."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal

import pytest
import pytest_asyncio

from runtime import embedded, migrate, postgres
from runtime.clock import SHANGHAI, FileClock, SystemClock
from runtime.embedded import EmbeddedPostgres
from runtime.postgres import Pool
from tests.fakes.utility_process import PROJECT, UtilityProcess
from utility.accounts.values import Person
from utility.billing import service as bills_of
from utility.company import open_company
from utility.payments import service as money_of
from utility.seed.city.fill import Plan, fill
from utility.seed.file import read_city, shifted
from utility.seed.load import load


@pytest.fixture(scope="session")
def seed_url(postgres_server: EmbeddedPostgres) -> str:
    """The URL of a migrated database without books."""
    embedded.create_database(postgres_server, "utility_seed")
    url = postgres_server.url("utility_seed")
    migrate.upgrade(url, PROJECT / "utility" / "migrations")
    return url


@pytest_asyncio.fixture
async def pool(seed_url: str) -> AsyncIterator[Pool]:
    made = await postgres.connect(seed_url, most=2)
    yield made
    await made.close()


async def test_a_database_with_books_is_left_alone(pool: Pool) -> None:
    await load(pool, reset=True)
    await pool.execute("update accounts set story = 'changed' where account_no = '6201011006117'")

    loaded = await load(pool)

    story = await pool.fetchval("select story from accounts where account_no = '6201011006117'")
    assert (loaded, story) == (False, "changed")


async def test_a_reset_loads_everything_again(pool: Pool) -> None:
    await load(pool, reset=True)
    await pool.execute("insert into channel_users values ('web', 'somebody')")

    loaded = await load(pool, reset=True)

    assert loaded
    assert await pool.fetchval("select count(*) from channel_users") == 6


async def test_no_row_of_the_file_is_lost(pool: Pool) -> None:
    await load(pool, reset=True)
    city = read_city()

    for table, rows in {
        "accounts": city["accounts"],
        "bills": [bill for bills in city["bills"].values() for bill in bills],
        "payments": [payment for payments in city["payments"].values() for payment in payments],
        "outages": city["outages"],
        "fault_orders": city["fault_orders"],
        "invoices": city["invoices"],
        "point_goods": city["point_goods"],
    }.items():
        assert await pool.fetchval(f"select count(*) from {table}") == len(rows), table
    kept = {row["name"] for row in await pool.fetch("select name from seed_sections")}
    assert {"policy", "tariff", "agents"} <= kept


async def test_the_city_can_stand_at_another_now(pool: Pool) -> None:
    now = datetime(2027, 1, 2, 3, 4, tzinfo=SHANGHAI)
    await load(pool, now=now, reset=True)

    started = await pool.fetchval("select started_at from outages where outage_no = 'E26112100001'")
    planned = await pool.fetchval("select planned_from from outages where outage_no = 'E26111800002'")

    assert started == datetime(2027, 1, 2, 1, 35, tzinfo=SHANGHAI)
    assert planned == datetime(2027, 1, 6, 8, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize("offset", ["", "+", "1d", "+1x", "+4d@8:30"])
def test_a_malformed_offset_is_refused(offset: str) -> None:
    with pytest.raises(ValueError, match="offset"):
        shifted(offset, datetime(2026, 11, 21, 10, tzinfo=SHANGHAI))


async def test_every_account_stands_as_its_snapshot_says(utility: UtilityProcess) -> None:
    pool = await postgres.connect(utility.database_url, most=2)
    company = await open_company(pool, FileClock(utility.clock_file))
    person = Person("web", "the-auditor")
    wanted, found = {}, {}
    await pool.execute("insert into channel_users values ('web', 'the-auditor')")
    await pool.execute("insert into bindings select 'web', 'the-auditor', account_no, now() from accounts")
    for account in read_city()["accounts"]:
        if account["status"] == "closed":
            continue
        account_no, snapshot = account["account_no"], account["snapshot"]
        money = await money_of.read_money(company, person, account_no)
        names = ("balance", "owed", "overdue", "damages", "payable", "reconnect")
        wanted[account_no] = {name: Decimal(snapshot[name]) for name in names} | {
            "days_left": snapshot.get("days_left")
        }
        found[account_no] = {name: getattr(money, name) for name in (*names, "days_left")}
        if "month_kwh" in snapshot:
            usage = await bills_of.read_usage(company, person, account_no)
            wanted[account_no] |= {"month": (snapshot["month_kwh"], snapshot["tier"], snapshot["left_in_tier"])}
            found[account_no] |= {"month": (usage.kwh, usage.tier, usage.left_in_tier)}
    await pool.close()

    assert found == wanted
    assert len(found) == 23


KEYS_AND_INDEXES = """
    select conrelid::regclass::text || ' ' || conname || ' ' || convalidated || pg_get_constraintdef(oid)
    from pg_constraint where connamespace = 'public'::regnamespace
    union all select indexdef from pg_indexes where schemaname = 'public' order by 1
"""


async def test_a_filled_up_city_has_every_key_and_index_again(pool: Pool) -> None:
    await load(pool, reset=True)
    company = await open_company(pool, SystemClock())
    before = await pool.fetch(KEYS_AND_INDEXES)
    plan = Plan(300, 1, datetime(2026, 11, 21, 10, tzinfo=SHANGHAI))

    assert await fill(pool, company, plan, lambda _: None)

    assert await pool.fetchval("select count(*) from accounts") == 300
    assert await pool.fetch(KEYS_AND_INDEXES) == before
    await load(pool, reset=True)


async def test_a_filling_up_that_fails_leaves_keys_and_indexes_and_no_row(pool: Pool) -> None:
    await load(pool, reset=True)
    company = await open_company(pool, SystemClock())
    before = await pool.fetch(KEYS_AND_INDEXES)
    plan = Plan(300, 1, datetime(2026, 11, 21, 10, tzinfo=SHANGHAI))

    def interrupted(step: str) -> None:
        if step.startswith("bills"):
            raise KeyError(step)

    with pytest.raises(KeyError):
        await fill(pool, company, plan, interrupted)

    assert await pool.fetchval("select count(*) from accounts") == len(read_city()["accounts"])
    assert await pool.fetch(KEYS_AND_INDEXES) == before
