"""The chat page as the bot serves it: its own policy, its files, and a missing build said in words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from sanic import Sanic

from bot.pages import content_policy, serve_pages
from runtime.embedded import free_port

Serve = Callable[..., Awaitable[str]]


@pytest_asyncio.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serves a folder as the bot does; returns the host."""
    servers = []

    async def start(folder: Path, embedders: tuple[str, ...] = ()) -> str:
        port = free_port()
        app = Sanic(f"pages_{port}", configure_logging=False)
        serve_pages(app, folder, embedders)
        server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
        assert server is not None
        await server.startup()
        await server.start_serving()
        servers.append(server)
        return f"127.0.0.1:{port}"

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """What `npm run build` leaves, in small."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>chat</title>", encoding="utf-8")
    (tmp_path / "widget.js").write_text("launch()", encoding="utf-8")
    return tmp_path


async def test_the_chat_page_may_be_held_by_the_named_pages_only(serve: Serve, build: Path) -> None:
    host = await serve(build, ("https://m.power.example", "https://a.power.example"))

    async with aiohttp.ClientSession() as http, http.get(f"http://{host}/") as answer:
        policy = answer.headers["content-security-policy"]
        sniffing = answer.headers["x-content-type-options"]

    assert "frame-ancestors 'self' https://a.power.example https://m.power.example" in policy
    assert f"connect-src 'self' ws://{host} wss://{host};" in policy
    assert "unsafe" not in policy
    assert sniffing == "nosniff"


async def test_the_script_may_be_taken_by_any_page(serve: Serve, build: Path) -> None:
    host = await serve(build)

    async with aiohttp.ClientSession() as http, http.get(f"http://{host}/widget.js") as answer:
        taken = (answer.status, answer.headers["access-control-allow-origin"], await answer.text())

    assert taken == (200, "*", "launch()")


async def test_a_missing_build_is_said_in_words(serve: Serve, tmp_path: Path) -> None:
    host = await serve(tmp_path)

    async with aiohttp.ClientSession() as http, http.get(f"http://{host}/") as answer:
        told = (answer.status, await answer.text())

    assert told[0] == 503
    assert "npm run build" in told[1]


@pytest.mark.parametrize("host", ["", "x; script-src *", "a b", "chat.example.cn/..", "a\r\nb"])
def test_a_host_that_is_none_adds_no_words_to_the_policy(host: str) -> None:
    assert "connect-src 'self';" in content_policy(host, ())


@pytest.mark.parametrize("host", ["chat.example.cn", "127.0.0.1:5005", "[::1]:5005"])
def test_old_webviews_find_their_socket_in_the_policy(host: str) -> None:
    assert f"connect-src 'self' ws://{host} wss://{host};" in content_policy(host, ())
