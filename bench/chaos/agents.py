"""Agents at the console: they take what waits, answer, and give it back; each line is repeated until it is taken."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import psycopg2
from argon2 import PasswordHasher

from bench.chaos.schedule import words

PASSWORD = "chaos-password"
_LOOK_SECONDS, _REPEAT_SECONDS = 0.7, 1.0
_PAUSE = (0.5, 2.5)
_TRIES = 400
_HIRE = """
    insert into agents (agent_id, name, role, skills, max_chats, password_hash) values (%s, %s, 'agent', %s, 12, %s)
"""


@dataclass
class AgentLine:
    """A line in the agent's own book: `is_taken` once the console said 201 or 200."""

    conversation_id: str
    client_id: str
    text: str
    is_taken: bool = False
    refusal: str = ""


@dataclass
class Agent:
    """One agent with an open desk."""

    http: aiohttp.ClientSession
    desk: str
    number: str
    chance: random.Random
    lines: list[AgentLine] = field(default_factory=list)
    served: int = 0
    is_over: bool = False
    _csrf: str = ""
    _chats: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def live(self) -> None:
        """Serves until `is_over`."""
        presence = asyncio.ensure_future(self._sit())
        while not self.is_over:
            for waiting in await self._listed("/queue", "escalations"):
                await self._ask("POST", f"/escalations/{waiting['id']}/accept", {})
            for chat in await self._listed("/conversations?scope=mine", "conversations"):
                self._serve(str(chat["id"]))
            await asyncio.sleep(_LOOK_SECONDS)
        presence.cancel()

    def _serve(self, chat: str) -> None:
        if chat not in self._chats or self._chats[chat].done():
            self._chats[chat] = asyncio.ensure_future(self._talk(chat))

    async def _talk(self, chat: str) -> None:
        """Says three lines and gives the conversation back."""
        self.served += 1
        for text in words()["from_agent"]:
            await asyncio.sleep(self.chance.uniform(*_PAUSE))
            await self._say(chat, text.format(n=f"{self.number}-{len(self.lines)}"))
        await asyncio.sleep(self.chance.uniform(*_PAUSE))
        await self._ask("POST", f"/conversations/{chat}/return", {"note": words()["note"]})

    async def _say(self, chat: str, text: str) -> None:
        line = AgentLine(chat, str(uuid.UUID(int=self.chance.getrandbits(128), version=4)), text)
        self.lines.append(line)
        body = {"client_id": line.client_id, "text": line.text}
        for _ in range(_TRIES):
            status, answer = await self._ask("POST", f"/conversations/{chat}/messages", body)
            if status in (200, 201):
                line.is_taken = True
                return
            if 400 <= status < 500 and status not in (401, 429):
                line.refusal = str(answer.get("code", status))
                return
            await asyncio.sleep(_REPEAT_SECONDS)

    async def _sit(self) -> None:
        """Holds the live socket open, which is what makes an agent be there."""
        while True:
            async with self._socket() as socket:
                if socket:
                    while (await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                        continue
            await asyncio.sleep(_REPEAT_SECONDS)

    @asynccontextmanager
    async def _socket(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse | None]:
        try:
            socket = await self.http.ws_connect(f"{self.desk}/api/ws", headers={"Origin": self.desk}, timeout=2.0)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
            yield None
            return
        try:
            yield socket
        finally:
            await socket.close()

    async def _listed(self, path: str, name: str) -> list[Mapping[str, Any]]:
        status, answer = await self._ask("GET", path, None)
        return list(answer[name]) if status == 200 else []

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> tuple[int, Mapping[str, Any]]:
        """Asks the console; a session that is gone is made anew, a console that is gone is status 0."""
        try:
            if not self._csrf:
                await self._log_in()
            headers = {"Origin": self.desk, "X-CSRF-Token": self._csrf}
            async with self.http.request(method, f"{self.desk}/api{path}", json=body, headers=headers) as answer:
                if answer.status == 401:
                    self._csrf = ""
                content = await answer.json() if answer.content_type.endswith("json") else {}
                return answer.status, content
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
            return 0, {}

    async def _log_in(self) -> None:
        body = {"username": self.number, "password": PASSWORD}
        async with self.http.post(f"{self.desk}/api/login", json=body, headers={"Origin": self.desk}) as answer:
            if answer.status == 200:
                self._csrf = (await answer.json())["csrf"]


def hire(database: str, count: int) -> list[str]:
    """Writes agents who serve everything; returns their numbers."""
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    numbers = [f"X{number + 1:04}" for number in range(count)]
    connection = psycopg2.connect(database)
    try:
        with connection, connection.cursor() as cursor:
            for number in numbers:
                cursor.execute(_HIRE, (number, number, ["all"], hashed))
    finally:
        connection.close()
    return numbers
