"""Gives every trial to every door that can have it; what a door cannot have is listed with its reason at the end."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from runtime.embedded import EmbeddedRedis
from runtime.postgres import Pool
from tests.channel.conformance.alipay import AlipayDoorUnderTest
from tests.channel.conformance.trial import DoorUnderTest, Stores
from tests.channel.conformance.web import WebPollUnderTest, WebSocketUnderTest
from tests.channel.conformance.wechat import WeChatCompatible, WeChatPlain, WeChatSafe

DOORS: tuple[type[DoorUnderTest], ...] = (
    WebSocketUnderTest,
    WebPollUnderTest,
    WeChatPlain,
    WeChatCompatible,
    WeChatSafe,
    AlipayDoorUnderTest,
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One case per door, or per door and way of being bad (`damage`) or of failing (`failure`)."""
    if "door" not in metafunc.fixturenames:
        return
    trial = metafunc.definition.name.removeprefix("test_")
    extra = next((name for name in ("damage", "failure") if name in metafunc.fixturenames), "")
    cases = []
    for door in DOORS:
        if trial in door.lacks:
            continue
        listed = {"damage": door.damages.get(trial, ()), "failure": door.failures, "": ("",)}[extra]
        assert listed, f"{door.title()} says neither how it has this trial nor why it lacks it: {trial}"
        cases += [
            pytest.param(door, *filter(None, [one]), id=f"{door.title()}{'-' * bool(one)}{one}") for one in listed
        ]
    metafunc.parametrize(("door", extra) if extra else "door", cases, indirect=["door"])


@pytest.fixture
def house(database: Pool, database_url: str, redis_server: EmbeddedRedis) -> Stores:
    return Stores(database, database_url, redis_server.url, f"trial-{secrets.token_hex(6)}:")


@pytest_asyncio.fixture
async def door(request: pytest.FixtureRequest, house: Stores) -> AsyncIterator[DoorUnderTest]:
    """The door of this case, with one worker behind it."""
    made: DoorUnderTest = request.param(house)
    await made.start()
    async with aiohttp.ClientSession() as http:
        made.http = http
        await made.hire()
        yield made
        await made.stop()
        for one in made.colleagues:
            await one.leave()
