"""The people of the desk's bench: agents at real sockets of the console, customers at real sockets of the web door.

Each line carries a mark; who reads it notes the moment. Both ends live in this process, so one clock measures both.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp

PASSWORD = "bench-password"
_MARK = re.compile(r"<(\w+)>")


@dataclass
class Clockwork:
    """When each marked line left, and how long it took to be read; what was sent and never read is lost."""

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
    socket: aiohttp.ClientWebSocketResponse | None = None

    @property
    def conversation_id(self) -> str:
        """The conversation of this visitor."""
        return f"web:{self.visitor_id}"

    async def arrive(self) -> None:
        """Opens the window as the chat page does."""
        async with self.http.post(f"{self.door}/webhooks/web/session", json={}) as answer:
            session = await answer.json()
        self.visitor_id = session["visitor_id"]
        self.socket = await self.http.ws_connect(f"{self.door}/webhooks/web/ws")
        await self.socket.send_json({"type": "hello", "token": session["token"], "last_seq": 0})

    async def listen(self) -> None:
        """Reads what comes until the window closes."""
        async for frame in _frames(self.socket):
            if frame["type"] == "message" and frame["message"]["role"] == "agent":
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
    socket: aiohttp.ClientWebSocketResponse | None = None
    headers: dict[str, str] = field(default_factory=dict)

    async def arrive(self) -> None:
        """Logs in and opens the desk."""
        self.headers = {"Origin": self.desk}
        body = {"username": self.number, "password": PASSWORD}
        async with self.http.post(f"{self.desk}/api/login", json=body, headers=self.headers) as answer:
            self.headers["X-CSRF-Token"] = (await answer.json())["csrf"]
        self.socket = await self.http.ws_connect(f"{self.desk}/api/ws", headers={"Origin": self.desk})

    async def listen(self) -> None:
        """Reads what comes; offers are taken at once, in a task of their own."""
        takings: set[asyncio.Task[None]] = set()
        async for frame in _frames(self.socket):
            if frame["type"] == "message" and frame["message"]["role"] == "customer":
                self.to_agent.read(frame["message"]["text"])
            if frame["type"] == "offers.changed":
                taking = asyncio.ensure_future(self.take_offers())
                takings.add(taking)
                taking.add_done_callback(takings.discard)

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
            except aiohttp.ServerDisconnectedError:
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
