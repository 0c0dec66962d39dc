"""What leaves for a platform: in order, once, by one voice, whoever dies or fails meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest_asyncio

from bot.reception.postbag import ATTEMPTS
from connectors.shared.courier import Courier
from connectors.shared.ports import Later, Outcome, Parcel, Refused, Sent
from conversation.identity import AgentIdentity, ChannelName, ChannelUser
from conversation.message import Role
from handoff.desk import Desk
from handoff.escalations import Escalations
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.postgres import Pool
from tests.channel.doors import until
from tests.component.handoff.chats import hire
from tests.fakes.bot import PHRASES, ScriptedThinker, Worker, worker

LIN = ChannelUser(ChannelName.WECHAT, "olin")
CHAT = LIN.conversation_id


@dataclass
class Postman:
    """A carrier that follows a script, then takes everything."""

    script: list[Outcome] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    called: asyncio.Event = field(default_factory=asyncio.Event)

    async def carry(self, parcel: Parcel) -> Outcome:
        self.called.set()
        await self.gate.wait()
        outcome = self.script.pop(0) if self.script else Sent()
        if isinstance(outcome, Sent):
            self.parcels.append(parcel)
        return outcome

    @property
    def texts(self) -> list[str]:
        return [line.text for parcel in self.parcels for line in parcel.lines]


@dataclass
class Post:
    """A bot worker, its courier, and the desk."""

    worker: Worker
    postman: Postman
    courier: Courier
    desk: Desk
    agent: AgentIdentity
    pool: Pool

    async def say(self, text: str) -> None:
        await self.worker.say(text, user=LIN)

    async def settled(self) -> None:
        await self.worker.settled()
        await self.courier.drain()

    async def deliveries(self) -> list[tuple[str, str]]:
        query = "select body, delivery from messages where conversation_id = $1 and role <> 'customer' order by seq"
        return [(row["body"]["text"], row["delivery"]) for row in await self.pool.fetch(query, CHAT)]

    async def hurry(self) -> None:
        """Makes every postponed line due and old enough for the sweep."""
        await self.pool.execute("update messages set next_try_at = null, created_at = now() - interval '5 seconds'")


@pytest_asyncio.fixture
async def post(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Post]:
    made, postman = worker(database, bus, database_url, ScriptedThinker()), Postman()
    made.thinker.gate.set()
    postman.gate.set()
    desk = Desk(database, bus, SystemClock(), Escalations(PHRASES))
    agent = await hire(database, "K0104", "江一苇")
    yield Post(made, postman, Courier(made.front, ChannelName.WECHAT, postman), desk, agent, database)
    postman.gate.set()
    await made.settled()
    await made.locks.close()


async def test_lines_leave_in_order_though_the_first_fails(post: Post) -> None:
    post.postman.script = [Later("busy"), Later("busy")]

    for text in ("一句", "二句", "三句"):
        await post.say(text)
    await post.settled()
    for _ in range(3):
        await post.hurry()
        post.courier.wake(CHAT)
        await post.courier.drain()

    assert post.postman.texts == ["回:一句", "回:二句", "回:三句"]
    assert {state for _, state in await post.deliveries()} == {"sent"}


async def test_a_line_that_is_refused_ends_and_the_next_one_leaves(post: Post) -> None:
    post.postman.script = [Refused("45015")]

    await post.say("一句")
    await post.settled()
    await post.say("二句")
    await post.settled()

    assert await post.deliveries() == [("回:一句", "failed"), ("回:二句", "sent")]


async def test_a_line_that_nobody_takes_is_given_up(post: Post) -> None:
    post.postman.script = [Later("busy")] * ATTEMPTS

    await post.say("一句")
    await post.settled()
    for _ in range(ATTEMPTS):
        await post.hurry()
        post.courier.wake(CHAT)
        await post.courier.drain()

    assert await post.deliveries() == [("回:一句", "failed")]


async def test_a_wait_the_platform_asks_for_is_kept(post: Post) -> None:
    post.postman.script = [Later("rate", timedelta(minutes=1))]

    await post.say("一句")
    await post.settled()

    query = "select extract(epoch from next_try_at - now()) from messages where delivery = 'pending'"
    assert 50 < float(await post.pool.fetchval(query)) < 70
    assert await post.worker.front.undelivered("wechat") == []


async def test_two_workers_never_deliver_a_line_twice(post: Post) -> None:
    rival = Courier(post.worker.front, ChannelName.WECHAT, post.postman)

    for number in range(12):
        await post.say(f"第{number}句")
        post.courier.wake(CHAT)
        rival.wake(CHAT)
    await post.settled()
    await rival.drain()

    assert post.postman.texts == [f"回:第{number}句" for number in range(12)]


async def test_a_platform_that_hangs_holds_up_nothing_that_needs_no_call_of_it(
    database: Pool, bus: Bus, database_url: str
) -> None:
    made, hanging, quick = worker(database, bus, database_url, ScriptedThinker()), asyncio.Event(), "wechat:oquick"
    made.thinker.gate.set()
    carried: list[str] = []

    class Hanging:
        async def carry(self, parcel: Parcel) -> Outcome:
            if parcel.conversation_id != quick:
                await hanging.wait()
            carried.append(parcel.conversation_id)
            return Sent()

    courier = Courier(made.front, ChannelName.WECHAT, Hanging(), is_quick=lambda key: key == quick)
    for number in range(6):
        await made.say("在吗", user=ChannelUser(ChannelName.WECHAT, f"o{number}"))
    await made.settled()
    await made.say("在吗", user=ChannelUser(ChannelName.WECHAT, "oquick"))
    await until(lambda: carried)

    assert carried == [quick]
    hanging.set()
    await courier.drain()
    assert len(carried) == 7
    await made.locks.close()


async def test_lines_of_a_dead_worker_are_swept_up(post: Post) -> None:
    post.postman.script = [Later("the worker dies here", timedelta(hours=1))]
    await post.say("一句")
    await post.settled()
    await post.hurry()

    sweep = asyncio.create_task(post.courier.sweep())
    await until(lambda: post.postman.texts)
    sweep.cancel()

    assert post.postman.texts == ["回:一句"]


async def test_an_accept_silences_the_bots_waiting_lines(post: Post) -> None:
    post.postman.script = [Later("busy", timedelta(minutes=1))]
    await post.say("一句")
    await post.settled()

    await post.desk.take_over(CHAT, post.agent)
    await post.desk.say(CHAT, post.agent, "c1", "我是江一苇")
    await post.hurry()
    post.courier.wake(CHAT)
    await post.courier.drain()

    assert "回:一句" not in post.postman.texts
    assert post.postman.texts[-1] == "我是江一苇"
    assert (await post.deliveries())[0] == ("回:一句", "suppressed")


async def test_an_accept_waits_while_a_line_is_on_its_way(post: Post) -> None:
    post.postman.gate.clear()
    await post.say("一句")
    await asyncio.wait_for(post.postman.called.wait(), 5)

    taking = asyncio.create_task(post.desk.take_over(CHAT, post.agent))
    await asyncio.sleep(0.2)
    assert not taking.done()
    post.postman.gate.set()
    await taking
    await post.settled()

    assert (await post.deliveries())[0] == ("回:一句", "sent")


async def test_an_agents_words_leave_without_the_bot(post: Post) -> None:
    await post.say("一句")
    await post.settled()
    await post.desk.take_over(CHAT, post.agent)

    await post.desk.say(CHAT, post.agent, "c1", "您好")
    await until(lambda: "您好" in post.postman.texts)

    named = next(line for parcel in post.postman.parcels for line in parcel.lines if line.text == "您好")
    assert (named.role, named.agent) == (Role.AGENT, post.agent)
