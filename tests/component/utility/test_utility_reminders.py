"""What the company tells by the clock alone: points that go, ten days' use; once, late rather than never, then not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any

import pytest
import pytest_asyncio

from runtime.clock import SHANGHAI
from runtime.embedded import EmbeddedPostgres
from tests.fakes.cashier import Cashier, cashier, fill
from utility.points import rules as points
from utility.points import store
from utility.reminders.rounds import Decade, last_usage_day, reminder_rules, round

LIN = "6201011006117"


@pytest.fixture(scope="module")
def books_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(fill(postgres_server, "utility_reminders"))


@pytest_asyncio.fixture
async def desk(books_url: str) -> AsyncIterator[Cashier]:
    async with cashier(books_url) as opened:
        yield opened


async def told(desk: Cashier, kind: str) -> list[tuple[str, dict[str, Any]]]:
    rows = await desk.company.pool.fetch("select account_no, data from events where type = $1 order by event_id", kind)
    return [(row["account_no"], row["data"]) for row in rows]


def go(desk: Cashier, *moment: int) -> None:
    desk.clock.move(datetime(*moment, tzinfo=SHANGHAI) - desk.clock.now())  # type: ignore[misc,arg-type]


async def test_points_that_go_are_told_once_from_december_on(desk: Cashier) -> None:
    await round(desk.company)
    assert await told(desk, "points.expiring") == []
    go(desk, 2026, 12, 1, 9, 1)

    await round(desk.company)
    first = await told(desk, "points.expiring")
    await round(desk.company)

    assert await told(desk, "points.expiring") == first
    async with desk.company.pool.acquire() as connection:
        for account_no, data in first:
            today = date(2026, 12, 1)
            balance = points.balance(account_no, await store.moves(connection, account_no, today), today)
            assert data == {"points": balance.expiring, "expires_on": "2026-12-31"}
            assert balance.expiring > 0


async def test_ten_days_use_goes_to_who_turned_it_on(desk: Cashier) -> None:
    await desk.company.pool.execute(
        "insert into subscriptions (account_no, notice_type, channel, enabled, set_at, set_by)"
        " values ($1, '旬用电量', 'wechat', true, now(), 'test')",
        LIN,
    )
    go(desk, 2026, 11, 21, 10, 5)

    await round(desk.company)
    await round(desk.company)

    ((account_no, data),) = await told(desk, "usage.noted")
    used = await desk.company.pool.fetchval(
        "select sum(kwh) from daily_usage where account_no = $1 and day between '2026-11-11' and '2026-11-20'", LIN
    )
    assert (account_no, data) == (LIN, {"since": "2026-11-11", "until": "2026-11-20", "kwh": f"{used:f}"})


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ((2026, 11, 21, 7, 59), None),
        ((2026, 11, 21, 8, 0), 21),
        ((2026, 11, 23, 3, 0), 21),
        ((2026, 11, 25, 9, 0), None),
    ],
    ids=["before its hour", "at its hour", "late", "too late"],
)
def test_a_day_missed_is_made_late_or_left(moment: tuple[int, ...], due: int | None) -> None:
    found = last_usage_day(datetime(*moment, tzinfo=SHANGHAI), reminder_rules())  # type: ignore[misc,arg-type]

    assert (found.day if found else None) == due


@pytest.mark.parametrize(
    ("day", "since", "until"),
    [
        (date(2026, 11, 11), 1, 10),
        (date(2026, 11, 21), 11, 20),
        (date(2026, 12, 1), 21, 30),
        (date(2027, 3, 1), 21, 28),
    ],
)
def test_the_ten_days_before(day: date, since: int, until: int) -> None:
    decade = Decade.before(day)

    assert (decade.since.day, decade.until.day) == (since, until)
