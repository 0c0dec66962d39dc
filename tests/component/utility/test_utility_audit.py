"""The audit: the demo city agrees with itself, and what is tampered with is found where it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator

import psycopg2
import pytest
import pytest_asyncio

from runtime import postgres
from tests.fakes.utility_process import PROJECT, UtilityProcess
from utility.audit.__main__ import as_table
from utility.books.audit import audit, report
from utility.books.difference import Difference
from utility.company import Company, open_company


@pytest_asyncio.fixture
async def company(utility: UtilityProcess) -> AsyncIterator[Company]:
    pool = await postgres.connect(utility.database_url, most=2)
    yield await open_company(pool, utility.clock)
    await pool.close()


def tamper(utility: UtilityProcess, statement: str) -> None:
    connection = psycopg2.connect(utility.database_url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


async def found(company: Company) -> list[Difference]:
    return [difference for rows in (await audit(company)).values() for difference in rows]


async def test_the_demo_city_agrees_with_itself(company: Company) -> None:
    assert await found(company) == []


@pytest.mark.parametrize(
    ("statement", "what", "where"),
    [
        (
            "update accounts set contact_phone = '13800009999' where account_no = '6201011006117'",
            "accounts.contact_phone",
            "6201011006117",
        ),
        (
            "insert into bindings values ('wechat', 'wx_demo_lin', '6201011006240', now())",
            "bindings.closed_account",
            "wechat:6201011006240",
        ),
        (
            "update supply_points set line_id = 'L3' where supply_point_no = '6201011006117-1'",
            "accounts.supply_point",
            "6201011006117",
        ),
        ("update accounts set name = '别人' where account_no = '6201011006125'", "accounts.name", "6201011006125"),
        (
            # The keys asleep, a row that points at nothing; awake again, a touch that the tests' own restore sees.
            "set session_replication_role = replica; insert into buildings values ('TA99', '1栋');"
            " set session_replication_role = origin; update buildings set name = name where false",
            "buildings.buildings_area_id_fkey",
            "transformer_areas",
        ),
    ],
    ids=["another phone", "bound to a closed account", "another line", "another name", "an orphan"],
)
async def test_what_was_tampered_with_is_found(
    utility: UtilityProcess, company: Company, statement: str, what: str, where: str
) -> None:
    tamper(utility, statement)

    differences = await found(company)

    assert (what, where) in [(difference.what, difference.where) for difference in differences]


def test_the_command_says_it_with_its_exit_code(utility: UtilityProcess) -> None:
    tamper(utility, "update accounts set name = '别人' where account_no = '6201011006125'")
    environ = {
        **os.environ,
        "UTILITY_DATABASE_URL": utility.database_url,
        "GRIDTALK_CLOCK_FILE": str(utility.clock_file),
    }

    command = [sys.executable, "-m", "utility.audit", "--json"]
    done = subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, check=False, timeout=120)

    content = json.loads(done.stdout)
    assert (done.returncode, content["differences"]) == (1, 1)
    assert content["bills"]["recomputed"] == content["bills"]["of"] > 0
    assert content["subjects"]["books"][0] == {
        "what": "accounts.name",
        "where": "6201011006125",
        "booked": "别人",
        "computed": "陈玉衡",
    }


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("update bills set kwh = kwh + 1 where (account_no, period) = ('6201011006117', '2026-09')", "bills.kwh"),
        ("update bills set total = total + 1 where (account_no, period) = ('6201011006117', '2026-09')", "bills.total"),
        ("update bills set days = 3 where (account_no, period) = ('6201011006117', '2026-09')", "bills.days"),
        (
            "update meter_readings set value = value + 1 where (account_no, read_on) = ('6201011006117', '2026-10-01')",
            "bills.computed",
        ),
    ],
    ids=["more energy", "another total", "other days", "another reading"],
)
async def test_a_bill_that_was_tampered_with_is_found_among_those_alike(
    utility: UtilityProcess, company: Company, statement: str, what: str
) -> None:
    tamper(utility, statement)

    differences = [(each.what, each.where) for each in await found(company)]

    assert (what, "6201011006117 2026-09") in differences


async def test_a_sample_says_how_many_bills_it_recomputed(utility: UtilityProcess, company: Company) -> None:
    tamper(utility, "update bills set days = 3")

    some = await report(company, sample=5)
    everything = await report(company)

    wrong = {each.where for each in some.found["billing"] if each.what == "bills.days"}
    assert (some.recomputed, len(wrong)) == (5, 5)
    assert everything.recomputed == everything.bills == some.bills > 5
    assert wrong < {each.where for each in everything.found["billing"]}
    assert f"5 of {some.bills} bills recomputed; the other bills were not recomputed" in as_table(some)


def test_a_sample_of_nothing_is_refused() -> None:
    command = [sys.executable, "-m", "utility.audit", "--sample", "0"]

    done = subprocess.run(command, cwd=PROJECT, capture_output=True, check=False, text=True, timeout=120)

    assert (done.returncode, "at least one bill" in done.stderr) == (2, True)
