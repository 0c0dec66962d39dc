"""Several workers: a push comes in at one, its customer listens at another, and a dead worker's rest is delivered."""

from __future__ import annotations

import asyncio

from tests.channel.conformance.trial import DoorUnderTest
from tests.channel.doors import until


async def test_the_tries_of_one_push_at_two_workers_share_one_turn_and_one_answer(door: DoorUnderTest) -> None:
    other = await door.hire()
    for one in door.colleagues:
        one.thinker.gate.clear()
    request = door.request("停电了")
    tries = [asyncio.create_task(door.deliver(request, one)) for one in (door.first, other, door.first, other)]
    await door.thinking()
    for one in door.colleagues:
        one.thinker.gate.set()

    assert all(verdict.taken for verdict in await asyncio.gather(*tries))
    await door.until_heard("回:停电了")
    await door.settled()
    assert await door.heard() == ["回:停电了"]
    assert await door.words("customer") == ["停电了"]
    assert door.asked() == 1


async def test_messages_at_two_workers_keep_their_order(door: DoorUnderTest) -> None:
    other = await door.hire()
    texts = [f"第{number}句" for number in range(1, 7)]

    for number, text in enumerate(texts):
        assert (await door.deliver(door.request(text), (door.first, other)[number % 2])).taken

    await door.until_heard(*(f"回:{text}" for text in texts))
    await door.settled()
    assert sorted(await door.heard()) == sorted(f"回:{text}" for text in texts)
    order = [line["reply_to"] for line in await door.kept() if line["role"] == "bot"]
    assert order == sorted(order)


async def test_a_line_that_a_dead_worker_left_is_delivered_by_another(door: DoorUnderTest) -> None:
    heir = await door.hire()
    await door.heard()
    if door.failures != ("cut",):
        door.fail("busy")
    door.first.thinker.gate.clear()
    assert (await door.push("停电了")).taken
    door.first.thinker.gate.set()
    await until(lambda: door.first.thinker.asked)
    await door.first.worker.settled()

    await door.first.kill()
    await door.stores.pool.execute("update messages set created_at = created_at - interval '5 s', next_try_at = null")
    heir.watch()

    await door.until_heard("回:停电了")
    await door.settled()
    assert await door.heard() == ["回:停电了"]
    assert len(heir.thinker.asked) == 0
