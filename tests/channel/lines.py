"""Opens a push door with its platform for a test that needs more of it than the fixtures of the door tests give."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.charts import chart_png
from bot.reception.contacts import ContactShelf
from connectors.alipay.account import AlipayAccount
from connectors.alipay.door import AlipayDoor
from connectors.shared.pace import Limits
from connectors.shared.ports import Draw, Texter
from connectors.wechat.account import WeChatAccount
from connectors.wechat.door import WeChatDoor
from connectors.wechat.templates import TemplateForm
from runtime.cache import Cache
from runtime.clock import Clock, SystemClock
from runtime.postgres import Pool
from tests.channel.doors import MemoryShelf, open_site
from tests.channel.test_alipay_door import Line as AlipayLine
from tests.channel.test_wechat_door import Line as WeChatLine
from tests.fakes.alipay import FakeAlipay
from tests.fakes.bot import PHRASES, Worker
from tests.fakes.wechat import FakeWeChat

ANSWER_SECONDS = 1.5
CHAT_PAGE = "https://bot.example.com/"
_LIMITS = Limits()
_CLOCK = SystemClock()


@asynccontextmanager
async def wechat_line(
    pool: Pool,
    worker: Worker,
    platform: FakeWeChat,
    *,
    limits: Limits = _LIMITS,
    draw: Draw = chart_png,
    clock: Clock = _CLOCK,
    cache: Cache | None = None,
    template: TemplateForm | None = None,
    texter: Texter | None = None,
    answer_seconds: float = ANSWER_SECONDS,
) -> AsyncIterator[WeChatLine]:
    """A WeChat door in front of a worker; the platform runs already."""
    keys = platform.keys
    account = WeChatAccount(keys.app_id, keys.token, keys.secret, keys.aes_key, platform.url)
    door = WeChatDoor(
        worker.front,
        account,
        clock,
        PHRASES.say,
        media=MemoryShelf(),
        draw=draw,
        limits=limits,
        answer_seconds=answer_seconds,
        cache=cache,
        template=template,
        texter=texter,
    )
    async with open_site(pool, worker, door) as site:
        yield WeChatLine(site, platform)


@asynccontextmanager
async def alipay_line(
    pool: Pool,
    worker: Worker,
    platform: FakeAlipay,
    *,
    limits: Limits = _LIMITS,
    draw: Draw = chart_png,
    clock: Clock = _CLOCK,
    template: str = "",
    cache: Cache | None = None,
) -> AsyncIterator[AlipayLine]:
    """An Alipay door in front of a worker; the platform runs already."""
    names = ("ALIPAY_APP_ID", "ALIPAY_APP_PRIVATE_KEY", "ALIPAY_PUBLIC_KEY", "ALIPAY_GATEWAY")
    keys = [platform.settings[name] for name in names]
    account = AlipayAccount(*keys, aes_key=platform.aes_key, template=template, template_url=CHAT_PAGE)
    book = ContactShelf(pool, clock)
    shelf = MemoryShelf()
    door = AlipayDoor(
        worker.front, account, clock, PHRASES.say, media=shelf, draw=draw, book=book, limits=limits, cache=cache
    )
    async with open_site(pool, worker, door) as site:
        yield AlipayLine(site, platform)
