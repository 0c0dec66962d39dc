"""Floods over several workers: they count together in Redis, alone without it; danger always gets its turn."""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from collections.abc import Callable

import pytest
import redis
from structlog.testing import capture_logs

from connectors.shared.pace import Limits
from connectors.shared.shared_pace import Bucket, SharedPace
from conversation.identity import ChannelName, ChannelUser
from conversation.message import InboundMessage
from runtime.embedded import EmbeddedRedis, free_port
from runtime.postgres import Pool
from tests.channel.doors import until
from tests.channel.lines import wechat_line
from tests.channel.test_wechat_door import CONVERSATION, OPENID
from tests.channel.test_wechat_door import Line as WeChatLine
from tests.fakes.bot import PHRASES, Worker
from tests.fakes.wechat import FakeWeChat, message_xml, passive_text, signed

SLOWLY, BUSY = PHRASES.say("utter_door_too_fast"), PHRASES.say("utter_door_busy")
_DANGER = "有人触电倒在地上了"


@pytest.fixture
def redis_url(redis_server: EmbeddedRedis) -> str:
    """A database of Redis in which nobody has written yet."""
    url = redis_server.url.rpartition("/")[0] + "/5"
    with redis.from_url(url) as client:
        client.flushdb()
    return url


def _limits(redis_url: str, **changed: float) -> Limits:
    return Limits(**{"customer_burst": 2, "customer_per_second": 0.01, "redis_url": redis_url, **changed})  # type: ignore[arg-type]


async def _say(line: WeChatLine, text: str, openid: str) -> str:
    now = int(time.time())
    message = message_xml(
        line.platform.keys, openid, "text", now, {"Content": text, "MsgId": str(secrets.randbelow(10**12))}
    )
    _, body = await line.push(signed(line.platform.keys, message, now, sealed=True))
    return passive_text(line.platform.keys, body)


async def test_two_workers_count_one_customer_together(
    database: Pool, platform: FakeWeChat, hired: Callable[[], Worker], redis_url: str
) -> None:
    limits = _limits(redis_url)
    async with (
        wechat_line(database, hired(), platform, limits=limits) as one,
        wechat_line(database, hired(), platform, limits=limits) as two,
    ):
        heard = [await _say(line, f"第{number}句", OPENID) for number, line in enumerate((one, two, one, two), 1)]
        for line in (one, two):
            await line.site.settled()

    # A passive reply that comes too late on a busy machine comes as a message. Each worker asks once.
    read = [text for text in (*heard, *platform.texts(OPENID)) if text]
    assert sorted(read) == sorted(["回:第1句", "回:第2句", SLOWLY, SLOWLY])


async def test_without_redis_each_worker_counts_alone_and_says_so_once(
    database: Pool, platform: FakeWeChat, hired: Callable[[], Worker]
) -> None:
    limits = _limits(f"redis://127.0.0.1:{free_port()}/0")
    with capture_logs() as logs:
        async with wechat_line(database, hired(), platform, limits=limits) as line:
            for number in range(1, 4):
                await _say(line, f"第{number}句", OPENID)
            await line.site.settled()
            said = [text for role, text in await line.site.said(CONVERSATION) if role == "bot"]

    assert said == ["回:第1句", "回:第2句", SLOWLY]
    assert [entry["event"] for entry in logs if entry["event"].startswith("door.pace")] == ["door.pace.alone"]


async def test_more_than_the_door_takes_is_answered_later_and_never_lost(
    database: Pool, platform: FakeWeChat, hired: Callable[[], Worker], redis_url: str
) -> None:
    limits = _limits(redis_url, door_burst=1, door_per_second=0.01)
    made = hired()
    async with wechat_line(database, made, platform, limits=limits) as line:
        heard = [await _say(line, "第1句", "o-first"), await _say(line, "第2句", OPENID)]
        before = len(made.thinker.asked)
        await database.execute("update messages set created_at = created_at - interval '1 minute'")
        sweep = asyncio.create_task(made.desk.sweep())
        await until(lambda: platform.texts(OPENID))
        await line.site.settled()
        sweep.cancel()

        said = await line.site.said(CONVERSATION)

    assert heard[1] in (BUSY, "")
    assert before == 1
    assert said == [("customer", "第2句"), ("bot", BUSY), ("bot", "回:第2句")]
    assert platform.texts(OPENID)[-1].endswith("回:第2句")


