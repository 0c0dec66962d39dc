"""How a process begins to listen."""

from __future__ import annotations

import asyncio
import os
import signal

import aiohttp
import pytest
from sanic import HTTPResponse, Request, Sanic
from sanic.response import json

from runtime.embedded import free_port
from runtime.serve import serve


async def test_nobody_is_let_in_before_the_app_has_started(monkeypatch: pytest.MonkeyPatch) -> None:
    app, port = Sanic("early_bird", configure_logging=False), free_port()
    early: list[str] = []
    start = Sanic._startup

    async def look_first(starting: Sanic) -> None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            early.append("refused")
        else:
            early.append("let in")
            writer.close()
        await start(starting)

    async def root(_: Request) -> HTTPResponse:
        return json({})

    app.add_route(root, "/")
    monkeypatch.setattr(Sanic, "_startup", look_first)
    serving = asyncio.get_running_loop().create_task(serve(app, "127.0.0.1", port))
    async with aiohttp.ClientSession() as http:
        status = await _first_answer(http, f"http://127.0.0.1:{port}/")
    os.kill(os.getpid(), signal.SIGTERM)
    await serving

    assert (early, status) == (["refused"], 200)


async def _first_answer(http: aiohttp.ClientSession, address: str) -> int:
    for _ in range(500):
        try:
            async with http.get(address) as answer:
                return answer.status
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.02)
    raise AssertionError("it never listened")
