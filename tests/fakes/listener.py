"""A subscriber of the utility on loopback: keeps what it was told and answers by a script."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Listener:
    """What a subscriber saw."""

    def __init__(self) -> None:
        self.script: list[Answer] = [taken]
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.told = asyncio.Condition()
        self.hold = asyncio.Event()
        self.url = ""

    @property
    def events(self) -> list[dict[str, Any]]:
        """What came, repeats too."""
        return [json.loads(body) for body in self.bodies]

    @property
    def subjects(self) -> list[str]:
        """The subjects of what came, in order."""
        return [event["subject"] for event in self.events]

    async def until(self, calls: int) -> None:
        """Waits until so many calls came; fails after twenty seconds."""
        async with self.told:
            await asyncio.wait_for(self.told.wait_for(lambda: len(self.bodies) >= calls), 20)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Keeps the call and answers with the next line of the script, the last one again and again."""
        self.bodies.append(await request.read())
        self.headers.append(dict(request.headers))
        async with self.told:
            self.told.notify_all()
        return await self.script[min(len(self.bodies), len(self.script)) - 1](request)

    async def held(self, _: web.Request) -> web.StreamResponse:
        """Answers when the test lets it."""
        await self.hold.wait()
        return web.Response(status=204)


async def taken(_: web.Request) -> web.StreamResponse:
    """Takes the event."""
    return web.Response(status=204)


async def refused(_: web.Request) -> web.StreamResponse:
    """Does not take it."""
    return web.Response(status=500)


async def lost(request: web.Request) -> web.StreamResponse:
    """Takes it, but the answer is lost."""
    if request.transport:
        request.transport.close()
    return web.Response(status=204)


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    """Runs a subscriber until the block ends."""
    listener, app = Listener(), web.Application()
    app.router.add_post("/", listener.answer)
    server = TestServer(app)
    await server.start_server()
    listener.url = f"http://127.0.0.1:{server.port}/"
    try:
        yield listener
    finally:
        listener.hold.set()
        await server.close()
