"""The link of an agent's file: opens that file for some days, runs nothing, and opens nothing else."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio
from sanic import Sanic

from bot.media.links import FileLinks
from conversation.message import Attachment
from handoff import media
from handoff.media import Kept
from runtime import embedded
from runtime.files.shelf import write
from runtime.postgres import Pool, transaction
from runtime.web import install_errors
from tests.component.handoff.chats import Chat, StepClock

PAPER = "ab" * 16


@pytest_asyncio.fixture
async def address(database: Pool, tmp_path: Path) -> AsyncIterator[tuple[str, StepClock]]:
    """A door with one linked paper, and the clock it looks at."""
    clock = StepClock()
    chat = Chat(database, clock, "visitor-1")
    await chat.write("发我账单")
    one = Attachment("file", PAPER, "账单<b>.pdf", "application/pdf", 9)
    write(media.file_of(tmp_path, PAPER), b"%PDF-1.4\n")
    async with transaction(database) as connection:
        await media.add(connection, Kept(one, chat.id), at=clock.now())
        await media.link(connection, PAPER, "good-token", until=clock.now() + timedelta(days=7))
    app, port = Sanic(f"files-{secrets.token_hex(6)}", configure_logging=False), embedded.free_port()
    install_errors(app)
    app.blueprint(FileLinks(database, clock, tmp_path).blueprint())
    server: Any = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.start_serving()
    yield f"http://127.0.0.1:{port}/files", clock
    server.close()
    await server.wait_closed()
    Sanic._app_registry.pop(app.name, None)


async def _open(url: str) -> tuple[int, bytes, dict[str, str]]:
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        return response.status, await response.read(), {key.lower(): one for key, one in response.headers.items()}


async def test_the_link_opens_its_file_and_nothing_in_it_runs(address: tuple[str, StepClock]) -> None:
    status, content, headers = await _open(f"{address[0]}/good-token")

    assert (status, content, headers["content-type"]) == (200, b"%PDF-1.4\n", "application/pdf")
    assert "sandbox" in headers["content-security-policy"]
    assert "<" not in headers["content-disposition"]


async def test_a_wrong_or_an_old_link_opens_nothing(address: tuple[str, StepClock]) -> None:
    url, clock = address
    wrong = [(await _open(f"{url}/{token}"))[0] for token in ("bad-token", PAPER, "..%2f..%2fsecrets.env")]
    clock.advance(timedelta(days=8))

    assert wrong == [404, 404, 404]
    assert (await _open(f"{url}/good-token"))[0] == 404
