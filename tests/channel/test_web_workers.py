"""A visitor's socket at one worker, the message at another: told at once by Redis, and without it by the watch."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import aiohttp
import pytest_asyncio

from runtime.bus import Bus
from runtime.embedded import EmbeddedRedis
from runtime.postgres import Pool
from tests.channel.conformance.trial import Stores
from tests.channel.conformance.web import WebSocketUnderTest

_NOWHERE = "redis://127.0.0.1:1/0"


@pytest_asyncio.fixture
async def door(database: Pool, database_url: str, redis_server: EmbeddedRedis) -> AsyncIterator[WebSocketUnderTest]:
    prefix = f"workers-{secrets.token_hex(6)}:"
    made = WebSocketUnderTest(Stores(database, database_url, redis_server.url, prefix))
    async with aiohttp.ClientSession() as http:
        made.http = http
        yield made
        await made.stop()
        for one in made.colleagues:
            await one.leave()


async def test_the_socket_at_another_worker_is_told_by_redis(door: WebSocketUnderTest) -> None:
    taker, teller = await door.hire(), await door.hire()
    await door.listen("ann", teller)

    await door.deliver(door.request("停电了"), taker)

    # Nobody sweeps or watches here: only Redis can have told the other worker.
    assert await door.until_heard("回:停电了") == ["回:停电了"]
    assert teller.thinker.asked == []


async def test_without_redis_the_socket_at_another_worker_is_told_by_the_watch(door: WebSocketUnderTest) -> None:
    taker, teller = await door.hire(bus=Bus(_NOWHERE)), await door.hire(bus=Bus(_NOWHERE))
    teller.watch()
    await door.listen("ann", teller)

    await door.deliver(door.request("停电了"), taker)

    assert await door.until_heard("回:停电了") == ["回:停电了"]


async def test_windows_at_two_workers_stay_in_step(door: WebSocketUnderTest) -> None:
    one, other = await door.hire(), await door.hire()
    left = await door.listen("ann", one)
    right = await door.listen("ann", other)

    for number, worker in enumerate((one, other, one)):
        await door.deliver(door.request(f"第{number}句"), worker)
        await door.until_heard(f"回:第{number}句")
    await door.settled()

    seen = [[(line["seq"], line["text"]) for line in window.lines] for window in (left, right)]
    assert seen[0] == seen[1]
    assert [seq for seq, _ in seen[0]] == [1, 2, 3, 4, 5, 6]
    await left.close()


async def test_a_killed_worker_moves_its_visitors_without_loss(door: WebSocketUnderTest) -> None:
    dying, heir = await door.hire(), await door.hire()
    window = await door.listen("ann", dying)
    await door.deliver(door.request("一句"), dying)
    await door.until_heard("回:一句")
    dying.thinker.gate.clear()
    await door.deliver(door.request("二句"), dying)
    await dying.worker.thinking()

    await dying.kill()
    heir.watch()

    # The page comes back with the number of the last line it has.
    await door.until_heard("回:一句", "回:二句")
    await door.settled()
    assert [line["seq"] for line in window.lines] == [1, 2, 3, 4]
    assert [line["text"] for line in window.lines] == ["一句", "回:一句", "二句", "回:二句"]
