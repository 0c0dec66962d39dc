"""The desk's server inside the test's own loop, and browsers that call it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from sanic import Sanic

from console.server.passwords import Passwords
from console.server.settings import ConsoleSettings
from conversation.identity import AgentIdentity
from runtime.postgres import Pool

PASSWORD = "right-horse"


@dataclass(frozen=True)
class Answer:
    """What a call answered."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> str:
        """The stable code of a problem, or nothing."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


class DeskServer:
    """Starts and stops the app on its settings' port."""

    def __init__(self, app: Sanic, settings: ConsoleSettings) -> None:
        self.app = app
        self.settings = settings
        self.url = f"http://127.0.0.1:{settings.port}"
        self._server: Any = None

    async def start(self) -> None:
        """Serves."""
        self._server = await self.app.create_server(
            host=self.settings.host, port=self.settings.port, return_asyncio_server=True, access_log=False
        )
        await self._server.startup()
        await self._server.start_serving()

    async def stop(self) -> None:
        """Stops serving."""
        self._server.close()
        await self._server.wait_closed()
        Sanic._app_registry.pop(self.app.name, None)

    async def hire(
        self,
        pool: Pool,
        passwords: Passwords,
        agent_id: str,
        name: str,
        *,
        role: str = "agent",
        skills: tuple[str, ...] = ("billing", "fault"),
    ) -> Person:
        """Writes an agent and gives them a browser."""
        await pool.execute(
            "insert into agents (agent_id, name, role, skills, password_hash) values ($1, $2, $3, $4, $5)",
            agent_id,
            name,
            role,
            list(skills),
            passwords.hash(PASSWORD),
        )
        return Person(self, agent_id, name)


class Person:
    """One browser: its cookies, its CSRF token, its origin."""

    def __init__(self, server: DeskServer, agent_id: str, name: str = "") -> None:
        self.identity = AgentIdentity(agent_id, name)
        self.server = server
        self.csrf = ""
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def log_in(self, password: str = PASSWORD) -> Answer:
        """Logs in and keeps the token of the session."""
        answer = await self.post("/api/login", {"username": self.identity.agent_id, "password": password})
        self.csrf = answer.body.get("csrf", self.csrf)
        return answer

    async def get(self, path: str, **headers: str) -> Answer:
        """Reads."""
        return await self.call("GET", path, headers=headers)

    async def post(self, path: str, body: Any = None) -> Answer:
        """Writes as the desk's page does."""
        return await self.call("POST", path, body=body, headers=self.page_headers())

    async def call(
        self, method: str, path: str, *, body: Any = None, raw: bytes | None = None, headers: dict[str, str]
    ) -> Answer:
        """Calls with exactly these headers."""
        sent: dict[str, Any] = {"data": raw} if raw is not None else {"json": body} if body is not None else {}
        address = self.server.url + path
        async with self.http.request(method, address, headers=headers, allow_redirects=False, **sent) as response:
            is_json = "json" in response.headers.get("Content-Type", "")
            is_book = "spreadsheet" in response.headers.get("Content-Type", "")
            content: Any = await response.read() if is_book else None
            if not is_book:
                content = await response.json(content_type=None) if is_json else await response.text()
            return Answer(response.status, content, dict(response.headers))

    def page_headers(self) -> dict[str, str]:
        """The headers of a write from the desk's own page."""
        return {"Origin": self.server.url, "X-CSRF-Token": self.csrf}

    async def open_socket(self) -> DeskSocket:
        """Opens the live socket and waits until it answers."""
        connection = await self.http.ws_connect(self.server.url + "/api/ws", headers={"Origin": self.server.url})
        socket = DeskSocket(connection)
        await socket.ping()
        return socket

    async def leave(self) -> None:
        """Closes the browser."""
        await self.http.close()


@dataclass
class DeskSocket:
    """The browser's end of the live socket."""

    connection: aiohttp.ClientWebSocketResponse
    seen: list[dict[str, Any]] = field(default_factory=list)

    async def ping(self) -> None:
        """Sends a ping and reads until the pong."""
        await self.connection.send_str('{"type": "ping"}')
        await self.until("pong")

    async def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Reads until an event of this kind with these fields."""
        while True:
            event: dict[str, Any] = await asyncio.wait_for(self.connection.receive_json(), 10)
            self.seen.append(event)
            if event["type"] == kind and all(event.get(name) == value for name, value in fields.items()):
                return event

    async def until_closed(self) -> int:
        """Reads to the end; returns the close code."""
        while True:
            frame = await asyncio.wait_for(self.connection.receive(), 10)
            if frame.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING}:
                return int(self.connection.close_code or 0)
            self.seen.append(frame.json())
