"""Retries of a push that come to another worker than the first try: all of them get the same response.

WeChat sends a push again when it has heard nothing within five seconds, or when the connection broke. Its first try may
have been answered at another worker, and the answer got lost on its way: nothing else would bring it to the customer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from connectors.shared.ports import Reception
from connectors.wechat.exchanges import Exchanges
from conversation.identity import ChannelUser
from runtime.errors import StoreUnavailable

# A push that waits looks this often for a response given elsewhere; one that is answered quickly never looks.
_LOOK_SECONDS = 0.7
# A store that is slow must not cost the response the time WeChat leaves.
_KEEP_SECONDS = 0.2


class Retries:
    """Answers pushes by the exchanges of this worker, and by what other workers have answered."""

    def __init__(self, exchanges: Exchanges, reception: Reception) -> None:
        self._exchanges = exchanges
        self._reception = reception
        self._keeping: set[asyncio.Task[None]] = set()
        self._log = structlog.get_logger()

    async def answer(self, user: ChannelUser, key: str, take: Callable[[], Awaitable[bool]]) -> str | None:
        """Takes a push once and returns its passive reply; see `Exchanges.answer`."""
        looking = asyncio.ensure_future(self._look(user, key))
        try:
            words = await self._exchanges.answer(user.user_id, key, take)
        finally:
            looking.cancel()
        exchange = self._exchanges.of(user.user_id, key)
        if words is not None and not (exchange and exchange.is_recorded):
            keeping = asyncio.ensure_future(self._keep(user.conversation_id, key, words))
            self._keeping.add(keeping)
            keeping.add_done_callback(self._keeping.discard)
            await asyncio.wait({keeping}, timeout=_KEEP_SECONDS)
        return words

    async def drain(self) -> None:
        """Lets what is being remembered be remembered."""
        await asyncio.gather(*self._keeping)

    async def _look(self, user: ChannelUser, key: str) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            exchange = self._exchanges.of(user.user_id, key)
            if exchange and (words := await self._found(user.conversation_id, key)) is not None:
                exchange.give(words)

    async def _found(self, conversation_id: str, key: str) -> str | None:
        try:
            return await self._reception.response(conversation_id, key)
        except StoreUnavailable as error:
            self._log.warning("wechat.response.unknown", conversation_id=conversation_id, key=key, error=str(error))
            return None

    async def _keep(self, conversation_id: str, key: str, words: str) -> None:
        try:
            await self._reception.keep_response(conversation_id, key, words)
        except StoreUnavailable as error:
            self._log.warning("wechat.response.unkept", conversation_id=conversation_id, key=key, error=str(error))
