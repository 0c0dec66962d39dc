"""The access token: one for all workers, renewed by one of them, replaced once when the platform no longer knows it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from connectors.wechat.account import WeChatAccount
from connectors.wechat.api import WeChatApi
from connectors.wechat.errors import ApiRefused, ApiUnreachable
from connectors.wechat.token import AccessToken
from runtime.cache import Cache
from tests.fakes.hand_clock import HandClock
from tests.fakes.wechat import FakeWeChat, message_xml, signed

OPENID = "oGRIDTALK-customer_1"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def platform(clock: HandClock) -> Iterator[FakeWeChat]:
    made = FakeWeChat(now=clock.seconds)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def account(platform: FakeWeChat) -> WeChatAccount:
    keys = platform.keys
    return WeChatAccount(keys.app_id, keys.token, keys.secret, keys.aes_key, platform.url)


@pytest_asyncio.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def tokens(account: WeChatAccount, cache: Cache | None, clock: HandClock, workers: int) -> list[AccessToken]:
    return [AccessToken(account, cache, now=clock.seconds) for _ in range(workers)]


async def test_workers_who_need_it_at_once_fetch_it_once(
    account: WeChatAccount, cache: Cache, clock: HandClock, http: aiohttp.ClientSession, platform: FakeWeChat
) -> None:
    workers = tokens(account, cache, clock, 5)

    had = await asyncio.gather(*(worker.get(http) for worker in workers * 4))

    assert set(had) == {platform.tokens.current}
    assert platform.fetched == 1


async def test_a_token_is_renewed_five_minutes_early_by_one_worker(
    account: WeChatAccount, cache: Cache, clock: HandClock, http: aiohttp.ClientSession, platform: FakeWeChat
) -> None:
    workers = tokens(account, cache, clock, 3)
    old = await workers[0].get(http)
    clock.pass_(seconds=7200 - 301)
    still = await workers[1].get(http)

    clock.pass_(seconds=2)
    had = await asyncio.gather(*(worker.get(http) for worker in workers))
    after = await asyncio.gather(*(worker.get(http) for worker in workers))

    assert still == old
    assert set(had) <= {old, platform.tokens.current}
    assert set(after) == {platform.tokens.current} != {old}
    assert platform.fetched == 2


async def test_a_worker_is_not_held_up_while_another_renews_early(
    account: WeChatAccount, cache: Cache, clock: HandClock, http: aiohttp.ClientSession, platform: FakeWeChat
) -> None:
    (token,) = tokens(account, cache, clock, 1)
    old = await token.get(http)
    clock.pass_(seconds=7200 - 100)
    await cache.claim(f"wechat:token:{account.app_id}:renewing", "another worker", seconds=10)

    assert await token.get(http) == old
    assert platform.fetched == 1


async def test_a_claim_of_a_dead_worker_ends_by_itself(
    account: WeChatAccount, cache: Cache, clock: HandClock, http: aiohttp.ClientSession, platform: FakeWeChat
) -> None:
    (token,) = tokens(account, cache, clock, 1)
    await cache.claim(f"wechat:token:{account.app_id}:renewing", "a dead worker", seconds=0.5)

    assert await token.get(http) == platform.tokens.current


async def test_who_waits_for_a_worker_that_never_ends_gives_up(
    account: WeChatAccount, cache: Cache, clock: HandClock, http: aiohttp.ClientSession, platform: FakeWeChat
) -> None:
    (token,) = tokens(account, cache, clock, 1)
    await cache.claim(f"wechat:token:{account.app_id}:renewing", "a stuck worker", seconds=30)

    with pytest.raises(ApiUnreachable):
        await token.get(http)
    assert platform.fetched == 0


async def test_a_refused_token_is_replaced_once_by_two_workers(
    account: WeChatAccount, cache: Cache, clock: HandClock, http: aiohttp.ClientSession, platform: FakeWeChat
) -> None:
    one, two = tokens(account, cache, clock, 2)
    bad = await one.get(http)
    platform.spoil()

    had = await asyncio.gather(*(worker.get(http, instead_of=bad) for worker in (one, two, one, two)))

    # Asked for once without force, which gives the same again, and once with force.
    assert platform.fetched == 3
    assert set(had) == {platform.tokens.current} != {bad}


async def test_force_is_used_once_in_thirty_seconds(
    account: WeChatAccount, cache: Cache, clock: HandClock, http: aiohttp.ClientSession, platform: FakeWeChat
) -> None:
    one, two = tokens(account, cache, clock, 2)
    platform.tokens.lifetime = 7200
    first = await one.get(http)
    platform.spoil()
    second = await one.get(http, instead_of=first)
    platform.spoil()

    with capture_logs() as logs:
        third = await two.get(http, instead_of=second)

    assert third == second
    assert [entry["event"] for entry in logs].count("wechat.token.force_withheld") == 1


async def test_force_is_used_twenty_times_a_day(
    account: WeChatAccount, cache: Cache, clock: HandClock, http: aiohttp.ClientSession, platform: FakeWeChat
) -> None:
    (token,) = tokens(account, cache, clock, 1)
    bad = await token.get(http)
    for _ in range(20):
        await cache.count(f"wechat:token:{account.app_id}:forces", seconds=60)
    platform.spoil()

    assert await token.get(http, instead_of=bad) == bad


@pytest.mark.parametrize("code", [40001, 42001, 40014])
async def test_many_sends_with_a_token_that_ended_renew_it_once(
    account: WeChatAccount, cache: Cache, platform: FakeWeChat, code: int
) -> None:
    workers = [WeChatApi(account, cache) for _ in range(2)]
    await workers[0].send(told(platform, 0))
    damage(platform, code)

    await asyncio.gather(*(workers[n % 2].send(told(platform, n)) for n in range(1, 31)))

    assert platform.fetched == 2
    assert sum(len(sent) for sent in platform.sent.values()) == 31
    for worker in workers:
        await worker.close()


async def test_a_forced_token_is_learnt_by_the_other_worker(
    account: WeChatAccount, cache: Cache, platform: FakeWeChat
) -> None:
    one, two = WeChatApi(account, cache), WeChatApi(account, cache)
    await one.send(told(platform, 0))
    await two.send(told(platform, 1))
    platform.spoil()

    await one.send(told(platform, 2))
    fetched = platform.fetched
    await two.send(told(platform, 3))

    assert platform.fetched == fetched == 3
    await one.close()
    await two.close()


async def test_without_redis_each_worker_has_the_same_token_and_says_so(
    account: WeChatAccount, clock: HandClock, http: aiohttp.ClientSession, platform: FakeWeChat
) -> None:
    dead = Cache("redis://127.0.0.1:1/0")
    workers = tokens(account, dead, clock, 2)

    with capture_logs() as logs:
        had = [await worker.get(http) for worker in workers * 2]

    events = [entry["event"] for entry in logs]
    assert set(had) == {platform.tokens.current}
    assert platform.fetched == 2
    assert events.count("wechat.token.own") == 2
    assert events.count("runtime.cache.lost") == 1
    await dead.close()


async def test_without_redis_force_is_used_with_care_too(
    account: WeChatAccount, clock: HandClock, http: aiohttp.ClientSession, platform: FakeWeChat
) -> None:
    (token,) = tokens(account, None, clock, 1)
    first = await token.get(http)
    platform.spoil()
    second = await token.get(http, instead_of=first)
    platform.spoil()

    assert second != first
    assert await token.get(http, instead_of=second) == second


async def test_a_wrong_secret_is_told(
    account: WeChatAccount, cache: Cache, http: aiohttp.ClientSession, platform: FakeWeChat
) -> None:
    wrong = WeChatAccount(account.app_id, account.token, "not the secret", api_base=platform.url)

    with pytest.raises(ApiRefused) as refused:
        await AccessToken(wrong, cache).get(http)

    assert refused.value.errcode == 40125


def told(platform: FakeWeChat, number: int) -> dict[str, object]:
    """A message to a customer of their own, who has written before."""
    openid = f"o{number}"
    signed(
        platform.keys, message_xml(platform.keys, openid, "text", 1, {"Content": "x", "MsgId": "1"}), 1, sealed=False
    )
    return {"touser": openid, "msgtype": "text", "text": {"content": f"第{number}句"}}


def damage(platform: FakeWeChat, code: int) -> None:
    """Lets the token that is out be refused with this code."""
    if code == 42001:
        platform.tokens.expire()
    elif code == 40014:
        platform.tokens.current = ""
    else:
        platform.revoke()
