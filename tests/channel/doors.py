"""A push door on a real socket with the real reception behind it, and the platform in front of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from sanic import Sanic

from connectors.shared.push_door import PushDoor
from connectors.web.door import WebDoor
from conversation.identity import ChannelUser
from conversation.message import Attachment
from runtime.embedded import free_port
from runtime.postgres import Pool
from runtime.web import install_errors, limit
from tests.fakes.bot import Worker

PAYLOADS = Path(__file__).parent / "payloads"


class MemoryShelf:
    """A media store that keeps in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def keep(self, content: bytes, name: str, user: ChannelUser) -> Attachment:
        media_id = f"m{len(self.kept)}"
        self.kept[media_id] = content
        return Attachment("image", media_id, name, "image/jpeg", len(content))


def payload(door: str, name: str, **blanks: object) -> str:
    """A payload with its blanks filled."""
    return (PAYLOADS / door / f"{name}.xml").read_text(encoding="utf-8").format(**blanks)


@dataclass
class Site:
    """A running door."""

    url: str
    http: aiohttp.ClientSession
    worker: Worker
    door: PushDoor
    pool: Pool

    async def settled(self) -> None:
        """Returns once every turn and every delivery that can end has ended."""
        await self.worker.settled()
        await self.door.courier.drain()

    async def lines(self, conversation_id: str) -> list[dict[str, Any]]:
        query = "select seq, role, body, delivery, turn from messages where conversation_id = $1 order by seq"
        return [dict(row) for row in await self.pool.fetch(query, conversation_id)]

    async def said(self, conversation_id: str) -> list[tuple[str, str]]:
        return [(line["role"], line["body"]["text"]) for line in await self.lines(conversation_id)]


@dataclass
class Served:
    """An address that serves a door."""

    url: str
    server: Any
    app: Sanic

    def cut(self) -> None:
        """Ends it as a killed process does: nobody listens there any more, and every connection breaks."""
        self.server.close()
        for connection in tuple(self.server.connections):
            connection.abort()

    async def close(self) -> None:
        """Serves no more."""
        self.server.close()
        await self.server.wait_closed()
        Sanic._app_registry.pop(self.app.name, None)


async def serve(door: PushDoor | WebDoor) -> Served:
    """Serves a door on a free port."""
    app = Sanic(f"door_{free_port()}", configure_logging=False)
    limit(app, body_bytes=128 * 1024)
    install_errors(app)
    app.blueprint(door.blueprint())
    port = free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.start_serving()
    return Served(f"http://127.0.0.1:{port}/webhooks/{door.name}", server, app)


@asynccontextmanager
async def open_site(pool: Pool, worker: Worker, door: PushDoor) -> AsyncIterator[Site]:
    """Serves a push door until the block ends."""
    served = await serve(door)
    async with aiohttp.ClientSession() as http:
        yield Site(served.url, http, worker, door, pool)
    worker.thinker.gate.set()
    await worker.settled()
    await door.close()
    await worker.locks.close()
    await served.close()


async def until(holds: Callable[[], Any], seconds: float = 8) -> None:
    """Waits until something holds; fails when its time is up."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)
