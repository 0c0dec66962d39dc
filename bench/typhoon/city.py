"""The company's city of the storm: made once as a template, copied for each run; and its homes, read by our own SQL."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path

import psycopg2

from bench.typhoon.fate import lot
from runtime import embedded, migrate, postgres
from runtime.clock import SystemClock
from runtime.embedded import EmbeddedPostgres
from runtime.postgres import Pool, transaction
from tools import say
from utility.company import open_company
from utility.seed.city.fill import Plan, fill
from utility.seed.file import fixed_now, read_city
from utility.seed.load import load

PROJECT = Path(__file__).parent.parent.parent
TEMPLATES = {"gridtalk": PROJECT / "migrations", "utility": PROJECT / "utility" / "migrations"}
# The city is one; a seed is the day's: with the same seed a kept city gives what a new one gives.
_SEED = 11
_MOBILE = re.compile(r"1[3-9]\d{9}")
# Of the accounts that the seed binds to nobody, these read Alipay or WeChat; of the others these read Alipay besides.
_ALIPAY, _WECHAT, _BOTH = 0.06, 0.6, 0.02
_HOMES = """
    select a.account_no, a.area_id, a.building, a.contact_phone as phone, t.line_id,
        coalesce((select array_agg(channel || ':' || channel_user order by bound_at, channel, channel_user)
                  from bindings b where b.account_no = a.account_no), '{}') as people
    from accounts a join transformer_areas t using (area_id) where a.status = 'active' order by a.account_no
"""


@dataclass(frozen=True)
class Home:
    """An account with power: where it hangs, and every address that its people can be told at."""

    account_no: str
    area_id: str
    line_id: str
    building: str
    phone: str
    people: tuple[str, ...]

    @property
    def addresses(self) -> frozenset[str]:
        """Every address of its people; none: the account itself, for a person to call."""
        reached = {*self.people, *([self.phone] if _MOBILE.fullmatch(self.phone) else [])}
        return frozenset(reached or {f"account:{self.account_no}"})


@dataclass(frozen=True)
class City:
    """Everybody who can be told."""

    homes: tuple[Home, ...]

    @cached_property
    def by_area(self) -> Mapping[str, Sequence[Home]]:
        """The homes of each area."""
        found: dict[str, list[Home]] = defaultdict(list)
        for home in self.homes:
            found[home.area_id].append(home)
        return found

    @cached_property
    def lines(self) -> Mapping[str, tuple[str, ...]]:
        """The areas of each line of the filled-up city that has homes for everybody."""
        found: dict[str, list[str]] = defaultdict(list)
        for area, homes in self.by_area.items():
            if area.startswith("TX") and len(homes) > 20:
                found[homes[0].line_id].append(area)
        return {line: tuple(sorted(areas)) for line, areas in sorted(found.items()) if len(areas) >= 3}


@cache
def begins() -> datetime:
    """The moment at which the day of the storm begins: the demo city's own."""
    return fixed_now(read_city())


def make_templates(server: EmbeddedPostgres, accounts: int) -> None:
    """Makes both databases once; each run works on copies. A city that is there is taken as it is."""
    for name, migrations in TEMPLATES.items():
        embedded.create_database(server, f"{name}_template")
        migrate.upgrade(server.url(f"{name}_template"), migrations)
    asyncio.run(_fill(server.url("utility_template"), accounts))


def copy_templates(server: EmbeddedPostgres, run: str) -> dict[str, str]:
    """Copies both databases for a run; returns their addresses by name."""
    connection = psycopg2.connect(server.url("postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for name in TEMPLATES:
                cursor.execute(f'create database "{name}_{run}" template "{name}_template"')
    finally:
        connection.close()
    return {name: server.url(f"{name}_{run}") for name in TEMPLATES}


def drop_copies(server: EmbeddedPostgres, run: str) -> None:
    """Drops the databases of a run."""
    connection = psycopg2.connect(server.url("postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for name in TEMPLATES:
                cursor.execute(f'drop database if exists "{name}_{run}" with (force)')
    finally:
        connection.close()


def hurry(server: EmbeddedPostgres) -> None:
    """Lets the rehearsal's database not wait for its disk: workers are killed here, PostgreSQL is not."""
    connection = psycopg2.connect(server.url("postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                cursor.execute(f"alter system set {name} = off")
            cursor.execute("select pg_reload_conf()")
    finally:
        connection.close()


async def read(pool: Pool) -> City:
    """Reads the homes."""
    rows = await pool.fetch(_HOMES)
    return City(tuple(Home(**{**row, "people": tuple(row["people"])}) for row in map(dict, rows)))


async def _fill(url: str, accounts: int) -> None:
    pool = await postgres.connect(url, most=4, patience=300)
    try:
        if not await load(pool):
            return
        company = await open_company(pool, SystemClock())
        await fill(pool, company, Plan(accounts, _SEED, begins(), bills=False), lambda _: None)
        async with transaction(pool) as connection:
            rows = await connection.fetch(
                "select account_no, exists (select from bindings b where b.account_no = a.account_no) as bound"
                " from accounts a where account_no like '6209%' order by account_no"
            )
            users = [(number, user) for number, bound in rows if (user := _user(number, bound=bound))]
            add_user = "insert into channel_users (channel, channel_user) values ($1, $2)"
            await connection.executemany(add_user, [user for _, user in users])
            bind = "insert into bindings (channel, channel_user, account_no, bound_at) values ($1, $2, $3, $4)"
            await connection.executemany(bind, [(*user, number, begins()) for number, user in users])
    finally:
        await pool.close()
    say.step(f"a city of {len(rows)} accounts beside the demo city's")


def _user(account_no: str, *, bound: bool) -> tuple[str, str] | None:
    """Who reads of an account besides those of the seed."""
    drawn = lot(_SEED, "reads", account_no)
    if drawn < (_BOTH if bound else _ALIPAY):
        return "alipay", f"2088{account_no}"
    return None if bound or drawn >= _WECHAT else ("wechat", f"wx_storm_{account_no}")
