"""All doors of one house on one port, with both platforms in front of them; opened from settings, as the bot does."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from sanic import Blueprint, Sanic

from bot.doors import limits_of, open_oauth, open_push_doors, resume_route
from bot.media.store import MediaShelf
from bot.reception.archive import Archive
from bot.reception.contacts import ContactShelf
from bot.settings import BotSettings
from connectors.shared.push_door import PushDoor
from connectors.web.door import WebDoor
from connectors.web.tokens import VisitorTokens
from conversation.identity import ChannelUser
from handoff import transcript
from runtime.clock import SystemClock
from runtime.embedded import free_port
from runtime.postgres import Pool, transaction
from runtime.web import install_errors, limit
from tests.fakes.alipay import FakeAlipay
from tests.fakes.alipay import message_xml as alipay_xml
from tests.fakes.bot import PHRASES, Worker
from tests.fakes.wechat import FakeWeChat, message_xml, passive_text, signed

SECRET = "a secret of thirty-two characters!"
TOKENS = VisitorTokens(SECRET)


@dataclass
class House:
    """A house with every door open, and what people do at each."""

    url: str
    http: aiohttp.ClientSession
    worker: Worker
    doors: list[PushDoor]
    wechat: FakeWeChat
    alipay: FakeAlipay
    pool: Pool
    numbers: int = 1000

    async def settled(self) -> None:
        """Returns once every turn and every delivery that can end has ended."""
        await self.worker.settled()
        for door in self.doors:
            await door.courier.drain()

    async def make_code(self, token: str, **more: Any) -> tuple[int, dict[str, Any]]:
        """Asks the web door for a code."""
        headers = {"authorization": f"Bearer {token}"}
        async with self.http.post(f"{self.url}/webhooks/web/resume", headers=headers, **more) as answer:
            return answer.status, dict(await answer.json())

    async def push_wechat(self, openid: str, kind: str, **fields: str) -> str:
        """Pushes as WeChat does; returns the passive reply as the customer reads it."""
        self.numbers += 1
        now = int(time.time())
        numbered = {} if kind == "event" else {"MsgId": self.numbers}
        xml = message_xml(self.wechat.keys, openid, kind, now, {**fields, **numbered})
        push = signed(self.wechat.keys, xml, now, sealed=True)
        async with self.http.post(f"{self.url}/webhooks/wechat", params=push.query, data=push.body) as answer:
            assert answer.status == 200, await answer.text()
            return passive_text(self.wechat.keys, await answer.text())

    async def push_alipay(self, user_id: str, kind: str, **fields: Any) -> None:
        """Pushes as the gateway does."""
        self.numbers += 1
        named = {"MsgId": str(self.numbers)} if kind == "text" else {}
        now = int(time.time() * 1000)
        body = self.alipay.push(alipay_xml(self.alipay.app_id, user_id, kind, now, {**fields, **named}))
        headers = {"content-type": "application/x-www-form-urlencoded;charset=GBK"}
        async with self.http.post(f"{self.url}/webhooks/alipay", data=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
        await self.settled()

    async def shown(self, user: ChannelUser) -> list[tuple[str, str]]:
        """What a customer sees of their conversation."""
        async with transaction(self.pool) as connection:
            lines = await transcript.read(connection, user.conversation_id, for_customer=True)
        return [(line.role.value, line.text) for line in lines]


@asynccontextmanager
async def open_house(pool: Pool, worker: Worker, media: Path, **settings: str) -> AsyncIterator[House]:
    """Serves every door until the block ends; `settings` are the environment, REDIS_URL among them."""
    wechat, alipay = FakeWeChat(), FakeAlipay()
    wechat.start()
    alipay.start()
    port, clock = free_port(), SystemClock()
    url = f"http://127.0.0.1:{port}"
    needed = {"DATABASE_URL": "unused", "WEB_TOKEN_SECRET": SECRET, "MODEL_PATH": "unused"}
    read = BotSettings.from_env({**needed, "PUBLIC_URL": url, **wechat.settings, **alipay.settings, **settings})
    shelf = MediaShelf(pool, clock, media, PHRASES)
    archive = Archive(pool, clock, worker.house.wire, PHRASES)
    pushing = open_push_doors(read, worker.front, clock, PHRASES.say, shelf, book=ContactShelf(pool, clock))
    codes = resume_route(worker.resume, pushing)
    web = WebDoor(worker.front, TOKENS, shelf, archive, limits=limits_of(read), resume=codes)
    oauth = open_oauth(read, worker.resume, clock, PHRASES.say, lambda visitor: TOKENS.issue(visitor).token)
    async with _serving(f"house_{port}", port, [door.blueprint() for door in (web, *pushing, *oauth)]):
        # Cookies of a bare address are kept, too.
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            yield House(url, http, worker, pushing, wechat, alipay, pool)
        await worker.settled()
        for opened in (*pushing, *oauth):
            await opened.close()
        await worker.locks.close()
    wechat.stop()
    alipay.stop()


@asynccontextmanager
async def _serving(name: str, port: int, routes: Sequence[Blueprint]) -> AsyncIterator[None]:
    app = Sanic(name, configure_logging=False)
    limit(app, body_bytes=128 * 1024)
    install_errors(app)
    for blueprint in routes:
        app.blueprint(blueprint)
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.start_serving()
    yield
    server.close()
    await server.wait_closed()
    Sanic._app_registry.pop(name, None)
