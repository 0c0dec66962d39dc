"""WeChat before the door: each message is pushed up to three times, to the workers in turn, as by a balancer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import aiohttp

from bench.chaos.schedule import Said
from bench.storm_books import Books
from tests.fakes.wechat import Keys, message_xml, passive_text, signed

# WeChat waits five seconds for an answer, and tries three times in all.
_PATIENCE, _TRIES = 5.0, 3


@dataclass
class Pushed:
    """A message in the platform's own book: `is_taken` once a push was answered with 200."""

    number: int
    openid: str
    said: Said
    is_taken: bool = False
    tries: int = 0


@dataclass
class WeChatSide:
    """All customers of the account; `now` is the clock that signs."""

    http: aiohttp.ClientSession
    doors: Sequence[str]
    keys: Keys
    books: Books
    now: Callable[[], int]
    began: float
    pushed: list[Pushed] = field(default_factory=list)
    _turn: int = 0

    async def live(self, openid: str, script: Sequence[Said]) -> None:
        """One customer writes, each line at its moment; WeChat's own order is that of the numbers."""
        running = []
        for said in script:
            await asyncio.sleep(max(0.0, self.began + said.at - time.monotonic()))
            one = Pushed(len(self.pushed), openid, said)
            self.pushed.append(one)
            self.books.write(openid, one.number)
            running.append(asyncio.ensure_future(self._deliver(one)))
        await asyncio.gather(*running)

    async def _deliver(self, one: Pushed) -> None:
        fields = {"Content": one.said.text, "MsgId": str(one.number + 10_000)}
        xml = message_xml(self.keys, one.openid, "text", self.now(), fields)
        for _ in range(_TRIES):
            began = time.monotonic()
            one.tries += 1
            if await self._push(one, xml):
                one.is_taken = True
                return
            await asyncio.sleep(max(0.0, began + _PATIENCE - time.monotonic()))

    async def _push(self, one: Pushed, xml: str) -> bool:
        """Pushes once; where nobody listens the balancer tries the next worker at once."""
        for _ in self.doors:
            door = self.doors[self._turn % len(self.doors)]
            self._turn += 1
            request = signed(self.keys, xml, self.now(), sealed=True)
            try:
                async with self.http.post(
                    f"{door}/webhooks/wechat",
                    params=request.query,
                    data=request.body,
                    timeout=aiohttp.ClientTimeout(total=_PATIENCE),
                ) as answer:
                    body = await answer.text()
            except aiohttp.ClientConnectorError:
                continue
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
                return False
            if answer.status != 200:
                return False
            text = passive_text(self.keys, body)
            if text:
                self.books.hear(one.openid, one.number, text)
            return True
        return False
