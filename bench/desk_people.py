"""The people of the desk's bench: agents at real sockets of the console, customers at real sockets of the web door.

Each line carries a mark; who reads it notes the moment. Both ends live in this process, so one clock measures both.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

PASSWORD = "bench-password"
# A page waits about so long before it comes back.
_RETURN_SECONDS = 0.5
_MARK = re.compile(r"<(\w+)>")


@dataclass
class Clockwork:
    """When each marked line left, and how long it took to be read; `bench.desk_unseen` judges what never was."""

    left: dict[str, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)

    def mark(self, words: str) -> str:
        """Writes a line that is measured from now on."""
        mark = secrets.token_hex(6)
        self.left[mark] = time.perf_counter()
        return f"{words} <{mark}>"

    def read(self, text: str) -> None:
        """Notes a line that has arrived, the first time it does."""
        for mark in _MARK.findall(text):
            began = self.left.pop(mark, None)
            if began is not None:
                self.took.append(time.perf_counter() - began)

    def forget(self) -> None:
        """Begins anew, for what is measured after warming up."""
        self.left.clear()
        self.took.clear()


@dataclass
class Customer:
    """One visitor with an open window."""

    http: aiohttp.ClientSession
    door: str
    to_customer: Clockwork
    to_agent: Clockwork
    visitor_id: str = ""
    token: str = ""
    last_seq: int = 0
    returns: int = 0
    refusals: int = 0
    socket: aiohttp.ClientWebSocketResponse | None = None

    @property
    def conversation_id(self) -> str:
        """The conversation of this visitor."""
        return f"web:{self.visitor_id}"

    async def arrive(self) -> None:
        """Opens the window as the chat page does."""
        async with self.http.post(f"{self.door}/webhooks/web/session", json={}) as answer:
            session = await answer.json()
        self.visitor_id, self.token = session["visitor_id"], session["token"]
        await self.open()

    async def open(self) -> None:
        """Opens the socket and says which line was the last."""
        self.socket = await self.http.ws_connect(f"{self.door}/webhooks/web/ws")
        await self.socket.send_json({"type": "hello", "token": self.token, "last_seq": self.last_seq})

    async def listen(self) -> None:
        """Reads what comes; a window that was closed comes back, as the page does."""
        while True:
            async for frame in _frames(self.socket):
                self._read(frame)
            self.returns += self.socket is not None
            await asyncio.sleep(_RETURN_SECONDS)
            with suppress(aiohttp.ClientError):
                await self.open()

    def _read(self, frame: dict[str, Any]) -> None:
        self.refusals += frame["type"] == "error"
        if frame["type"] == "message":
            self.last_seq = max(self.last_seq, frame["message"]["seq"])
            if frame["message"]["role"] == "agent":
                self.to_customer.read(frame["message"]["text"])

    async def say(self, words: str) -> None:
        """Writes a line that an agent is to read."""
        await self.write(self.to_agent.mark(words))

    async def write(self, text: str) -> None:
        """Writes a line."""
        if self.socket is not None:
            await self.socket.send_json({"type": "message", "client_id": secrets.token_hex(8), "text": text})


@dataclass
class Agent:
    """One agent with an open desk, who takes what is offered."""

    http: aiohttp.ClientSession
    desk: str
    number: str
    to_customer: Clockwork
    to_agent: Clockwork
    accepts: list[float] = field(default_factory=list)
    chats: list[str] = field(default_factory=list)
    refusals: int = 0
    returns: int = 0
    socket: aiohttp.ClientWebSocketResponse | None = None
    headers: dict[str, str] = field(default_factory=dict)

    async def arrive(self) -> None:
        """Logs in and opens the desk."""
        self.headers = {"Origin": self.desk}
        body = {"username": self.number, "password": PASSWORD}
        async with self.http.post(f"{self.desk}/api/login", json=body, headers=self.headers) as answer:
            self.headers["X-CSRF-Token"] = (await answer.json())["csrf"]
        await self.open()

    async def open(self) -> None:
        """Opens the live socket."""
        self.socket = await self.http.ws_connect(f"{self.desk}/api/ws", headers={"Origin": self.desk})

    async def listen(self) -> None:
        """Reads what comes; a desk that was cut off comes back and reads its chats anew, as the page does."""
        while True:
            await self._follow()
            self.returns += 1
            await asyncio.sleep(_RETURN_SECONDS)
            with suppress(aiohttp.ClientError):
                await self.open()
                for chat in list(self.chats):
                    await self._read_anew(chat)

    async def _follow(self) -> None:
        """Reads one socket to its end; offers are taken at once, in a task of their own."""
        takings: set[asyncio.Task[None]] = set()
        async for frame in _frames(self.socket):
            if frame["type"] == "message":
                self._read(frame["message"])
            if frame["type"] == "offers.changed":
                taking = asyncio.ensure_future(self.take_offers())
                takings.add(taking)
                taking.add_done_callback(takings.discard)

    async def _read_anew(self, conversation_id: str) -> None:
        async with self.http.get(f"{self.desk}/api/conversations/{conversation_id}/messages") as answer:
            for message in (await answer.json())["messages"]:
                self._read(message)

    def _read(self, message: dict[str, Any]) -> None:
        if message["role"] == "customer":
            self.to_agent.read(message["text"])

    async def take_offers(self) -> None:
        """Accepts what stands on the desk."""
        for offer in await self._offers():
            began = time.perf_counter()
            number = offer["escalation"]["id"]
            async with self.http.post(
                f"{self.desk}/api/escalations/{number}/accept", json={}, headers=self.headers
            ) as answer:
                if answer.status == 200:
                    self.accepts.append(time.perf_counter() - began)
                    self.chats.append(offer["escalation"]["conversation_id"])

    async def _offers(self) -> list[dict[str, Any]]:
        """Reads them; a kept connection that the server has just closed is tried anew, as a browser does."""
        for last in (False, True):
            try:
                async with self.http.get(f"{self.desk}/api/offers") as answer:
                    offers: list[dict[str, Any]] = (await answer.json())["offers"]
                    return offers
            except aiohttp.ClientConnectionError:
                if last:
                    raise
        return []

    async def say(self, conversation_id: str, words: str) -> None:
        """Writes a line to a customer."""
        body = {"client_id": secrets.token_hex(8), "text": self.to_customer.mark(words)}
        where = f"{self.desk}/api/conversations/{conversation_id}/messages"
        async with self.http.post(where, json=body, headers=self.headers) as answer:
            self.refusals += answer.status != 201


async def _frames(socket: aiohttp.ClientWebSocketResponse | None) -> Any:
    if socket is None:
        return
    async for message in socket:
        if message.type is aiohttp.WSMsgType.TEXT:
            yield message.json()


def turns(chats: list[str]) -> Iterator[str]:
    """Goes round the chats of an agent for ever."""
    while chats:
        yield from list(chats)
