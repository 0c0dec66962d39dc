"""Many WeChat customers at once, with repeats, slow turns and a failing API: each message answered once, in order."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator

import pytest_asyncio

from connectors.wechat.account import WeChatAccount
from connectors.wechat.door import WeChatDoor
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.postgres import Pool
from tests.channel.doors import Site, open_site, until
from tests.fakes.bot import PHRASES, ScriptedThinker, echo, worker
from tests.fakes.wechat import FakeWeChat, message_xml, passive_text, signed

_PEOPLE, _EACH = 20, 5


class SlowThinker(ScriptedThinker):
    """Every twentieth turn takes longer than WeChat waits."""

    async def answer(self, question):  # type: ignore[no-untyped-def]
        self.asked.append(question)
        await asyncio.sleep(0.6 if len(self.asked) % 20 == 0 else 0.01)
        return echo(question)


@pytest_asyncio.fixture
async def site(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[tuple[Site, FakeWeChat]]:
    platform = FakeWeChat()
    platform.start()
    keys = platform.keys
    made = worker(database, bus, database_url, SlowThinker(), deadline=5)
    account = WeChatAccount(keys.app_id, keys.token, keys.secret, keys.aes_key, platform.url)
    door = WeChatDoor(made.front, account, SystemClock(), PHRASES.say, answer_seconds=0.4)
    async with open_site(database, made, door) as opened:
        yield opened, platform
    platform.stop()


async def test_each_message_is_answered_once_and_in_order(site: tuple[Site, FakeWeChat]) -> None:
    door, platform = site
    chance = random.Random(7)
    platform.trouble.extend(-1 if chance.random() < 0.1 else 0 for _ in range(1000))
    sweep = asyncio.create_task(door.door.courier.sweep())

    heard = await asyncio.gather(*(_customer(door, platform, number, chance) for number in range(_PEOPLE)))
    await until(lambda: all(_all_there(platform, number, heard[number]) for number in range(_PEOPLE)), 30)
    await door.settled()
    sweep.cancel()

    for number, passive in enumerate(heard):
        answers = passive + _parts(platform.texts(f"o{number}"))
        assert sorted(answers) == sorted(f"回:第{said}句" for said in range(_EACH))
    orders = [
        row["seqs"]
        for row in await door.pool.fetch(
            "select array_agg(reply_to order by seq) as seqs from messages where role = 'bot' group by conversation_id"
        )
    ]
    assert all(order == sorted(order) for order in orders)
    states = await door.pool.fetch("select distinct delivery from messages where role = 'bot'")
    assert [row["delivery"] for row in states] == ["sent"]


async def _customer(site: Site, platform: FakeWeChat, number: int, chance: random.Random) -> list[str]:
    """Writes a few messages, some of them pushed twice; returns what came as passive replies, each message's once."""
    heard: list[str] = []
    for said in range(_EACH):
        await asyncio.sleep(chance.random() * 0.3)
        now = int(time.time())
        fields = {"Content": f"第{said}句", "MsgId": str(number * 100 + said)}
        message = message_xml(platform.keys, f"o{number}", "text", now, fields)
        times = 2 if chance.random() < 0.1 else 1
        answers = await asyncio.gather(*(_push(site, platform, message) for _ in range(times)))
        assert len(set(answers)) == 1
        heard += _parts([answers[0]])
    return heard


async def _push(site: Site, platform: FakeWeChat, message: str) -> str:
    request = signed(platform.keys, message, int(time.time()), sealed=True)
    async with site.http.post(site.url, params=request.query, data=request.body) as answer:
        assert answer.status == 200
        return passive_text(platform.keys, await answer.text())


def _parts(texts: list[str]) -> list[str]:
    return [part for text in texts for part in text.split("\n\n") if part]


def _all_there(platform: FakeWeChat, number: int, passive: list[str]) -> bool:
    return len(passive) + len(_parts(platform.texts(f"o{number}"))) >= _EACH
