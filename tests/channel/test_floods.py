"""Floods at the doors that push: one customer is asked to slow down, one address is refused; the others go on."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest_asyncio

from connectors.shared.pace import Limits
from runtime.bus import Bus
from runtime.postgres import Pool
from tests.channel.lines import alipay_line, wechat_line
from tests.channel.test_alipay_door import CONVERSATION as ALIPAY_CHAT
from tests.channel.test_alipay_door import USER
from tests.channel.test_alipay_door import Line as AlipayLine
from tests.channel.test_wechat_door import CONVERSATION
from tests.channel.test_wechat_door import Line as WeChatLine
from tests.fakes.alipay import FakeAlipay
from tests.fakes.bot import PHRASES, ScriptedThinker, worker
from tests.fakes.wechat import FakeWeChat, message_xml, passive_text, signed

SLOWLY = PHRASES.say("utter_door_too_fast")
_LIMITS = Limits(customer_burst=2, customer_per_second=0.01, address_burst=8, address_per_second=0.01)


@pytest_asyncio.fixture
async def wechat(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[WeChatLine]:
    platform = FakeWeChat()
    platform.start()
    made = worker(database, bus, database_url, ScriptedThinker())
    made.thinker.gate.set()
    async with wechat_line(database, made, platform, limits=_LIMITS) as opened:
        yield opened
    platform.stop()


@pytest_asyncio.fixture
async def alipay(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[AlipayLine]:
    platform = FakeAlipay()
    platform.start()
    made = worker(database, bus, database_url, ScriptedThinker())
    made.thinker.gate.set()
    async with alipay_line(database, made, platform, limits=_LIMITS) as opened:
        yield opened
    platform.stop()


async def test_who_writes_too_fast_is_asked_once_to_slow_down(wechat: WeChatLine) -> None:
    heard = [await wechat.say(f"第{number}句") for number in range(1, 6)]
    await wechat.site.settled()

    assert heard == ["回:第1句", "回:第2句", SLOWLY, "", ""]
    assert len(wechat.site.worker.thinker.asked) == 2
    kept = [text for role, text in await wechat.site.said(CONVERSATION) if role == "customer"]
    assert kept == [f"第{number}句" for number in range(1, 6)]


async def test_a_retry_of_a_flood_gets_the_same_answer(wechat: WeChatLine) -> None:
    for number in (1, 2):
        await wechat.say(f"第{number}句")
    request = wechat.request("image")

    answers = [passive_text(wechat.platform.keys, (await wechat.push(request))[1]) for _ in range(2)]

    assert answers == [SLOWLY, SLOWLY]
    assert ("customer", "[图片]") in await wechat.site.said(CONVERSATION)


async def test_another_customer_is_answered_meanwhile(wechat: WeChatLine) -> None:
    for number in range(4):
        await wechat.say(f"第{number}句")
    now = int(time.time())
    message = message_xml(wechat.platform.keys, "o-neighbour", "text", now, {"Content": "停电了", "MsgId": "7"})

    _, body = await wechat.push(signed(wechat.platform.keys, message, now, sealed=True))

    assert passive_text(wechat.platform.keys, body) == "回:停电了"


async def test_an_event_nobody_spoke_is_not_counted(wechat: WeChatLine) -> None:
    for name in ("event_view", "event_unsubscribe", "event_scan"):
        await wechat.send(name)

    assert await wechat.say("第1句") == "回:第1句"


async def test_an_address_that_calls_too_often_is_refused(wechat: WeChatLine) -> None:
    statuses = [(await wechat.push(wechat.request("event_view")))[0] for _ in range(10)]

    assert statuses == [200] * 8 + [429] * 2


async def test_an_alipay_customer_is_asked_once_to_slow_down(alipay: AlipayLine) -> None:
    for number in range(1, 6):
        await alipay.say(f"第{number}句")

    assert alipay.platform.texts(USER) == ["回:第1句", "回:第2句", SLOWLY]
    kept = [text for role, text in await alipay.site.said(ALIPAY_CHAT) if role == "customer"]
    assert kept == [f"第{number}句" for number in range(1, 6)]


async def test_an_alipay_address_that_calls_too_often_is_refused(alipay: AlipayLine) -> None:
    statuses = [(await alipay.post(alipay.form("event_enter")))[0] for _ in range(10)]

    assert statuses == [200] * 8 + [429] * 2
