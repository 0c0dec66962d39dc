"""A passive reply and the record of it are one: no crash between them loses the words or lets them come twice."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.reception.delivery_book import DeliveryBook
from runtime.errors import StoreUnavailable
from tests.channel.doors import until
from tests.channel.test_wechat_door import CONVERSATION, OPENID, Line
from tests.channel.test_wechat_workers import ANSWER, asked, heard, two

__all__ = ["two"]

_STANDS = "select delivery, sent_by from messages where role = 'bot'"


async def test_words_leave_behind_their_record(two: tuple[Line, Line], monkeypatch: pytest.MonkeyPatch) -> None:
    one, _ = two
    recording, recorded = asyncio.Event(), asyncio.Event()
    sent = DeliveryBook.sent

    async def held(*given: Any) -> None:
        recording.set()
        await recorded.wait()
        await sent(*given)

    monkeypatch.setattr(DeliveryBook, "sent", held)
    push = asyncio.create_task(one.push(one.request("text")))
    await asyncio.wait_for(recording.wait(), 10)
    await asyncio.wait({push}, timeout=0.2)
    left_before = push.done()
    recorded.set()

    assert not left_before
    assert await heard(one, push) == ANSWER
    assert [tuple(row) for row in await one.site.pool.fetch(_STANDS)] == [("sent", "passive")]


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
    sent, failures = DeliveryBook.sent, [StoreUnavailable("the store went away")]

    async def fails_once(*given: Any) -> None:
        if failures:
            raise failures.pop()
        await sent(*given)

    monkeypatch.setattr(DeliveryBook, "sent", fails_once)
    push = asyncio.create_task(one.push(one.request("text")))
    await until(lambda: not failures)
    await one.site.settled()
    one.site.door.courier.wake(CONVERSATION)

    passive = await heard(one, push)
    await one.site.settled()

    # In time it is the passive reply still, else a message; once either way.
    assert [passive, *one.platform.texts(OPENID)] in ([ANSWER], ["", ANSWER])
    assert await one.site.pool.fetchval("select delivery from messages where role = 'bot'") == "sent"
