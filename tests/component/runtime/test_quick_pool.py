"""The pool hands out a free connection at once, and leaves to the driver what must be waited for or mended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from runtime import postgres
from runtime.postgres import Pool
from runtime.quick_pool import QuickPool


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """A pool of two connections."""
    opened = await postgres.connect(database_url, most=2)
    yield opened
    await opened.close()


def steps(coroutine: object) -> int:
    """How often a coroutine has to wait before it ends."""
    count = 0
    try:
        while True:
            coroutine.send(None)  # type: ignore[attr-defined]
            count += 1
    except StopIteration:
        return count


async def test_a_free_connection_is_lent_and_taken_back_without_waiting(pool: Pool) -> None:
    await pool.fetchval("select 1")
    lent = []

    async def borrow() -> None:
        lent.append(await pool.acquire(timeout=5))

    assert steps(borrow()) == 0
    assert steps(pool.release(lent[0])) == 0
    assert pool.get_idle_size() == pool.get_size() == 1


async def test_the_same_connection_serves_again_and_again(pool: Pool) -> None:
    first = await pool.fetchval("select pg_backend_pid()")

    assert {await pool.fetchval("select pg_backend_pid()") for _ in range(20)} == {first}


async def test_a_connection_given_back_is_of_no_use_to_who_had_it(pool: Pool) -> None:
    connection = await pool.acquire()
    await pool.release(connection)

    with pytest.raises(asyncpg.InterfaceError):
        await connection.fetchval("select 1")
    await pool.release(connection)
    assert pool.get_idle_size() == 1


async def test_more_than_there_are_wait_and_all_are_served(pool: Pool) -> None:
    async def ask(number: int) -> int:
        async with postgres.at_once(pool, wait=30) as connection:
            return int(await connection.fetchval("select $1::int from pg_sleep(0.01)", number))

    assert await asyncio.gather(*map(ask, range(30))) == list(range(30))
    assert (pool.get_size(), pool.get_idle_size()) == (2, 2)


async def test_who_waits_is_not_passed_by_who_comes_later(pool: Pool) -> None:
    held = [await pool.acquire(), await pool.acquire()]
    order: list[str] = []

    async def ask(name: str) -> None:
        async with pool.acquire(timeout=30):
            order.append(name)

    waiting = []
    for name in ("first", "second"):
        waiting.append(asyncio.ensure_future(ask(name)))
        await asyncio.sleep(0)
    await pool.release(held[0])
    await asyncio.gather(*waiting)
    await pool.release(held[1])

    assert order == ["first", "second"]


async def test_a_transaction_left_open_is_rolled_back_before_the_next_one_has_it(database_url: str) -> None:
    pool = await postgres.connect(database_url, most=1)
    connection = await pool.acquire()
    await connection.execute("begin")
    await connection.execute("create table left_open ()")
    await pool.release(connection)

    assert await pool.fetchval("select to_regclass('left_open')") is None
    await pool.close()


async def test_a_statement_given_up_halfway_does_not_answer_the_next_one(database_url: str) -> None:
    pool = await postgres.connect(database_url, most=1)
    slow = asyncio.ensure_future(pool.fetchval("select 'late' from pg_sleep(20)"))
    await asyncio.sleep(0.1)
    slow.cancel()
    await asyncio.wait({slow})

    assert await pool.fetchval("select 'mine'") == "mine"
    await pool.close()


async def test_a_connection_the_server_ended_is_replaced(pool: Pool, database_url: str) -> None:
    ended = await pool.fetchval("select pg_backend_pid()")
    helper = await asyncpg.connect(database_url)
    await helper.execute("select pg_terminate_backend($1)", ended)
    await helper.close()
    for _ in range(200):
        if not pool.get_size():
            break
        await asyncio.sleep(0.01)

    assert await pool.fetchval("select pg_backend_pid()") != ended


async def test_connections_that_expired_are_replaced(pool: Pool) -> None:
    before = await pool.fetchval("select pg_backend_pid()")

    await pool.expire_connections()

    assert await pool.fetchval("select pg_backend_pid()") != before


async def test_a_pool_that_closes_lends_nothing(database_url: str) -> None:
    pool = await postgres.connect(database_url)
    await pool.fetchval("select 1")
    await pool.close()

    assert isinstance(pool, QuickPool)
    with pytest.raises(asyncpg.InterfaceError):
        await pool.fetchval("select 1")
