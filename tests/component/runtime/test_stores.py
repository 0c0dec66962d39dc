"""The stores when they fail: a lost Redis is loud and harmless, a lost PostgreSQL is one typed error."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from runtime import embedded, postgres
from runtime.bus import Bus
from runtime.errors import StoreBusy, StoreUnavailable
from runtime.postgres import Pool, transaction


async def test_an_event_reaches_who_listens(bus: Bus) -> None:
    heard: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()

    async def hear(topic: str, payload: dict[str, Any]) -> None:
        await heard.put((topic, payload))

    bus.listen("conversation:*", hear)
    await _until_heard(bus, heard)

    await bus.publish("conversation:web:v1", {"kind": "message", "seq": 3})

    assert await _next(heard, "conversation:web:v1") == {"kind": "message", "seq": 3}


async def test_the_bus_outlives_its_redis(tmp_path: Path) -> None:
    server = embedded.start_redis(tmp_path / "redis")
    bus, heard = Bus(server.url, prefix="test:"), asyncio.Queue[tuple[str, dict[str, Any]]]()

    async def hear(topic: str, payload: dict[str, Any]) -> None:
        await heard.put((topic, payload))

    bus.listen("*", hear)
    await _until_heard(bus, heard)
    embedded.stop_redis(server)
    await bus.publish("conversation:web:v1", {"seq": 1})
    again = embedded.start_redis(tmp_path / "redis", port=int(server.url.rsplit(":", 1)[1].split("/")[0]))
    await _until_heard(bus, heard)
    await bus.publish("conversation:web:v1", {"seq": 2})

    assert await _next(heard, "conversation:web:v1") == {"seq": 2}
    await bus.close()
    embedded.stop_redis(again)


async def _until_heard(bus: Bus, heard: asyncio.Queue[tuple[str, dict[str, Any]]]) -> None:
    """Publishes until the listener is there: subscribing takes a moment."""
    for _ in range(100):
        await bus.publish("conversation:hello", {})
        try:
            await asyncio.wait_for(heard.get(), 0.1)
            return
        except asyncio.TimeoutError:
            continue
    pytest.fail("nobody listens")


async def _next(heard: asyncio.Queue[tuple[str, dict[str, Any]]], topic: str) -> dict[str, Any]:
    while True:
        name, payload = await asyncio.wait_for(heard.get(), 5)
        if name == topic:
            return payload


async def test_a_transaction_is_all_or_nothing(database: Pool) -> None:
    insert = "insert into agents (agent_id, name, role, password_hash) values ('K1', '甲', 'agent', 'x')"

    async def change_its_mind() -> None:
        async with transaction(database) as connection:
            await connection.execute(insert)
            raise RuntimeError("the process changes its mind")

    with pytest.raises(RuntimeError):
        await change_its_mind()

    assert await database.fetchval("select count(*) from agents") == 0


async def test_a_killed_connection_is_one_typed_error(database: Pool) -> None:
    async def end_itself() -> None:
        async with transaction(database) as connection:
            await connection.execute("select pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(StoreUnavailable):
        await end_itself()


async def test_a_server_that_is_not_there_is_one_typed_error(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="PostgreSQL does not answer"):
        await postgres.connect(f"postgresql://nobody@/none?host={tmp_path}")


async def test_a_transaction_that_lost_a_deadlock_is_one_typed_error_and_nothing_of_it_is_done(database: Pool) -> None:
    await database.execute("create table held (id int primary key, by_whom text)")
    await database.execute("insert into held values (1, ''), (2, '')")
    both_hold = [asyncio.Event(), asyncio.Event()]

    async def cross(first: int, second: int, name: str) -> None:
        async with transaction(database) as connection:
            await connection.execute("update held set by_whom = $2 where id = $1", first, name)
            both_hold[first - 1].set()
            await both_hold[second - 1].wait()
            await connection.execute("update held set by_whom = $2 where id = $1", second, name)

    ended = await asyncio.gather(cross(1, 2, "a"), cross(2, 1, "b"), return_exceptions=True)

    assert sorted(type(outcome) for outcome in ended if outcome is not None) == [StoreBusy]
    assert len({row["by_whom"] for row in await database.fetch("select by_whom from held")}) == 1


async def test_a_connection_given_back_is_out_of_its_transaction_and_keeps_no_setting(database_url: str) -> None:
    pool = await postgres.connect(database_url, most=1)
    connection = await pool.acquire()
    await connection.execute("begin")
    await connection.execute("set local work_mem = '64kB'")
    await pool.release(connection)

    async with postgres.transaction(pool) as again:
        assert await again.fetchval("show work_mem") != "64kB"
        assert not await again.fetchval("select pg_current_xact_id_if_assigned() is not null")
    await pool.close()


async def test_a_task_that_is_cancelled_in_a_transaction_leaves_nothing_behind(database_url: str) -> None:
    pool = await postgres.connect(database_url, most=1)

    async def write() -> None:
        async with postgres.transaction(pool) as connection:
            await connection.execute("create table left_behind ()")
            await connection.execute("select pg_sleep(60)")

    task = asyncio.ensure_future(write())
    await asyncio.sleep(0.2)
    task.cancel()
    await asyncio.wait({task})

    assert task.cancelled()
    assert await pool.fetchval("select to_regclass('left_behind')") is None
    await pool.close()


async def test_who_may_wait_gets_a_connection_where_others_give_up(database_url: str) -> None:
    pool = await postgres.connect(database_url, most=1)
    async with pool.acquire():
        hasty = asyncio.ensure_future(_ask(pool, wait=0.05))
        patient = asyncio.ensure_future(_ask(pool, wait=60))
        await asyncio.wait({hasty})

    assert isinstance(hasty.exception(), StoreUnavailable)
    assert await patient == 1
    await pool.close()


async def _ask(pool: Pool, *, wait: float) -> int:
    async with postgres.transaction(pool, wait=wait) as connection:
        return int(await connection.fetchval("select 1"))
