"""The typing state: shown when an answer takes longer than the passive reply waits, or while an agent types.

https://developers.weixin.qq.com/doc/service/api/customer/message/api_typing
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from typing import Any

import structlog

from connectors.wechat.api import WeChatApi
from connectors.wechat.errors import ApiError, ApiRefused
from conversation.identity import ChannelName, ChannelUser
from runtime.cache import Cache
from runtime.errors import CacheUnavailable
from runtime.tasks import end_tasks

# It lasts so long, cannot be shown again meanwhile, and a message ends it.
_SECONDS = 15.0
# This account may not show it.
_NEVER = 40200
# No interaction in the last 30 s, shown already, a command it does not know: nobody misses it.
_HARMLESS = frozenset({45080, 45081, 45072})
_MOST = 2000


class TypingState:
    """Shows a customer that somebody types, once in 15 s whichever worker asks; it fails without a word to them."""

    def __init__(self, api: WeChatApi, cache: Cache | None) -> None:
        self._api = api
        self._cache = cache
        self._shown: OrderedDict[str, float] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._works = True
        self._log = structlog.get_logger()

    async def on_event(self, conversation_id: str, event: dict[str, Any]) -> None:
        """Hears that an agent types."""
        is_agent = event["kind"] == "typing" and event.get("role") == "agent" and event.get("on")
        if is_agent and conversation_id.startswith(f"{ChannelName.WECHAT.value}:"):
            self.show(ChannelUser.of(conversation_id).user_id)

    def show(self, openid: str) -> None:
        """Shows it, beside whatever runs."""
        if not self._works:
            return
        task = asyncio.get_running_loop().create_task(self._show(openid))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Shows nothing more."""
        await end_tasks(list(self._tasks))

    async def _show(self, openid: str) -> None:
        if not await self._is_first(openid):
            return
        try:
            await self._api.typing(openid)
        except ApiRefused as error:
            self._works = error.errcode != _NEVER
            level = self._log.debug if error.errcode in _HARMLESS else self._log.warning
            level("wechat.typing.refused", errcode=error.errcode)
        except ApiError as error:
            self._log.warning("wechat.typing.failed", reason=error.detail)

    async def _is_first(self, openid: str) -> bool:
        """Whether nobody has shown it in the last 15 s."""
        try:
            if self._cache:
                return await self._cache.claim(f"typing:{openid}", "1", seconds=_SECONDS)
        except CacheUnavailable:
            self._log.debug("wechat.typing.alone")
        now = time.monotonic()
        if now - self._shown.get(openid, -_SECONDS) < _SECONDS:
            return False
        self._shown[openid] = now
        self._shown.move_to_end(openid)
        if len(self._shown) > _MOST:
            self._shown.popitem(last=False)
        return True
