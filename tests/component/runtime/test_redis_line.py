"""The line to Redis: answers come to whoever asked, in order, and a Redis that fails is one of the library's errors."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as NoAnswer

from runtime import redis_line
from runtime.embedded import EmbeddedRedis
from runtime.redis_line import RedisLine, Script
from tests.fakes.store_line import StoreLine, line_to_redis

_TWICE = Script("return {ARGV[1] * 2, redis.call('incrby', KEYS[1], ARGV[1]), false}")


@pytest.fixture
async def line(redis_server: EmbeddedRedis) -> AsyncIterator[RedisLine]:
    """A line to the Redis of the tests."""
    opened = RedisLine(redis_server.url, patience=5)
    yield opened
    await opened.close()


@pytest.fixture
async def frail(redis_server: EmbeddedRedis) -> AsyncIterator[tuple[RedisLine, StoreLine]]:
    """An impatient line, and the cable in it that can be cut and can hang."""
    async with line_to_redis(redis_server) as (cable, url):
        opened = RedisLine(url, patience=0.3)
        yield opened, cable
        await opened.close()


def key() -> str:
    """A key that nobody else has."""
    return f"test:{uuid.uuid4().hex}"


async def test_many_ask_at_once_and_each_gets_its_own_answer(line: RedisLine) -> None:
    answers = await asyncio.gather(*(line.ask("ECHO", f"第{number}条\r\n") for number in range(300)))

    assert answers == [f"第{number}条\r\n" for number in range(300)]


async def test_commands_reach_redis_in_the_order_they_were_asked(line: RedisLine) -> None:
    name = key()

    await asyncio.gather(*(line.ask("RPUSH", name, number) for number in range(200)))

    assert await line.ask("LRANGE", name, 0, -1) == [str(number) for number in range(200)]


async def test_a_long_answer_in_many_pieces_is_read_whole(line: RedisLine) -> None:
    name, long = key(), "电" * 400_000
    await line.ask("SET", name, long)

    assert await asyncio.gather(line.ask("GET", name), line.ask("GET", key()), line.ask("PING")) == [long, None, "PONG"]


async def test_a_script_is_run_whether_redis_knows_it_or_not(line: RedisLine) -> None:
    name = key()
    await line.ask("SCRIPT", "FLUSH")

    first = await line.run(_TWICE, [name], [4])

    assert (first, await line.run(_TWICE, [name], [5])) == ([8, 4, None], [10, 9, None])


async def test_a_refusal_is_an_error_for_who_asked_and_for_nobody_else(line: RedisLine) -> None:
    refused, other = await asyncio.gather(line.ask("NONSENSE"), line.ask("PING"), return_exceptions=True)

    assert isinstance(refused, ResponseError)
    assert other == "PONG"


async def test_who_goes_away_takes_nobodys_answer_along(line: RedisLine) -> None:
    await line.ask("PING")
    gone = asyncio.ensure_future(line.ask("ECHO", "gone"))
    await asyncio.sleep(0)
    gone.cancel()

    assert await line.ask("ECHO", "here") == "here"


async def test_a_lost_connection_fails_who_waits_and_the_next_one_connects_anew(
    frail: tuple[RedisLine, StoreLine],
) -> None:
    line, cable = frail
    await line.ask("PING")
    cable.hang()
    waiting = asyncio.ensure_future(line.ask("PING"))
    await asyncio.sleep(0)

    cable.cut()
    with pytest.raises(RedisError):
        await waiting
    with pytest.raises((RedisError, OSError)):
        await line.ask("PING")
    cable.mend()

    assert await line.ask("PING") == "PONG"


async def test_a_redis_that_hangs_is_not_waited_for_and_its_late_answer_goes_to_nobody(
    frail: tuple[RedisLine, StoreLine],
) -> None:
    line, cable = frail
    await line.ask("PING")
    cable.hang()

    answers = await asyncio.gather(line.ask("ECHO", "one"), line.ask("ECHO", "two"), return_exceptions=True)
    cable.mend()

    assert [type(answer) for answer in answers] == [NoAnswer, NoAnswer]
    assert await line.ask("ECHO", "three") == "three"


async def test_a_connection_that_redis_closed_is_not_asked(line: RedisLine) -> None:
    other = await line.ask("CLIENT", "ID")
    await line.ask("CLIENT", "KILL", "ID", other, "SKIPME", "no")
    for _ in range(200):
        if line._wire is None or line._wire.is_lost:
            break
        await asyncio.sleep(0.01)

    assert await line.ask("CLIENT", "ID") != other


async def test_what_is_said_on_a_channel_is_heard_in_its_order(line: RedisLine) -> None:
    topic = key()

    async with line.follow(f"{topic}:*") as events:
        for number in range(50):
            await line.ask("PUBLISH", f"{topic}:{number % 2}", f"第{number}句")
        heard = [await anext_of(events) for _ in range(50)]

    assert heard == [(f"{topic}:{number % 2}", f"第{number}句") for number in range(50)]


async def test_a_listener_is_told_when_redis_is_lost(frail: tuple[RedisLine, StoreLine]) -> None:
    line, cable = frail

    async with line.follow(key()) as events:
        waiting = asyncio.ensure_future(anext_of(events))
        await asyncio.sleep(0)
        cable.cut()

        with pytest.raises(RedisError):
            await waiting


async def test_a_listener_is_told_when_redis_hangs(
    frail: tuple[RedisLine, StoreLine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_line, "_EAR_ASKS_EVERY_S", 0.1)
    line, cable = frail

    async with line.follow(key()) as events:
        await line.ask("PING")
        cable.hang()

        with pytest.raises(NoAnswer):
            await anext_of(events)
    cable.mend()


async def test_a_listener_that_nothing_is_said_to_goes_on_listening(
    line: RedisLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_line, "_EAR_ASKS_EVERY_S", 0.02)
    topic = key()

    async with line.follow(topic) as events:
        for _ in range(10):  # so many questions whether Redis is there have been answered
            await asyncio.sleep(0.02)
            await line.ask("PING")
        await line.ask("PUBLISH", topic, "at last")

        assert await anext_of(events) == (topic, "at last")


async def test_a_listener_who_does_not_keep_up_loses_the_line_and_not_the_memory(
    line: RedisLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_line, "_EAR_HOLDS", 5)
    topic = key()

    async with line.follow(topic) as events:
        for _ in range(20):
            await line.ask("PUBLISH", topic, "more")
        await line.ask("PING")

        heard = [await anext_of(events) for _ in range(5)]
        with pytest.raises(RedisError):
            await anext_of(events)

    assert heard == [(topic, "more")] * 5


async def anext_of(events: AsyncIterator[tuple[str, str]]) -> tuple[str, str]:
    """The next event."""
    return await asyncio.wait_for(events.__anext__(), 10)
