"""WeChat's quota: five messages for each of the customer's, two of them kept; a ledger that no loss of Redis resets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from connectors.shared.quota import Purpose
from connectors.wechat.budget import wechat_quota
from conversation.message import Role
from conversation.reply import Card, Chart, Reply
from handoff.delivery.spending import SpendingRecord
from runtime.bus import Bus
from runtime.cache import Cache
from runtime.postgres import Pool
from tests.channel.doors import until
from tests.channel.lines import wechat_line
from tests.channel.quota_shop import FakeGateway, Shop, open_shop
from tests.channel.test_wechat_door import CONVERSATION, OPENID, answering
from tests.fakes.bot import PHRASES, ScriptedThinker, worker
from tests.fakes.hand_clock import HandClock
from tests.fakes.wechat import FakeWeChat

LONG = "这句话说明阶梯电价怎么算，第一档每度多少钱。" * 60


@pytest_asyncio.fixture
async def shop(database: Pool, bus: Bus, cache: Cache, database_url: str) -> AsyncIterator[Shop]:
    async with open_shop(database, bus, cache, database_url, FakeGateway(knows=False), None) as opened:
        yield opened


async def test_a_passive_reply_costs_nothing_and_a_later_message_one(shop: Shop) -> None:
    assert await shop.line.say("在吗") == "回:在吗"
    await shop.settled()
    answer = (await shop.row(2))["sent_by"], (await shop.row(2))["cost"]
    seq = await shop.tell("查到了")

    assert answer == ("passive", 0)
    assert ((await shop.row(seq))["sent_by"], (await shop.row(seq))["cost"]) == ("custom", 1)
    assert (await shop.balance()).lasting == 4


async def test_the_bot_leaves_two_messages_an_agent_one_and_the_restoration_takes_the_last(shop: Shop) -> None:
    await shop.line.say("在吗")
    bot = [await shop.tell(f"结果{number}") for number in range(4)]
    person = [await shop.tell(f"人工{number}", Role.AGENT) for number in range(2)]
    back = await shop.tell("已恢复送电", notice="restoration")

    assert [(await shop.row(seq))["delivery"] for seq in bot] == ["sent", "sent", "sent", "failed"]
    assert [(await shop.row(seq))["delivery"] for seq in person] == ["sent", "failed"]
    assert (await shop.row(back))["delivery"] == "sent"
    assert len(shop.texts) == 5
    assert [seqs for seqs, _ in await shop.calls()] == [(bot[3], person[1])]


async def test_the_desk_knows_how_many_messages_are_left(shop: Shop) -> None:
    await shop.line.say("在吗")
    await shop.tell("查到了")

    balance = await shop.balance()

    assert (balance.left(Purpose.BOT), balance.left(Purpose.AGENT), balance.left(Purpose.RESTORATION)) == (2, 3, 4)


async def test_what_is_owed_is_delivered_first_when_the_customer_writes_again(shop: Shop) -> None:
    await shop.line.say("在吗")
    seqs = [await shop.tell(f"结果{number}") for number in range(5)]
    assert await shop.state(seqs[3]) == ("failed", None, True)

    passive = await shop.line.say("还在吗")
    await shop.settled()

    heard = "\n\n".join([*shop.texts, passive]) if passive.startswith("回") else "\n\n".join([passive, *shop.texts[3:]])
    assert heard.index("结果3") < heard.index("结果4") < heard.index("回:还在吗")
    assert [(await shop.state(seq))[0::2] for seq in seqs[3:]] == [("sent", False)] * 2
    assert await shop.calls() == []


async def test_nothing_is_sent_when_the_window_is_over(shop: Shop) -> None:
    await shop.line.say("在吗")
    shop.clock.pass_(hours=48, minutes=1)

    seq = await shop.tell("查到了")

    assert shop.platform.calls == 0
    assert await shop.state(seq) == ("failed", None, True)
    assert [seqs for seqs, _ in await shop.calls()] == [(seq,)]


async def test_a_menu_click_opens_three_messages_for_a_minute(shop: Shop) -> None:
    await shop.line.send("event_click")
    await shop.settled()
    before = await shop.balance()
    sent = [await shop.tell(f"结果{number}") for number in range(4)]
    shop.clock.pass_(seconds=61)
    late = await shop.tell("迟到的")

    assert (before.lasting, before.left(Purpose.BOT)) == (0, 3)
    assert [(await shop.row(seq))["delivery"] for seq in (*sent, late)] == ["sent"] * 3 + ["failed"] * 2


@pytest.mark.parametrize("event", ["event_subscribe", "event_scan"])
async def test_a_follow_and_a_scan_open_three_messages(shop: Shop, event: str) -> None:
    await shop.line.send(event)

    assert (await shop.balance()).passing == 3


async def test_a_retry_of_a_push_opens_nothing_again(shop: Shop) -> None:
    request = shop.line.request("text")
    await shop.line.push(request)
    await shop.tell("查到了")
    ledger = wechat_quota(SpendingRecord(shop.pool), shop.cache, shop.clock)

    await ledger.opened(CONVERSATION, "1001", lasting=True)

    assert (await shop.balance()).lasting == 4


async def test_a_ledger_that_redis_lost_is_rebuilt_from_the_deliveries(shop: Shop) -> None:
    await shop.line.say("在吗")
    shop.clock.pass_(seconds=1)
    for number in range(2):
        await shop.tell(f"结果{number}")

    await shop.cache.run("return redis.call('del', KEYS[1])", f"quota:{CONVERSATION}")
    balance = await shop.balance()
    seqs = [await shop.tell(f"再来{number}") for number in range(2)]

    assert (balance.lasting, balance.left(Purpose.BOT)) == (3, 1)
    assert [(await shop.row(seq))["delivery"] for seq in seqs] == ["sent", "failed"]
    assert len(shop.texts) == 3


async def test_an_event_rebuilds_no_long_window(shop: Shop) -> None:
    await shop.line.send("event_click")
    await shop.settled()

    await shop.cache.run("return redis.call('del', KEYS[1])", f"quota:{CONVERSATION}")

    assert (await shop.balance()).lasting == 0


async def test_without_redis_the_deliveries_in_postgres_count(database: Pool, bus: Bus, database_url: str) -> None:
    clock, dead = HandClock(), Cache("redis://127.0.0.1:1/0")
    ledger = wechat_quota(SpendingRecord(database), dead, clock)
    made = worker(database, bus, database_url, ScriptedThinker(), clock=clock)
    made.thinker.gate.set()
    platform = FakeWeChat(now=clock.seconds)
    platform.start()

    async with wechat_line(database, made, platform, clock=clock, cache=dead) as line:
        await line.say("在吗")
        clock.pass_(seconds=1)
        await line.site.settled()
        await database.execute(
            "update messages set cost = 3, sent_at = $1, sent_by = 'custom' where role = 'bot'", clock.now()
        )
        balance = await ledger.balance(CONVERSATION)
    platform.stop()
    await dead.close()

    assert (balance.lasting, balance.left(Purpose.BOT), balance.left(Purpose.AGENT)) == (2, 0, 1)


async def test_two_workers_spend_one_purse(shop: Shop) -> None:
    await shop.line.say("在吗")
    ledgers = [wechat_quota(SpendingRecord(shop.pool), shop.cache, shop.clock) for _ in range(2)]

    spent = await asyncio.gather(*(ledgers[n % 2].spend(CONVERSATION, Purpose.BOT) for n in range(8)))

    assert sorted(spent) == [""] * 5 + ["lasting"] * 3


async def test_a_long_text_is_shortened_when_the_quota_is_short_and_its_rest_is_owed(shop: Shop) -> None:
    await shop.line.say("在吗")
    for number in range(2):
        await shop.tell(f"结果{number}")

    seq = await shop.tell(LONG)
    first = shop.texts[-1]
    state = await shop.state(seq)
    passive = await shop.line.say("继续")
    await shop.settled()

    pointer = PHRASES.say("utter_door_rest")
    assert state == ("sent", "custom", True)
    assert first.endswith(pointer)
    assert len(first.encode()) <= 2000
    heard = [first.removesuffix("\n" + pointer), *shop.texts[3:], *([passive] if LONG.endswith(passive) else [])]
    assert LONG in "".join(heard)
    assert (await shop.state(seq))[0::2] == ("sent", False)


async def test_words_come_before_charts(shop: Shop) -> None:
    chart = Card("trend", "近两月电费", (("10月", "190.20 元"),), chart=Chart(("9", "10"), (224.71, 190.2), "元"))
    await shop.line.say("在吗")
    for number in range(2):
        await shop.tell(f"结果{number}")

    await shop.tell("图在这", card=Reply("", card=chart).to_body()["card"])

    assert shop.texts[-1].startswith("图在这")
    assert shop.platform.pictures(OPENID) == []


async def test_the_last_message_waits_for_the_answers_that_are_coming(shop: Shop) -> None:
    shop.line.site.worker.thinker.gate.clear()
    await asyncio.gather(*(shop.line.say(f"第{number}句") for number in range(5)))
    shop.line.site.worker.thinker.gate.set()
    await until(lambda: "".join(shop.texts).count("回:") == 5)
    await shop.settled()

    assert len(shop.texts) == 3
    assert await shop.calls() == []


async def test_the_last_message_takes_the_lines_that_wait_already(shop: Shop) -> None:
    await shop.line.say("在吗")
    for number in range(2):
        await shop.tell(f"结果{number}")
    shop.platform.trouble.append(40164)
    first = await shop.tell("结果2")
    query = "insert into messages (conversation_id, seq, role, body, epoch, delivery, reply_to, created_at)"
    for seq in (90, 91):
        await shop.pool.execute(
            f"{query} values ($1, $2, 'bot', $3, 0, 'pending', $2, now())", CONVERSATION, seq, {"text": f"第{seq}句"}
        )
    await shop.pool.execute("update messages set next_try_at = null, delivery_attempts = 0")
    await shop.pool.execute("update messages set reply_to = 1 where seq = $1", first)

    shop.line.site.door.courier.wake(CONVERSATION)
    await until(lambda: len(shop.texts) == 3)
    await shop.settled()

    assert shop.texts[-1] == "结果2\n\n第90句\n\n第91句"
    assert await shop.calls() == []


async def test_a_late_answer_uses_the_reply_of_a_person_who_writes(shop: Shop) -> None:
    shop.line.site.worker.thinker.think = answering(Reply("答"))

    assert await shop.line.say("在吗") == "答"
    assert (await shop.balance()).lasting == 5
