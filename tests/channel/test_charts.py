"""A card with a chart at the doors that push: the words with their rows, then the chart as a picture."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from bot.charts import chart_png
from conversation.reply import Card, Chart, Reply
from runtime.bus import Bus
from runtime.postgres import Pool
from tests.channel.doors import Site, until
from tests.channel.lines import alipay_line, wechat_line
from tests.channel.test_alipay_door import CONVERSATION as ALIPAY_CHAT
from tests.channel.test_alipay_door import USER
from tests.channel.test_alipay_door import Line as AlipayLine
from tests.channel.test_wechat_door import CONVERSATION, OPENID, answering
from tests.channel.test_wechat_door import Line as WeChatLine
from tests.fakes.alipay import PICTURE, FakeAlipay
from tests.fakes.bot import ScriptedThinker, Worker, worker
from tests.fakes.wechat import FakeWeChat

CHART = Chart(("2026-08", "2026-09", "2026-10"), (251.3, 224.71, 190.2), "元", highlight=2)
CARD = Card("trend", "近三个月电费", (("2026年10月", "190.20 元"),), chart=CHART)
SHOWN = "给您画了图\n【近三个月电费】\n2026年10月：190.20 元"


def speaking(database: Pool, bus: Bus, url: str) -> Worker:
    made = worker(database, bus, url, ScriptedThinker(answering(Reply("给您画了图", card=CARD))), deadline=5)
    made.thinker.gate.set()
    return made


def torn(_: Chart) -> bytes:
    raise ValueError("no such colour")


@pytest_asyncio.fixture
async def wechat(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[WeChatLine]:
    platform = FakeWeChat()
    platform.start()
    async with wechat_line(database, speaking(database, bus, database_url), platform) as opened:
        yield opened
    platform.stop()


@pytest_asyncio.fixture
async def alipay(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[AlipayLine]:
    platform = FakeAlipay()
    platform.start()
    async with alipay_line(database, speaking(database, bus, database_url), platform) as opened:
        yield opened
    platform.stop()


async def states(site: Site, conversation_id: str) -> list[str]:
    await site.settled()
    return [line["delivery"] for line in await site.lines(conversation_id) if line["role"] == "bot"]


async def test_the_passive_reply_carries_the_rows_and_the_picture_follows(wechat: WeChatLine) -> None:
    assert await wechat.say("近三个月电费") == SHOWN

    assert await states(wechat.site, CONVERSATION) == ["sent"]
    assert wechat.platform.pictures(OPENID) == [chart_png(CHART)]
    assert wechat.platform.calls == 1


async def test_a_late_answer_sends_its_words_before_its_picture(wechat: WeChatLine) -> None:
    wechat.site.worker.thinker.gate.clear()
    await wechat.say("近三个月电费")
    wechat.site.worker.thinker.gate.set()
    await until(lambda: len(wechat.platform.sent[OPENID]) == 2)

    assert [message["msgtype"] for message in wechat.platform.sent[OPENID]] == ["text", "image"]
    assert wechat.platform.texts(OPENID)[0] == SHOWN


async def test_the_same_chart_is_uploaded_once(wechat: WeChatLine) -> None:
    for text in ("近三个月电费", "再看一遍"):
        await wechat.say(text)
        await wechat.site.settled()

    assert len(wechat.platform.pictures(OPENID)) == 2
    assert len(wechat.platform.uploaded) == 1


async def test_a_picture_the_platform_has_no_more_is_uploaded_again(wechat: WeChatLine) -> None:
    await wechat.say("近三个月电费")
    await wechat.site.settled()
    wechat.platform.expire()

    await wechat.say("再看一遍")
    await wechat.site.settled()

    assert wechat.platform.pictures(OPENID) == [chart_png(CHART)] * 2


async def test_an_upload_survives_a_token_that_ran_out(wechat: WeChatLine) -> None:
    wechat.platform.certified = True
    await wechat.say("近三个月电费")
    await wechat.site.settled()
    wechat.platform.expire()
    wechat.platform.revoke()

    await wechat.say("再看一遍")
    await wechat.site.settled()

    assert len(wechat.platform.pictures(OPENID)) == 2


@pytest.mark.parametrize("code", [503, 45009, 40005, -1])
async def test_a_failed_upload_leaves_the_rows_and_ends_the_line(wechat: WeChatLine, code: int) -> None:
    wechat.platform.upload_trouble.append(code)

    with capture_logs() as logs:
        assert await wechat.say("近三个月电费") == SHOWN
        assert await states(wechat.site, CONVERSATION) == ["sent"]

    assert wechat.platform.sent[OPENID] == []
    assert "wechat.chart.undelivered" in [entry["event"] for entry in logs]


@pytest.mark.parametrize("code", [45047, 503, 43004])
async def test_a_picture_that_is_refused_leaves_the_rows_and_ends_the_line(wechat: WeChatLine, code: int) -> None:
    wechat.platform.trouble.append(code)

    with capture_logs() as logs:
        assert await wechat.say("近三个月电费") == SHOWN
        assert await states(wechat.site, CONVERSATION) == ["sent"]

    assert wechat.platform.pictures(OPENID) == []
    assert "wechat.chart.undelivered" in [entry["event"] for entry in logs]


async def test_words_that_fail_send_no_picture_before_them(wechat: WeChatLine) -> None:
    wechat.site.worker.thinker.gate.clear()
    wechat.platform.trouble.append(40164)
    await wechat.say("近三个月电费")
    wechat.site.worker.thinker.gate.set()
    assert await states(wechat.site, CONVERSATION) == ["pending"]
    assert wechat.platform.sent[OPENID] == []

    await wechat.site.pool.execute("update messages set next_try_at = null")
    wechat.site.door.courier.wake(CONVERSATION)

    assert await states(wechat.site, CONVERSATION) == ["sent"]
    assert [message["msgtype"] for message in wechat.platform.sent[OPENID]] == ["text", "image"]


async def test_a_chart_that_cannot_be_drawn_leaves_the_rows(database: Pool, bus: Bus, database_url: str) -> None:
    platform = FakeWeChat()
    platform.start()
    made = speaking(database, bus, database_url)
    async with wechat_line(database, made, platform, draw=torn) as opened:
        assert await opened.say("近三个月电费") == SHOWN
        assert await states(opened.site, CONVERSATION) == ["sent"]
    platform.stop()

    assert platform.sent[OPENID] == []


async def test_alipay_gets_the_words_then_an_article_with_the_uploaded_picture(alipay: AlipayLine) -> None:
    await alipay.say("近三个月电费")
    await alipay.say("再看一遍")

    assert alipay.platform.texts(USER) == [SHOWN, PICTURE] * 2
    assert alipay.platform.pictures(USER) == [chart_png(CHART)] * 2
    assert len(alipay.platform.uploaded) == 1
    article = alipay.platform.sent[USER][1]
    assert (article["chat"], article["articles"][0]["title"]) == ("1", "近三个月电费")


async def test_alipay_keeps_the_rows_where_the_picture_is_refused(alipay: AlipayLine) -> None:
    alipay.platform.upload_trouble.append("isv.insufficient-isv-permissions")

    with capture_logs() as logs:
        await alipay.say("近三个月电费")

    assert alipay.platform.texts(USER) == [SHOWN]
    assert await states(alipay.site, ALIPAY_CHAT) == ["sent"]
    assert "alipay.chart.undelivered" in [entry["event"] for entry in logs]
