"""Each message once and in its order, however often and however mixed it comes."""

from __future__ import annotations

import asyncio
import time

from tests.channel.conformance.trial import DoorUnderTest


async def settled_once(door: DoorUnderTest, *texts: str, person: str = "ann") -> None:
    """Each of these was asked once and answered once, in the transcript's order."""
    await door.until_heard(*(f"回:{text}" for text in texts), person=person)
    await door.settled()

    assert sorted(await door.words("customer", person)) == sorted(texts)
    assert sorted(await door.heard(person)) == sorted(f"回:{text}" for text in texts)
    order = [line["reply_to"] for line in await door.kept(person) if line["role"] == "bot"]
    assert order == sorted(order)


async def test_a_duplicate_is_taken_and_answered_once(door: DoorUnderTest) -> None:
    request = door.request("停电了")

    verdicts = [await door.deliver(request) for _ in range(2)]
    await door.settled()
    verdicts.append(await door.deliver(request))

    assert all(verdict.taken for verdict in verdicts)
    await settled_once(door, "停电了")
    assert door.asked() == 1


async def test_three_tries_while_slow_share_one_turn_and_one_answer(door: DoorUnderTest) -> None:
    door.first.thinker.gate.clear()
    request = door.request("停电了")
    tries = [asyncio.create_task(door.deliver(request)) for _ in range(3)]
    await door.thinking()
    verdicts = await asyncio.gather(*tries)

    assert all(verdict.taken for verdict in verdicts)
    assert await door.heard() == []
    door.first.thinker.gate.set()

    await settled_once(door, "停电了")
    assert door.asked() == 1


async def test_messages_out_of_order_are_answered_in_the_order_they_came(door: DoorUnderTest) -> None:
    now = time.time()
    # A number that goes through wherever a platform counts its messages: the older one has the smaller.
    older = door.request("先写的", key="client-30001" if door.channel == "web" else "30001", at=now - 20)
    newer = door.request("后写的", key="client-30002" if door.channel == "web" else "30002", at=now)

    for request in (newer, older, newer):
        assert (await door.deliver(request)).taken

    await settled_once(door, "先写的", "后写的")
    assert await door.words("customer") == ["后写的", "先写的"]
    assert door.asked() == 2


async def test_first_messages_at_the_same_moment_open_one_conversation(door: DoorUnderTest) -> None:
    people, texts = [f"p{number}" for number in range(4)], [f"第{number}句" for number in range(1, 6)]

    verdicts = await asyncio.gather(*(door.push(text, person=person) for text in texts for person in people))

    assert all(verdict.taken for verdict in verdicts)
    for person in people:
        await settled_once(door, *texts, person=person)
    assert await door.stores.pool.fetchval("select count(*) from conversations") == len(people)
    assert door.asked() == len(people) * len(texts)


async def test_two_people_do_not_hear_each_other(door: DoorUnderTest) -> None:
    await asyncio.gather(door.push("安的事", person="ann"), door.push("博的事", person="bob"))

    await settled_once(door, "安的事", person="ann")
    await settled_once(door, "博的事", person="bob")
