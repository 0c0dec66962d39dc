"""Races at a push door, with a real carrier and a strict platform: two workers, a take-over, a death, a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import pytest_asyncio

from conversation.identity import AgentIdentity
from conversation.reply import Card, Chart, Reply
from handoff.desk import Desk
from handoff.escalations import Escalations
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.errors import StoreUnavailable
from runtime.postgres import Pool
from tests.channel.doors import Site, until
from tests.channel.lines import wechat_line
from tests.channel.test_wechat_door import CONVERSATION, OPENID, answering
from tests.component.handoff.chats import hire
from tests.fakes.bot import PHRASES, Worker
from tests.fakes.wechat import PICTURE, FakeWeChat, passive_text

CARD = Card("trend", "近两月电费", (("10月", "190.20 元"),), chart=Chart(("9", "10"), (224.71, 190.2), "元"))
SHOWN = "图在这\n【近两月电费】\n10月：190.20 元"


@pytest_asyncio.fixture
async def agent(database: Pool) -> AgentIdentity:
    return await hire(database, "K0104", "江一苇")


@pytest.fixture
def desk(database: Pool, bus: Bus) -> Desk:
    return Desk(database, bus, SystemClock(), Escalations(PHRASES))


async def deliveries(site: Site) -> list[str]:
    return [line["delivery"] for line in await site.lines(CONVERSATION) if line["role"] != "customer"]


def lose_one_commit(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the store be gone once, just after the platform took a parcel."""
    postbag: Any = site.worker.front._postbag
    record = postbag._record
    lost: list[bool] = []

    async def recording(*arguments: Any) -> Any:
        if not lost:
            lost.append(True)
            raise StoreUnavailable("the store went away")
        return await record(*arguments)

    monkeypatch.setattr(postbag, "_record", recording)


async def test_retries_at_two_workers_are_one_turn_and_one_answer(
    database: Pool, platform: FakeWeChat, hired: Callable[[], Worker]
) -> None:
    async with wechat_line(database, hired(), platform) as one, wechat_line(database, hired(), platform) as two:
        one.site.worker.thinker.gate.clear()
        two.site.worker.thinker.gate.clear()
        request = one.request("text")
        pushes = [asyncio.create_task(line.push(request)) for line in (one, two, one, two)]
        await until(lambda: one.site.worker.thinker.asked or two.site.worker.thinker.asked)
        one.site.worker.thinker.gate.set()
        two.site.worker.thinker.gate.set()
        passive = {passive_text(platform.keys, body) for _, body in await asyncio.gather(*pushes)} - {""}
        for line in (one, two):
            await line.site.settled()

        asked = len(one.site.worker.thinker.asked) + len(two.site.worker.thinker.asked)
        assert asked == 1
        assert [*passive, *platform.texts(OPENID)] == ["回:这个月电费多少"]
        assert await deliveries(one.site) == ["sent"]


async def test_a_take_over_during_the_turn_leaves_one_voice(
    database: Pool, platform: FakeWeChat, hired: Callable[[], Worker], desk: Desk, agent: AgentIdentity
) -> None:
    async with wechat_line(database, hired(), platform) as line:
        line.site.worker.thinker.gate.clear()
        assert await line.say("上个月电费") == ""

        await desk.take_over(CONVERSATION, agent)
        await desk.say(CONVERSATION, agent, "c1", "我是江一苇")
        line.site.worker.thinker.gate.set()
        await until(lambda: any("我是江一苇" in text for text in platform.texts(OPENID)))
        await line.site.settled()

        assert not any("回:" in text for text in platform.texts(OPENID))


async def test_a_take_over_between_the_turn_and_the_delivery_leaves_one_voice(
    database: Pool, platform: FakeWeChat, hired: Callable[[], Worker], desk: Desk, agent: AgentIdentity
) -> None:
    async with wechat_line(database, hired(), platform) as line:
        line.site.worker.thinker.think = answering(Reply("图在这", card=CARD))
        line.site.worker.thinker.gate.clear()
        platform.trouble.append(40164)
        await line.say("近两月电费")
        line.site.worker.thinker.gate.set()
        await until(lambda: platform.calls == 1)
        await line.site.settled()

        await desk.take_over(CONVERSATION, agent)
        await desk.say(CONVERSATION, agent, "c1", "我是江一苇")
        await database.execute("update messages set next_try_at = null")
        line.site.door.courier.wake(CONVERSATION)
        await until(lambda: any("我是江一苇" in text for text in platform.texts(OPENID)))
        await line.site.settled()

        assert "suppressed" in await deliveries(line.site)
        assert not any("图在这" in text for text in platform.texts(OPENID))
        assert platform.pictures(OPENID) == []


async def test_a_commit_lost_after_the_platforms_yes_repeats_nothing(
    database: Pool, platform: FakeWeChat, hired: Callable[[], Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with wechat_line(database, hired(), platform) as line:
        line.site.worker.thinker.think = answering(Reply("图在这", card=CARD))
        line.site.worker.thinker.gate.clear()
        await line.say("近两月电费")
        lose_one_commit(line.site, monkeypatch)
        line.site.worker.thinker.gate.set()
        await until(lambda: platform.pictures(OPENID))
        await line.site.settled()
        assert await deliveries(line.site) == ["pending"]

        line.site.door.courier.wake(CONVERSATION)
        await line.site.settled()

        assert platform.texts(OPENID) == [SHOWN, PICTURE]
        assert await deliveries(line.site) == ["sent"]


async def test_a_worker_killed_before_its_commit_costs_one_repeated_parcel(
    database: Pool, platform: FakeWeChat, hired: Callable[[], Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """WeChat has no number of ours to know a customer-service message by: see docs/channels/wechat.md."""
    async with wechat_line(database, hired(), platform) as dying:
        dying.site.worker.thinker.gate.clear()
        await dying.say("上个月电费")
        lose_one_commit(dying.site, monkeypatch)
        dying.site.worker.thinker.gate.set()
        await until(lambda: platform.texts(OPENID))
        await dying.site.settled()

    async with wechat_line(database, hired(), platform) as heir:
        for _ in range(3):
            heir.site.door.courier.wake(CONVERSATION)
            await heir.site.settled()

        assert platform.texts(OPENID) == ["回:上个月电费"] * 2
        assert await deliveries(heir.site) == ["sent"]


async def test_a_restart_delivers_what_waits_in_order_and_once(
    database: Pool, platform: FakeWeChat, hired: Callable[[], Worker]
) -> None:
    async with wechat_line(database, hired(), platform) as line:
        line.site.worker.thinker.gate.clear()
        platform.trouble.extend([40164] * 3)
        for number in (1, 2, 3):
            await line.say(f"第{number}句")
        line.site.worker.thinker.gate.set()
        await line.site.settled()
        assert platform.texts(OPENID) == []

    platform.trouble.clear()
    old = "update messages set next_try_at = null, created_at = created_at - interval '1 minute'"
    await database.execute(old)
    async with wechat_line(database, hired(), platform) as heir:
        sweep = asyncio.create_task(heir.site.door.courier.sweep())
        await until(lambda: "回:第3句" in "".join(platform.texts(OPENID)))
        await heir.site.settled()
        sweep.cancel()

        assert [text for text in "\n\n".join(platform.texts(OPENID)).split("\n\n") if text] == [
            f"回:第{number}句" for number in (1, 2, 3)
        ]
        assert set(await deliveries(heir.site)) == {"sent"}
