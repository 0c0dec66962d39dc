"""A customer of the WeChat service account: a sealed push per line, answered passively or by a message of its own."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path

import aiohttp

from runtime.clock import FileClock
from tests.fakes.wechat import FakeWeChat, message_xml, passive_text, signed

_LOOK_AGAIN = 0.005


class WechatVisitor:
    """One follower of the account, in safe mode; `hook` is asked for each push: two workers are pushed to in turn."""

    channel = "wechat"

    def __init__(
        self,
        http: aiohttp.ClientSession,
        platform: FakeWeChat,
        clock_file: Path,
        hook: Callable[[], str],
        apologies: frozenset[str],
    ) -> None:
        self._http, self._platform, self._hook, self._apologies = http, platform, hook, apologies
        self._clock = FileClock(clock_file)
        self.visitor_id = f"o{secrets.token_hex(13)}"

    async def register(self) -> None:
        """Does nothing: who writes is known to the platform."""

    async def arrive(self) -> None:
        """See base class: nothing to open."""

    async def leave(self) -> None:
        """See base class: nothing to close."""

    async def say(self, text: str) -> str | None:
        """See base class; what the platform is sent instead of a passive reply is an answer as well."""
        sent = self._platform.sent[self.visitor_id]
        before = len(sent)
        at = int(self._clock.now().timestamp())
        fields = {"Content": text, "MsgId": str(secrets.randbits(62))}
        message = message_xml(self._platform.keys, self.visitor_id, "text", at, fields)
        request = signed(self._platform.keys, message, at, sealed=True)
        async with self._http.post(self._hook(), params=request.query, data=request.body) as answer:
            if answer.status != 200:
                return None
            told = passive_text(self._platform.keys, await answer.text())
        while not told and len(sent) <= before:  # noqa: ASYNC110  # the platform stands in another thread
            await asyncio.sleep(_LOOK_AGAIN)
        told = told or self._platform.texts(self.visitor_id)[before]
        return None if told in self._apologies else told
