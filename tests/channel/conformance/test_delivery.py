"""What leaves: it gets there once though the platform fails, or ends in a state that says why; one voice at a time."""

from __future__ import annotations

import asyncio
import time

from handoff.desk import Desk
from handoff.escalations import Escalations
from runtime.clock import SystemClock
from tests.channel.conformance.trial import REFUSED, DoorUnderTest
from tests.channel.conformance.wechat import WeChatDoorUnderTest
from tests.channel.doors import until
from tests.component.handoff.chats import hire
from tests.fakes.bot import PHRASES

# What WeChat answers when an account has written to a person as often as it may.
QUOTA_USED_UP = 45047


async def states(door: DoorUnderTest) -> list[str]:
    return [line["delivery"] for line in await door.kept() if line["role"] == "bot"]


async def test_a_send_that_fails_is_made_good(door: DoorUnderTest, failure: str) -> None:
    await door.heard()
    door.first.thinker.gate.clear()
    assert (await door.push("一句")).taken
    door.fail(failure)
    door.first.thinker.gate.set()
    await door.settled()

    await door.hurry()
    if failure == REFUSED:
        # It has its final state and is not asked for again; a door may owe it until the customer writes.
        assert (await door.heard(), await states(door)) == ([], ["failed"])
    await door.push("二句")

    await door.until_heard("回:二句", *([] if failure == REFUSED else ["回:一句"]))
    await door.settled()
    assert (await door.heard()).count("回:一句") <= 1
    assert (await door.heard()).count("回:二句") == 1
    assert "pending" not in await states(door)


async def test_a_token_that_runs_out_under_load_costs_nobody_an_answer(door: DoorUnderTest) -> None:
    assert isinstance(door, WeChatDoorUnderTest)
    people = [f"p{number}" for number in range(12)]
    door.first.thinker.gate.clear()
    await door.push("一句", person="first")
    door.first.thinker.gate.set()
    await door.until_heard("回:一句", person="first")
    fetched = door.platform.fetched

    door.first.thinker.gate.clear()
    await asyncio.gather(*(door.push("停电了", person=person) for person in people))
    door.platform.revoke()
    door.first.thinker.gate.set()

    for person in people:
        await door.until_heard("回:停电了", person=person)
    await door.settled()
    assert [await door.heard(person) for person in people] == [["回:停电了"]] * len(people)
    assert door.platform.fetched == fetched + 1


async def test_a_quota_used_up_ends_the_line_and_not_the_talk(door: DoorUnderTest) -> None:
    assert isinstance(door, WeChatDoorUnderTest)
    door.platform.trouble.append(QUOTA_USED_UP)
    await door.say_late("一句")
    await until(lambda: not door.platform.trouble)
    await door.settled()

    for _ in range(3):
        await door.hurry()
    # Whatever a worker does with such a line instead, it does not ask the platform for the same again.
    assert "回:一句" not in door.platform.texts("o-ann")
    assert "pending" not in await states(door)

    await door.push("二句")
    await door.until_heard("回:二句")


async def test_where_an_agent_has_the_word_no_bot_line_goes_out(door: DoorUnderTest) -> None:
    await door.push("一句")
    await door.until_heard("回:一句")
    await door.settled()
    agent = await hire(door.stores.pool, "K0104", "江一苇")
    bus = door.stores.bus()
    desk = Desk(door.stores.pool, bus, SystemClock(), Escalations(PHRASES))
    chat = door.conversation("ann")

    await desk.take_over(chat, agent)
    assert (await door.push("二句")).taken
    await desk.say(chat, agent, "c1", "您好")
    await until_one_says(door, "您好")
    await door.settled()
    await bus.close()

    assert not any("回:二句" in text for text in await door.heard())
    assert await door.words("customer") == ["一句", "二句"]
    assert door.asked() == 1


async def until_one_says(door: DoorUnderTest, words: str) -> None:
    """Waits for words that may come with a name before them."""
    deadline = time.monotonic() + 8
    while not any(words in text for text in await door.heard()):
        assert time.monotonic() < deadline, f"nobody said {words}"
        await asyncio.sleep(0.05)
