"""Whom a customer-service message cannot reach: each error code's way, the template, the SMS, the call list."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from connectors.shared.quota import Purpose
from handoff.delivery import call_list
from runtime.bus import Bus
from runtime.cache import Cache
from runtime.postgres import Pool, transaction
from tests.channel.doors import until
from tests.channel.quota_shop import FORM, FakeGateway, Shop, open_shop
from tests.channel.test_wechat_door import CONVERSATION, OPENID
from tests.fakes.bot import PHRASES


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(knows=False)


@pytest_asyncio.fixture
async def shop(database: Pool, bus: Bus, cache: Cache, database_url: str, gateway: FakeGateway) -> AsyncIterator[Shop]:
    async with open_shop(database, bus, cache, database_url, gateway, None) as opened:
        yield opened


@pytest_asyncio.fixture
async def templated(
    database: Pool, bus: Bus, cache: Cache, database_url: str, gateway: FakeGateway
) -> AsyncIterator[Shop]:
    """A shop whose operator has set a template."""
    async with open_shop(database, bus, cache, database_url, gateway, FORM) as opened:
        yield opened


# code -> what is left for an agent afterwards, whether a template may still be tried
SHUT = {45015: True, 45047: True, 43004: False, 48002: False}


@pytest.mark.parametrize("code", SHUT)
async def test_a_code_that_shuts_the_door_is_not_retried_and_mends_the_ledger(templated: Shop, code: int) -> None:
    await templated.line.say("在吗")
    templated.platform.trouble.append(code)

    seq = await templated.tell("这是一句比模板字段更长的话，装不进二十个字的字段里面去")

    assert templated.platform.calls == 1
    assert (await templated.balance()).left(Purpose.RESTORATION) == 0
    assert len(templated.platform.template_sent[OPENID]) == (1 if SHUT[code] else 0)
    assert (await templated.state(seq))[0::2] == ("failed", True)
    assert bool(await templated.calls()) is not SHUT[code]


@pytest.mark.parametrize(("code", "least"), [(45011, timedelta(minutes=1)), (45009, None)])
async def test_a_limit_of_the_account_holds_everybody_back(shop: Shop, code: int, least: timedelta | None) -> None:
    await shop.line.say("在吗")
    shop.platform.trouble.append(code)
    first, second = await shop.tell("一句"), await shop.tell("二句")
    now = shop.clock.now()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    span = least or midnight - now
    due = (await shop.row(first))["next_try_at"]

    assert shop.platform.calls == 1
    assert timedelta(seconds=-5) < due - (now + span) < timedelta(seconds=20)
    assert (await shop.row(second))["delivery"] == "pending"
    shop.clock.pass_(seconds=span.total_seconds() + 10)
    shop.line.site.door.courier.wake(CONVERSATION)
    await shop.settled()

    assert "".join(shop.texts) == "一句\n\n二句"


async def test_while_the_account_is_held_back_answers_leave_with_the_passive_reply(shop: Shop) -> None:
    await shop.line.say("在吗")
    shop.platform.trouble.append(45009)
    await shop.tell("一句")

    answer = await shop.line.say("好了吗")

    assert answer == "一句\n\n回:好了吗"
    assert shop.platform.calls == 1


@pytest.mark.parametrize("code", [-1, 502])
async def test_a_fault_is_tried_again_and_costs_one_message(shop: Shop, code: int) -> None:
    await shop.line.say("在吗")
    shop.platform.trouble.append(code)

    seq = await shop.tell("查到了")
    sweep = asyncio.create_task(shop.line.site.door.courier.sweep())
    await until(lambda: shop.texts)
    sweep.cancel()
    await shop.settled()

    assert ((await shop.row(seq))["delivery_attempts"], (await shop.row(seq))["cost"]) == (2, 1)
    assert (await shop.balance()).lasting == 4


async def test_a_template_that_arrives_leaves_the_words_owed(templated: Shop) -> None:
    await templated.line.say("在吗")
    templated.clock.pass_(hours=49)

    seq = await templated.tell("您家的停电原因查到了：线路检修，预计今天十八点前恢复送电。")
    sent = templated.platform.template_sent[OPENID][0]
    await templated.report(sent["msgid"], "success")

    assert sent["data"]["thing1"]["value"] == PHRASES.say("utter_door_template_topic")
    assert sent["data"]["thing2"]["value"].startswith("您家的停电原因查到了")
    assert await templated.state(seq) == ("failed", "template", True)
    assert (await templated.row(seq))["receipt_result"] == "success"
    assert await templated.calls() == []


async def test_a_template_that_shows_all_words_owes_nothing(templated: Shop) -> None:
    await templated.line.say("在吗")
    templated.clock.pass_(hours=49)

    seq = await templated.tell("已恢复送电")

    assert await templated.state(seq) == ("sent", "template", False)


@pytest.mark.parametrize("status", ["failed:user block", "failed: system failed"])
async def test_a_template_that_does_not_arrive_goes_the_next_way(templated: Shop, status: str) -> None:
    await templated.line.say("在吗")
    templated.clock.pass_(hours=49)
    seq = await templated.tell("已恢复送电")

    await templated.report(templated.platform.template_sent[OPENID][0]["msgid"], status)

    assert (await templated.row(seq))["receipt_result"] == status
    assert len(templated.platform.template_sent[OPENID]) == 1
    assert (await templated.state(seq))[0::2] == ("failed", True)
    assert [seqs for seqs, _ in await templated.calls()] == [(seq,)]


@pytest.mark.parametrize("code", [503, -1])
async def test_a_template_that_fails_for_now_is_sent_once(templated: Shop, code: int) -> None:
    await templated.line.say("在吗")
    templated.clock.pass_(hours=49)
    templated.platform.template_trouble.append(code)

    seq = await templated.tell("已恢复送电")
    sweep = asyncio.create_task(templated.line.site.door.courier.sweep())
    await until(lambda: templated.platform.template_sent[OPENID])
    sweep.cancel()
    await templated.settled()

    assert len(templated.platform.template_sent[OPENID]) == 1
    assert await templated.state(seq) == ("sent", "template", False)


async def test_a_template_the_platform_refuses_goes_to_the_sms_gateway(templated: Shop, gateway: FakeGateway) -> None:
    gateway.knows = True
    templated.platform.templates.fields.clear()
    await templated.line.say("在吗")
    templated.clock.pass_(hours=49)

    seq = await templated.tell("已恢复送电")

    assert gateway.sent == ["已恢复送电"]
    assert await templated.state(seq) == ("sent", "sms", False)


async def test_a_gateway_that_is_down_leaves_the_call_list(shop: Shop, gateway: FakeGateway) -> None:
    gateway.down = True
    await shop.line.say("在吗")
    shop.clock.pass_(hours=49)

    seq = await shop.tell("已恢复送电")

    assert [seqs for seqs, _ in await shop.calls()] == [(seq,)]


async def test_a_call_that_was_made_ends_the_line(shop: Shop) -> None:
    await shop.line.say("在吗")
    shop.clock.pass_(hours=49)
    seq = await shop.tell("已恢复送电")
    async with transaction(shop.pool) as connection:
        call = (await call_list.waiting(connection))[0]

        done = await call_list.finish(connection, call.call_id, "K0104", at=shop.clock.now())
        again = await call_list.finish(connection, call.call_id, "K0104", at=shop.clock.now())

    assert (done, again) == (True, False)
    assert await shop.state(seq) == ("sent", "call", False)
    await shop.line.say("还在吗")
    await shop.settled()
    assert not any("已恢复送电" in text for text in shop.texts)


async def test_who_has_left_gets_no_message_and_no_template(templated: Shop) -> None:
    await templated.line.say("在吗")
    templated.platform.trouble.append(40164)
    waits = await templated.tell("一句")

    await templated.line.send("event_unsubscribe")
    await templated.settled()
    after = await templated.tell("二句")

    assert templated.platform.calls == 1
    assert templated.platform.template_sent[OPENID] == []
    assert [seqs for seqs, _ in await templated.calls()] == [(waits, after)]


async def test_that_somebody_has_left_survives_the_loss_of_redis(shop: Shop) -> None:
    await shop.line.say("在吗")
    await shop.line.send("event_unsubscribe")

    await shop.cache.run("return redis.call('del', KEYS[1])", f"quota:{CONVERSATION}")

    assert (await shop.balance()).reachable is False


async def test_who_writes_after_leaving_is_answered_again(shop: Shop) -> None:
    await shop.line.say("在吗")
    await shop.line.send("event_unsubscribe")

    await shop.line.say("我又来了")
    await shop.settled()
    seq = await shop.tell("查到了")

    assert (await shop.row(seq))["delivery"] == "sent"
