"""A WeChat push and its retries at two workers: one turn, and one answer whichever way it went the first time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from runtime.bus import Bus
from runtime.errors import StoreUnavailable
from runtime.postgres import Pool
from tests.channel.doors import until
from tests.channel.lines import wechat_line
from tests.channel.test_wechat_door import OPENID, Line
from tests.fakes.bot import PHRASES, ScriptedThinker, worker
from tests.fakes.wechat import FakeWeChat, passive_text

ANSWER = "回:这个月电费多少"


@pytest_asyncio.fixture
async def two(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[tuple[Line, Line]]:
    """Two workers on the same stores, each with its door."""
    platform = FakeWeChat()
    platform.start()
    async with AsyncExitStack() as stack:
        lines = []
        for _ in range(2):
            made = worker(database, bus, database_url, ScriptedThinker(), deadline=5)
            made.thinker.gate.set()
            lines.append(await stack.enter_async_context(wechat_line(database, made, platform)))
        yield lines[0], lines[1]
    platform.stop()


def asked(two: tuple[Line, Line]) -> int:
    return sum(len(line.site.worker.thinker.asked) for line in two)


async def heard(line: Line, push: asyncio.Task[tuple[int, str]] | None = None) -> str:
    status, body = await push if push else (200, "")
    assert status == 200
    return passive_text(line.platform.keys, body)


async def test_a_passive_reply_that_got_lost_is_given_again_at_another_worker(two: tuple[Line, Line]) -> None:
    one, other = two
    request = one.request("text")
    first = passive_text(one.platform.keys, (await one.push(request))[1])

    # WeChat has not got it: the connection broke on the way back. It tries again, elsewhere.
    again = passive_text(other.platform.keys, (await other.push(request))[1])

    assert (first, again) == (ANSWER, ANSWER)
    assert asked(two) == 1
    assert one.platform.calls == 0


async def test_a_welcome_that_got_lost_is_given_again_at_another_worker(two: tuple[Line, Line]) -> None:
    one, other = two
    request = one.request("event_subscribe")

    answers = [passive_text(line.platform.keys, (await line.push(request))[1]) for line in (one, other)]

    assert answers == [PHRASES.say("utter_door_welcome")] * 2
    assert one.platform.calls == 0


async def test_a_retry_at_another_worker_while_the_first_thinks_gets_the_same(two: tuple[Line, Line]) -> None:
    one, other = two
    one.site.worker.thinker.gate.clear()
    request = one.request("text")
    first = asyncio.create_task(one.push(request))
    await one.site.worker.thinking()
    retry = asyncio.create_task(other.push(request))
    await asyncio.sleep(0.2)
    one.site.worker.thinker.gate.set()

    assert [await heard(one, first), await heard(other, retry)] == [ANSWER, ANSWER]
    assert asked(two) == 1
    assert one.platform.calls == 0


async def test_what_came_later_by_message_is_not_said_again_at_another_worker(two: tuple[Line, Line]) -> None:
    one, other = two
    one.site.worker.thinker.gate.clear()
    request = one.request("text")
    assert (await one.push(request))[1] == "success"
    one.site.worker.thinker.gate.set()
    await until(lambda: one.platform.texts(OPENID))
    await one.site.settled()

    assert (await other.push(request))[1] == "success"
    assert one.platform.texts(OPENID) == [ANSWER]
    assert asked(two) == 1


async def test_without_a_store_for_responses_the_first_answer_still_goes_out(
    two: tuple[Line, Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two

    async def gone(*_: object) -> None:
        raise StoreUnavailable("the store went away")

    for line in two:
        monkeypatch.setattr(line.site.worker.front._inbox, "keep_response", gone)
        monkeypatch.setattr(line.site.worker.front._inbox, "response", gone)
    request = one.request("text")

    assert passive_text(one.platform.keys, (await one.push(request))[1]) == ANSWER
    assert (await other.push(request))[1] == "success"
    assert asked(two) == 1
