"""Two workers with an Alipay door: what one of them has handed over the other does not repeat, and one leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from runtime.bus import Bus
from runtime.cache import Cache
from runtime.postgres import Pool
from tests.channel.doors import until
from tests.channel.lines import alipay_line
from tests.channel.lost_record import lose_one_record
from tests.channel.test_alipay_door import CONVERSATION, USER, Line
from tests.fakes.alipay import FakeAlipay
from tests.fakes.bot import ScriptedThinker, worker


@pytest_asyncio.fixture
async def two(database: Pool, bus: Bus, cache: Cache, database_url: str) -> AsyncIterator[tuple[Line, Line]]:
    platform = FakeAlipay()
    platform.start()
    async with AsyncExitStack() as stack:
        lines = []
        for _ in range(2):
            made = worker(database, bus, database_url, ScriptedThinker(), deadline=5)
            made.thinker.gate.set()
            lines.append(await stack.enter_async_context(alipay_line(database, made, platform, cache=cache)))
        yield lines[0], lines[1]
    platform.stop()


async def test_a_message_whose_record_was_lost_is_not_sent_again_by_another_worker(
    two: tuple[Line, Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform has said yes, and PostgreSQL was lost before it was written down."""
    one, other = two
    failures = lose_one_record(monkeypatch)
    await one.send("text")
    await until(lambda: not failures)
    await one.site.settled()

    other.site.door.courier.wake(CONVERSATION)
    await other.site.settled()

    assert len(one.platform.texts(USER)) == 1
    assert await one.site.pool.fetchval("select delivery from messages where role = 'bot'") == "sent"


async def test_who_leaves_begins_no_call_and_another_worker_brings_the_answer(two: tuple[Line, Line]) -> None:
    one, other = two
    one.site.door.courier.leave()

    await one.send("text")
    await one.site.settled()
    before = one.platform.texts(USER)
    other.site.door.courier.wake(CONVERSATION)
    await other.site.settled()

    assert before == []
    assert len(one.platform.texts(USER)) == 1