async def test_who_writes_on_while_many_do_reads_it_once_and_is_answered_in_order(
    database: Pool, platform: FakeWeChat, hired: Callable[[], Worker], redis_url: str
) -> None:
    limits = _limits(redis_url, door_burst=1, door_per_second=0.01, customer_burst=9)
    made = hired()
    async with wechat_line(database, made, platform, limits=limits) as line:
        await _say(line, "第0句", "o-first")
        heard = [await _say(line, f"第{number}句", OPENID) for number in (1, 2)]
        made.desk.wake(CONVERSATION)
        await line.site.settled()

        said = [text for role, text in await line.site.said(CONVERSATION) if role == "bot"]

    assert heard[1] == ""
    assert said == [BUSY, "回:第1句", "回:第2句"]


async def test_what_was_put_off_is_taken_up_in_turns_and_who_waits_longest_first(
    database: Pool, hired: Callable[[], Worker]
) -> None:
    made = hired()
    made.thinker.gate.clear()
    for number in range(40):
        await made.front.put_off(InboundMessage(ChannelUser(ChannelName.WECHAT, f"o{number:02}"), "1", "在吗"), "")
    await database.execute(
        "update messages set created_at = created_at - interval '1 minute' * (99 - seq) - interval '1 second' *"
        " (99 - right(conversation_id, 2)::int)"
    )
    sweep = asyncio.create_task(made.desk.sweep())
    await until(lambda: len(made.thinker.asked) >= 32)
    first = {question.conversation_id for question in made.thinker.asked}
    made.thinker.gate.set()
    await until(lambda: len(made.thinker.asked) == 40)
    await made.settled()
    sweep.cancel()
    await made.locks.close()

    assert first == {f"wechat:o{number:02}" for number in range(32)}
    assert {question.conversation_id for question in made.thinker.asked} == {
        f"wechat:o{number:02}" for number in range(40)
    }


async def test_danger_gets_its_turn_whatever_all_others_write(
    database: Pool, platform: FakeWeChat, hired: Callable[[], Worker], redis_url: str
) -> None:
    limits = _limits(redis_url, door_burst=1, door_per_second=0.01, customer_burst=1)
    made = hired()
    async with wechat_line(database, made, platform, limits=limits) as line:
        for number in range(1, 3):
            await _say(line, f"第{number}句", OPENID)
        await _say(line, _DANGER, OPENID)
        await line.site.settled()

        said = await line.site.said(CONVERSATION)

    assert [question.text for question in made.thinker.asked][-1] == _DANGER
    assert ("bot", f"回:{_DANGER}") in said


async def test_a_bucket_that_is_empty_takes_from_no_other(redis_url: str) -> None:
    pace = SharedPace(redis_url, "trial")
    wide, narrow = Bucket("wide", 2, 0.01), Bucket("narrow", 1, 0.01)

    first, second = await pace.take([wide, narrow]), await pace.take([wide, narrow])
    left = [await pace.take([wide]) for _ in range(2)]
    await pace.close()

    assert first is None
    assert second is not None
    assert (second.name, 0 < second.seconds <= 100) == ("narrow", True)
    assert [empty is None for empty in left] == [True, False]


async def test_a_bucket_fills_up_again_and_says_when(redis_url: str) -> None:
    pace = SharedPace(redis_url, "trial")
    quick = Bucket("quick", 1, 20.0)
    await pace.take([quick])
    empty = await pace.take([quick])

    assert empty is not None
    await asyncio.sleep(empty.seconds + 0.01)
    assert await pace.take([quick]) is None
    await pace.close()


async def test_two_doors_count_apart(redis_url: str) -> None:
    one, two = SharedPace(redis_url, "wechat"), SharedPace(redis_url, "alipay")
    bucket = Bucket("all", 1, 0.01)

    taken = [await one.take([bucket]), await two.take([bucket])]
    empty = await one.take([bucket])
    await one.close()
    await two.close()

    assert taken == [None, None]
    assert empty is not None


async def test_a_redis_that_hangs_holds_nobody_up() -> None:
    with socket.socket() as deaf, capture_logs() as logs:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        pace = SharedPace(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0", "trial")
        taken = [await pace.take([Bucket("a", 1, 0.01)]) for _ in range(5)]
        await pace.close()

    assert taken == [None] * 5
    assert [entry["event"] for entry in logs] == ["door.pace.alone"]


async def test_redis_knows_no_customer_by_name(redis_url: str) -> None:
    pace = SharedPace(redis_url, "wechat")
    await pace.take([Bucket(f"customer {OPENID}", 2, 0.01)])
    await pace.close()

    with redis.from_url(redis_url, decode_responses=True) as client:
        keys = client.keys("*")
        assert len(keys) == 1
        assert OPENID not in keys[0]
        assert client.ttl(keys[0]) > 0
