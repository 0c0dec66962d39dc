"""The typing state: when an answer takes too long for the passive reply, and while an agent types."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from connectors.wechat.account import WeChatAccount
from connectors.wechat.api import WeChatApi
from connectors.wechat.typing import TypingState
from handoff.live import announce_typing
from runtime.bus import Bus
from runtime.cache import Cache
from runtime.postgres import Pool
from tests.channel.doors import until
from tests.channel.lines import wechat_line
from tests.channel.test_wechat_door import CONVERSATION, OPENID
from tests.channel.test_wechat_door import Line as WeChatLine
from tests.fakes.bot import ScriptedThinker, worker
from tests.fakes.hand_clock import HandClock
from tests.fakes.wechat import FakeWeChat


@dataclass
class Typist:
    """A WeChat line and the platform in front of it."""

    line: WeChatLine
    platform: FakeWeChat
    clock: HandClock
    cache: Cache
    bus: Bus

    async def shown(self) -> list[str]:
        """Who was shown it, once all that runs has ended."""
        state: TypingState = self.line.site.door._typing  # type: ignore[attr-defined]
        await asyncio.gather(*state._tasks)
        return self.platform.typed


@pytest_asyncio.fixture
async def typist(database: Pool, bus: Bus, cache: Cache, database_url: str) -> AsyncIterator[Typist]:
    clock = HandClock()
    platform = FakeWeChat(now=clock.seconds)
    platform.start()
    made = worker(database, bus, database_url, ScriptedThinker(), deadline=5)
    async with wechat_line(database, made, platform, cache=cache, answer_seconds=0.4) as line:
        yield Typist(line, platform, clock, cache, bus)
    platform.stop()


async def test_it_is_shown_when_the_passive_reply_is_over(typist: Typist) -> None:
    request = typist.line.request("text")
    pushes = [asyncio.create_task(typist.line.push(request)) for _ in range(3)]

    await asyncio.gather(*pushes)

    assert await typist.shown() == [OPENID]
    assert typist.platform.typing_calls == 1


async def test_it_is_not_shown_when_the_answer_is_in_time(typist: Typist) -> None:
    typist.line.site.worker.thinker.gate.set()

    assert await typist.line.say("在吗") == "回:在吗"
    assert await typist.shown() == []


async def test_an_event_that_nobody_answers_shows_nothing(typist: Typist) -> None:
    await typist.line.send("event_view")

    assert await typist.shown() == []


async def test_an_agent_who_types_shows_it_once_in_fifteen_seconds(typist: Typist) -> None:
    await typist.line.say("在吗")
    await typist.shown()
    await typist.cache.run("return redis.call('del', KEYS[1])", f"typing:{OPENID}")
    typist.clock.pass_(seconds=16)

    for on in (True, True, False, True):
        await announce_typing(typist.bus, CONVERSATION, "agent", on=on)
    await until(lambda: len(typist.platform.typed) > 1)

    assert await typist.shown() == [OPENID] * 2
    assert typist.platform.typing_calls == 2


async def test_a_customer_or_the_bot_who_types_shows_nothing(typist: Typist) -> None:
    state: TypingState = typist.line.site.door._typing  # type: ignore[attr-defined]

    for role in ("customer", "bot"):
        await state.on_event(CONVERSATION, {"kind": "typing", "role": role, "on": True})
    await state.on_event("web:v1", {"kind": "typing", "role": "agent", "on": True})

    assert await typist.shown() == []


async def test_a_message_ends_it_on_the_phone(typist: Typist) -> None:
    await typist.line.say("在吗")
    await typist.shown()
    shown = typist.platform.followers.of(OPENID).typing_until
    typist.line.site.worker.thinker.gate.set()
    await until(lambda: typist.platform.texts(OPENID))

    assert shown > 0
    assert typist.platform.followers.of(OPENID).typing_until == 0


@pytest.mark.parametrize(("code", "loud"), [(45080, False), (45081, False), (45072, False), (40003, True)])
async def test_a_refusal_is_harmless_and_the_next_one_is_shown(
    platform_only: tuple[FakeWeChat, TypingState], code: int, loud: bool
) -> None:
    platform, state = platform_only
    platform.typing_trouble.append(code)

    with capture_logs() as logs:
        for openid in ("o1", "o2"):
            platform.followers.of(openid).interacted = platform_now()
            state.show(openid)
            await asyncio.gather(*state._tasks)

    refused = [entry["log_level"] for entry in logs if entry["event"] == "wechat.typing.refused"]
    assert refused == (["warning"] if loud else ["debug"])
    assert platform.typed == ["o2"]


async def test_an_account_that_may_not_show_it_stops(platform_only: tuple[FakeWeChat, TypingState]) -> None:
    platform, state = platform_only
    platform.typing_trouble.append(40200)

    for openid in ("o1", "o2"):
        platform.followers.of(openid).interacted = platform_now()
        state.show(openid)
        await asyncio.gather(*state._tasks)

    assert platform.typed == []
    assert not platform.typing_trouble


async def test_two_workers_show_it_once(cache: Cache, platform_only: tuple[FakeWeChat, TypingState]) -> None:
    platform, one = platform_only
    two = TypingState(one._api, cache)
    platform.followers.of("o1").interacted = platform_now()

    for state in (one, two, one):
        state.show("o1")
    await asyncio.gather(*one._tasks, *two._tasks)

    assert platform.typed == ["o1"]
    assert platform.typing_calls == 1


def platform_now() -> float:
    return HandClock().seconds()


@pytest_asyncio.fixture
async def platform_only(cache: Cache) -> AsyncIterator[tuple[FakeWeChat, TypingState]]:
    platform = FakeWeChat()
    platform.start()
    keys = platform.keys
    api = WeChatApi(WeChatAccount(keys.app_id, keys.token, keys.secret, keys.aes_key, platform.url), cache)
    yield platform, TypingState(api, cache)
    await api.close()
    platform.stop()
