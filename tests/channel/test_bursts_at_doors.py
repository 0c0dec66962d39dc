"""A burst at the WeChat door: the first push brings the answer, the others are acknowledged at once and say nothing."""

from __future__ import annotations

import asyncio

from bot.reception.bursts import Bursts
from runtime.bus import Bus
from runtime.postgres import Pool
from tests.channel.lines import wechat_line
from tests.channel.test_wechat_door import CONVERSATION, OPENID
from tests.component.bot.test_bursts import ByList
from tests.fakes.bot import ScriptedThinker, worker
from tests.fakes.wechat import FakeWeChat

# Longer than this test may take: a push that is not ended waits so long.
PATIENCE = 60.0


async def test_the_first_push_of_a_burst_gets_the_reply_and_the_others_wait_for_none(
    database: Pool, bus: Bus, database_url: str, platform: FakeWeChat
) -> None:
    made = worker(database, bus, database_url, ScriptedThinker(), deadline=50, bursts=Bursts(database, ByList()))
    async with wechat_line(database, made, platform, answer_seconds=PATIENCE) as line:
        pushes = [asyncio.create_task(line.say("先问一句长一点的话占住这一轮"))]
        await made.thinking()
        for number, text in enumerate(("我家", "停电了", "在织女苑"), 2):
            pushes.append(asyncio.create_task(line.say(text)))
            await _kept(database, number)
        made.thinker.gate.set()

        passive = await asyncio.wait_for(asyncio.gather(*pushes), PATIENCE / 2)
        await line.site.settled()

        assert passive == ["回:先问一句长一点的话占住这一轮", "回:我家停电了，在织女苑", "", ""]
        assert platform.texts(OPENID) == []
        assert {row["turn"] for row in await line.site.lines(CONVERSATION) if row["role"] == "customer"} == {"done"}


async def _kept(pool: Pool, number: int) -> None:
    """Returns once so many messages of customers are durable."""
    for _ in range(400):
        if await pool.fetchval("select count(*) from messages where role = 'customer'") == number:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the push was not kept")
