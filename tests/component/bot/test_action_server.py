"""The action server dies under a call: a supervisor starts it again, and the turn that asked it is not lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot import dialogue
from bot.dialogue import ActionEndpoint
from runtime.embedded import free_port


@asynccontextmanager
async def _server(port: int, *, deaths: int, asked: list[object]) -> AsyncIterator[str]:
    """Answers an action's call, the first ones by dying."""

    async def act(request: web.Request) -> web.StreamResponse:
        asked.append(await request.json())
        if len(asked) <= deaths and request.transport:
            request.transport.abort()
        return web.json_response({"events": [], "responses": [{"text": "done"}]})

    app = web.Application()
    app.router.add_post("/webhook", act)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}/webhook"
    await runner.cleanup()


async def test_a_call_that_the_server_died_under_is_made_again() -> None:
    asked: list[object] = []
    async with _server(free_port(), deaths=1, asked=asked) as url:
        endpoint = ActionEndpoint(url)

        answer = await endpoint.request(json={"next_action": "action_report_outage"})

        assert answer["responses"] == [{"text": "done"}]
        assert asked == [{"next_action": "action_report_outage"}] * 2
        await endpoint.close()


async def test_nobody_waits_for_a_server_that_stays_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "_START_SECONDS", 0.3)
    monkeypatch.setattr(dialogue, "_ASK_AGAIN_SECONDS", 0.05)
    port, asked = free_port(), list[object]()
    endpoint = ActionEndpoint(f"http://127.0.0.1:{port}/webhook")
    tries = 0
    ask = endpoint._ask

    async def count(*given: object, **named: object) -> object:
        nonlocal tries
        tries += 1
        return await ask(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(endpoint, "_ask", count)
    with pytest.raises(aiohttp.ClientConnectionError):
        await endpoint.request(json={})
    waited_for, tries = tries, 0
    with pytest.raises(aiohttp.ClientConnectionError):
        await endpoint.request(json={})

    assert (waited_for > 1, tries) == (True, 1)
    async with _server(port, deaths=0, asked=asked):
        assert await endpoint.request(json={})
    await endpoint.close()
