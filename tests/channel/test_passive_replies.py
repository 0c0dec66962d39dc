"""A passive reply and the record of it are one: no crash between them loses the words or lets them come twice."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from bot.reception.delivery_book import DeliveryBook
from runtime.bus import Bus
from runtime.cache import Cache
from runtime.errors import StoreUnavailable
from runtime.postgres import Pool
from tests.channel.doors import until
from tests.channel.lines import wechat_line
from tests.channel.lost_record import lose_one_record
from tests.channel.test_wechat_door import CONVERSATION, OPENID, Line
from tests.channel.test_wechat_workers import ANSWER, asked, heard, two
from tests.fakes.bot import ScriptedThinker, Worker, worker
from tests.fakes.wechat import FakeWeChat

__all__ = ["two"]

_STANDS = "select delivery, sent_by from messages where role = 'bot'"


async def test_words_leave_behind_their_record(
    database: Pool, bus: Bus, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, recorded = asyncio.Event(), asyncio.Event()
    sent = DeliveryBook.sent

    async def held(*given: Any) -> None:
        recording.set()
        await recorded.wait()
        await sent(*given)

    monkeypatch.setattr(DeliveryBook, "sent", held)
    platform = FakeWeChat()
    platform.start()
    async with wechat_line(database, _worker(database, bus, database_url), platform, answer_seconds=60) as one:
        push = asyncio.create_task(one.push(one.request("text")))
        await asyncio.wait_for(recording.wait(), 30)
        await asyncio.wait({push}, timeout=0.2)
        left_before = push.done()
        recorded.set()

        assert not left_before
        assert await heard(one, push) == ANSWER
        assert [tuple(row) for row in await database.fetch(_STANDS)] == [("sent", "passive")]
    platform.stop()


async def test_a_worker_killed_behind_the_record_loses_nothing(
    two: tuple[Line, Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    # It commits, and that is the last it does: nothing goes back to the platform.
    monkeypatch.setattr("connectors.wechat.exchanges.Exchange.settle", lambda *_, **__: False)
    monkeypatch.setattr(one.site.worker.front, "response", _nothing)
    monkeypatch.setattr("connectors.wechat.exchanges.Exchange.end", lambda _: False)
    request = one.request("text")
    first = asyncio.create_task(one.push(request))
    await one.site.settled()

    again = await heard(other, asyncio.create_task(other.push(request)))

    assert again == ANSWER
    assert asked(two) == 1
    assert one.platform.calls == 0
    first.cancel()


async def _nothing(*_: object) -> None:
    return None


async def test_words_whose_record_failed_come_once(two: tuple[Line, Line], monkeypatch: pytest.MonkeyPatch) -> None:
    one, _ = two
    failures = lose_one_record(monkeypatch)
    push = asyncio.create_task(one.push(one.request("text")))
    await until(lambda: not failures)
    await one.site.settled()
    one.site.door.courier.wake(CONVERSATION)

    passive = await heard(one, push)
    await one.site.settled()

    # In time it is the passive reply still, else a message; once either way.
    assert [passive, *one.platform.texts(OPENID)] in ([ANSWER], ["", ANSWER])
    assert await one.site.pool.fetchval("select delivery from messages where role = 'bot'") == "sent"


async def test_a_message_whose_record_was_lost_is_not_sent_again_by_another_worker(
    database: Pool, bus: Bus, cache: Cache, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform has said yes, and PostgreSQL was lost before it was written down."""
    platform = FakeWeChat()
    platform.start()
    failures = lose_one_record(monkeypatch)
    async with AsyncExitStack() as stack:
        workers = [_worker(database, bus, database_url) for _ in range(2)]
        one, other = [
            await stack.enter_async_context(wechat_line(database, made, platform, cache=cache)) for made in workers
        ]
        one.site.worker.thinker.gate.clear()
        assert (await one.push(one.request("text")))[1] == "success"
        one.site.worker.thinker.gate.set()
        await until(lambda: not failures)
        await one.site.settled()

        other.site.door.courier.wake(CONVERSATION)
        await other.site.settled()

        assert platform.texts(OPENID) == [ANSWER]
        assert [tuple(row) for row in await database.fetch(_STANDS)] == [("sent", "custom")]
    platform.stop()


def _worker(database: Pool, bus: Bus, database_url: str) -> Worker:
    made = worker(database, bus, database_url, ScriptedThinker(), deadline=5)
    made.thinker.gate.set()
    return made


async def test_words_that_left_while_their_record_was_lost_are_not_sent_again_by_another_worker(
    database: Pool, bus: Bus, cache: Cache, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The push could not wait for a slow store any longer, and then the store was lost."""
    platform = FakeWeChat()
    platform.start()
    sent, failures, over = DeliveryBook.sent, [StoreUnavailable("the store went away")], asyncio.Event()

    async def fails_late(*given: Any) -> None:
        if failures:
            await over.wait()
            raise failures.pop()
        await sent(*given)

    monkeypatch.setattr(DeliveryBook, "sent", fails_late)
    async with AsyncExitStack() as stack:
        workers = [_worker(database, bus, database_url) for _ in range(2)]
        one, other = [
            await stack.enter_async_context(wechat_line(database, made, platform, cache=cache)) for made in workers
        ]
        passive = await heard(one, asyncio.create_task(one.push(one.request("text"))))
        over.set()
        await one.site.settled()

        other.site.door.courier.wake(CONVERSATION)
        await other.site.settled()

        assert (passive, platform.texts(OPENID)) == (ANSWER, [])
        assert await database.fetchval("select delivery from messages where role = 'bot'") == "sent"
    platform.stop()
