"""Customers with an open chat page: they come back with their cursor, and repeat a line until it is acknowledged."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bench.chaos.schedule import Said

# As the page does: a ping, a patience, a growing wait before coming back (here at a tenth of the page's time).
_PING_SECONDS, _SILENCE_SECONDS, _OPEN_SECONDS = 2.0, 6.0, 8.0
_RETURN_SECONDS, _LONGEST_RETURN = 0.3, 2.0
_REPEAT_SECONDS = 1.5


@dataclass
class Sent:
    """A line in the customer's own book: `seq` once it is acknowledged."""

    client_id: str
    said: Said
    seq: int | None = None
    tries: int = 0


@dataclass
class WebCustomer:
    """One visitor; `seen` is every line the page was shown, in the order it came."""

    http: aiohttp.ClientSession
    doors: Sequence[str]
    script: Sequence[Said]
    began: float
    chance: random.Random
    visitor_id: str = ""
    sent: list[Sent] = field(default_factory=list)
    seen: list[dict[str, Any]] = field(default_factory=list)
    returns: int = 0
    is_over: bool = False
    _token: str = ""
    _last_seq: int = 0
    _door: int = 0
    _socket: aiohttp.ClientWebSocketResponse | None = None
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def conversation_id(self) -> str:
        """The conversation of this visitor."""
        return f"web:{self.visitor_id}"

    @property
    def waiting(self) -> list[Sent]:
        """What is not acknowledged yet."""
        return [one for one in self.sent if one.seq is None]

    async def register(self) -> None:
        """Gets the visitor's token and name."""
        async with self.http.post(f"{self.doors[0]}/webhooks/web/session", json={}) as answer:
            session = await answer.json()
        self._token, self.visitor_id = session["token"], session["visitor_id"]

    async def live(self) -> None:
        """Keeps the page open and says what is in the script, until `is_over`."""
        self._door = self.chance.randrange(len(self.doors))
        talking = asyncio.ensure_future(self._talk())
        failures = 0
        while not self.is_over:
            try:
                await self._stay()
                failures = 0
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError, KeyError):
                failures += 1
            self._socket = None
            self._door += 1
            self.returns += 1
            await asyncio.sleep(min(_LONGEST_RETURN, _RETURN_SECONDS * 2**failures) * self.chance.uniform(0.5, 1.5))
        talking.cancel()

    async def _talk(self) -> None:
        for said in self.script:
            await asyncio.sleep(max(0.0, self.began + said.at - time.monotonic()))
            self.sent.append(Sent(str(uuid.UUID(int=self.chance.getrandbits(128), version=4)), said))
            self._moved.set()

    async def _stay(self) -> None:
        """One connection from its hello to its end. Raises what the network raises."""
        base = f"{self.doors[self._door % len(self.doors)]}/webhooks/web"
        opening = self.http.ws_connect(f"{base}/ws", timeout=2.0, autoclose=True)
        self._socket = await asyncio.wait_for(opening, _OPEN_SECONDS)
        socket = self._socket
        await socket.send_json({"type": "hello", "token": self._token, "last_seq": self._last_seq})
        tasks = [asyncio.ensure_future(work) for work in (self._listen(socket), self._push(socket), self._ping(socket))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with suppress(aiohttp.ClientError, asyncio.TimeoutError, OSError):
                await asyncio.wait_for(socket.close(), 2.0)

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            frame = await asyncio.wait_for(socket.receive(), _SILENCE_SECONDS)
            if frame.type is not aiohttp.WSMsgType.TEXT:
                return
            await self._read(frame.json())

    async def _read(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "message":
            line = frame["message"]
            self.seen.append(line)
            self._last_seq = max(self._last_seq, line["seq"])
            if line["role"] != "customer" and self._socket:
                await self._socket.send_json({"type": "read", "seq": line["seq"]})
        if frame["type"] == "ack":
            for one in self.sent:
                if one.client_id == frame["client_id"] and one.seq is None:
                    one.seq = frame["seq"]
            self._moved.set()

    async def _push(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Sends the first line that waits, and again until it is acknowledged; the others follow one by one."""
        while True:
            self._moved.clear()
            head = next(iter(self.waiting), None)
            if head:
                head.tries += 1
                await socket.send_json({"type": "message", "client_id": head.client_id, "text": head.said.text})
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._moved.wait(), _REPEAT_SECONDS if head else None)

    async def _ping(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while not self.is_over:
            await socket.send_json({"type": "ping"})
            await asyncio.sleep(_PING_SECONDS)
