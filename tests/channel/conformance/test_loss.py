"""What dies: a worker in a turn, a worker at a push, the database for a moment: nothing is lost or doubled."""

from __future__ import annotations

import asyncio

from tests.channel.conformance.colleagues import DatabaseRoad
from tests.channel.conformance.trial import DoorUnderTest


async def test_a_worker_killed_in_a_turn_loses_nothing(door: DoorUnderTest) -> None:
    heir = await door.hire()
    await door.heard()
    door.first.thinker.gate.clear()
    assert (await door.push("停电了")).taken
    await door.first.worker.thinking()

    await door.first.kill()
    heir.watch()

    await door.until_heard("回:停电了")
    await door.settled()
    assert await door.heard() == ["回:停电了"]
    assert [line["delivery"] for line in await door.kept()] == [None, "sent"]
    assert len(heir.thinker.asked) == 1


async def test_a_push_cut_off_by_a_dying_worker_is_taken_by_another(door: DoorUnderTest) -> None:
    heir = await door.hire()
    door.first.thinker.gate.clear()
    request = door.request("停电了")
    first = asyncio.create_task(door.deliver(request))
    await door.first.worker.thinking()

    await door.first.kill()
    await asyncio.gather(first, return_exceptions=True)
    heir.watch()
    verdict = await door.deliver(request, heir)

    assert verdict.taken
    await door.until_heard("回:停电了")
    await door.settled()
    assert await door.heard() == ["回:停电了"]
    assert await door.words("customer") == ["停电了"]


async def test_a_push_without_a_database_is_not_acknowledged_and_taken_on_retry(door: DoorUnderTest) -> None:
    road = DatabaseRoad(door.stores.database_url)
    await road.open()
    worker = await door.hire(url=road.url)
    assert (await door.deliver(door.request("一句"), worker)).taken
    await door.until_heard("回:一句")
    await worker.settled()

    request = door.request("二句")
    await road.close()
    lost = await door.deliver(request, worker)
    await road.open()
    again = await door.deliver(request, worker)

    assert (lost.taken, again.taken) == (False, True)
    assert lost.code in ("503", "store.unavailable", "runtime.store.unavailable")
    await door.until_heard("回:一句", "回:二句")
    await worker.settled()
    assert await door.words("customer") == ["一句", "二句"]
    assert sorted(await door.heard()) == ["回:一句", "回:二句"]
    await worker.leave()
    door.colleagues.remove(worker)
    await road.remove()
