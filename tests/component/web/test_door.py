"""The web door over a real socket: session, order, replay, fallback, and every bad input it must survive."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from sanic import Sanic

from bot.media.store import MediaShelf
from bot.reception.archive import Archive
from connectors.shared.pace import Limits
from connectors.web.door import WebDoor
from connectors.web.tokens import VisitorTokens
from conversation.identity import ChannelName, ChannelUser
from conversation.message import Role
from handoff import transcript
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.embedded import free_port
from runtime.postgres import Pool, transaction
from runtime.web import install_errors, limit
from tests.fakes.bot import PHRASES, ScriptedThinker, Worker, worker

TOKENS = VisitorTokens("a secret of thirty-two characters!")


@dataclass
class Site:
    """A running door and an HTTP client."""

    base: str
    http: aiohttp.ClientSession
    worker: Worker
    door: WebDoor

    async def session(self, **body: Any) -> dict[str, Any]:
        async with self.http.post(f"{self.base}/session", json=body) as answer:
            assert answer.status == 201
            return dict(await answer.json())

    async def open(self, token: str, last_seq: int = 0) -> aiohttp.ClientWebSocketResponse:
        socket = await self.http.ws_connect(f"{self.base}/ws")
        await socket.send_json({"type": "hello", "token": token, "last_seq": last_seq})
        return socket


@asynccontextmanager
async def open_web(
    database: Pool, bus: Bus, database_url: str, folder: Path, limits: Limits = Limits()
) -> AsyncIterator[Site]:
    """Serves the web door until the block ends."""
    made = worker(database, bus, database_url, ScriptedThinker())
    made.thinker.gate.set()
    app = Sanic(f"web_{free_port()}", configure_logging=False)
    limit(app, body_bytes=64 * 1024)
    install_errors(app)
    shelf = MediaShelf(database, SystemClock(), folder / "media", PHRASES)
    archive = Archive(database, SystemClock(), made.house.wire, PHRASES)
    origins = frozenset({"https://power.example"})
    door = WebDoor(made.front, TOKENS, shelf, archive, origins=origins, limits=limits)
    app.blueprint(door.blueprint())
    port = free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.start_serving()
    async with aiohttp.ClientSession() as http:
        yield Site(f"http://127.0.0.1:{port}/webhooks/web", http, made, door)
    await made.settled()
    await made.locks.close()
    await door.close()
    server.close()
    await server.wait_closed()
    Sanic._app_registry.pop(app.name, None)


@pytest_asyncio.fixture
async def site(database: Pool, bus: Bus, database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    async with open_web(database, bus, database_url, tmp_path) as opened:
        yield opened


async def receive(socket: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    while True:
        frame = await asyncio.wait_for(socket.receive_json(), 5)
        if frame["type"] == kind:
            return dict(frame)


async def messages(socket: aiohttp.ClientWebSocketResponse, count: int) -> list[dict[str, Any]]:
    return [(await receive(socket, "message"))["message"] for _ in range(count)]


async def test_a_visitor_is_answered_over_the_socket(site: Site) -> None:
    socket = await site.open((await site.session())["token"])
    welcome = await receive(socket, "welcome")

    await socket.send_json({"type": "message", "client_id": "client-0001", "text": "你好"})
    said, answered = await messages(socket, 2)

    assert welcome["owner"] == "bot"
    assert (said["role"], said["client_id"], said["seq"]) == ("customer", "client-0001", 1)
    assert (answered["role"], answered["text"], answered["seq"]) == ("bot", "回:你好", 2)
    assert "delivery" not in answered


async def test_a_resent_message_is_acked_with_its_first_number(site: Site) -> None:
    socket = await site.open((await site.session())["token"])
    frame = {"type": "message", "client_id": "client-0001", "text": "你好"}

    await socket.send_json(frame)
    first = await receive(socket, "ack")
    await socket.send_json(frame)
    second = await receive(socket, "ack")
    await site.worker.settled()

    assert first["seq"] == second["seq"] == 1
    assert len(site.worker.thinker.asked) == 1


async def test_a_reconnect_replays_what_was_missed_and_nothing_twice(site: Site) -> None:
    token = (await site.session())["token"]
    socket = await site.open(token)
    await socket.send_json({"type": "message", "client_id": "client-0001", "text": "一"})
    await messages(socket, 2)
    site.worker.thinker.gate.clear()
    await socket.send_json({"type": "message", "client_id": "client-0002", "text": "二"})
    await receive(socket, "ack")
    await socket.close()
    site.worker.thinker.gate.set()
    await site.worker.settled()

    again = await site.open(token, last_seq=2)
    missed = await messages(again, 2)

    assert [(line["seq"], line["text"]) for line in missed] == [(3, "二"), (4, "回:二")]


async def test_two_windows_of_one_visitor_stay_in_step(site: Site) -> None:
    token = (await site.session())["token"]
    one, two = await site.open(token), await site.open(token)
    await receive(two, "welcome")

    await one.send_json({"type": "press", "client_id": "client-0001", "label": "查电费", "payload": "查上个月电费"})
    seen = await messages(two, 2)

    assert [line["text"] for line in seen] == ["查电费", "回:查上个月电费"]


async def test_the_long_poll_serves_who_has_no_socket(site: Site) -> None:
    token = (await site.session())["token"]
    headers = {"authorization": f"Bearer {token}"}
    body = {"client_id": "client-0001", "text": "你好"}

    async with site.http.post(f"{site.base}/messages", json=body, headers=headers) as accepted:
        receipt = (accepted.status, await accepted.json())
    await site.worker.settled()
    async with site.http.get(f"{site.base}/messages?after=0&wait=5", headers=headers) as polled:
        answer = await polled.json()

    assert receipt == (202, {"seq": 1, "duplicate": False})
    assert [line["text"] for line in answer["messages"]] == ["你好", "回:你好"]
    assert (answer["owner"], answer["last_seq"]) == ("bot", 2)


async def test_a_worker_that_leaves_answers_those_who_wait(site: Site) -> None:
    headers = {"authorization": f"Bearer {(await site.session())['token']}"}

    async def poll() -> list[Any]:
        async with site.http.get(f"{site.base}/messages?after=0&wait=25", headers=headers) as polled:
            return list((await polled.json())["messages"])

    waiting = asyncio.create_task(poll())
    while not site.door.listening():  # noqa: ASYNC110  # the door tells nobody of a poll
        await asyncio.sleep(0.01)
    site.door.let_go()

    assert await asyncio.wait_for(waiting, 20) == []
    assert await asyncio.wait_for(poll(), 20) == []  # and nobody waits here any more


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "web.json.malformed"),
        ("[1]", "web.json.malformed"),
        ("[" * 5000, "web.json.malformed"),
        ({"type": "message", "client_id": "client-0009", "text": "啊" * 2001}, "web.text.too_long"),
        ({"type": "message", "client_id": "client-0009", "text": "啊" * 20000}, "web.frame.too_large"),
        ({"type": "message", "client_id": "client-0009", "text": " \u0000 "}, "web.text.empty"),
        ({"type": "message", "client_id": "client-0009", "text": 5}, "web.field.invalid"),
        ({"type": "message", "client_id": "短", "text": "你好"}, "web.field.invalid"),
        ({"type": "message", "client_id": "client-0009", "text": "你好", "admin": True}, "web.fields.unknown"),
        ({"type": "dance"}, "web.type.unknown"),
        ({"type": ["message"]}, "web.type.unknown"),
        ({"type": "read", "seq": -1}, "web.field.invalid"),
        ({"type": "hello", "token": "x", "last_seq": 0}, "web.hello.again"),
    ],
    ids=[
        "broken",
        "a list",
        "deep",
        "2001 characters",
        "20000 characters",
        "only control characters",
        "a number as text",
        "short client id",
        "unknown field",
        "unknown type",
        "type of a wrong type",
        "negative number",
        "second hello",
    ],
)
async def test_a_bad_frame_gets_a_clear_error_and_the_talk_goes_on(site: Site, frame: Any, code: str) -> None:
    socket = await site.open((await site.session())["token"])

    await socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))
    error = await receive(socket, "error")
    await socket.send_json({"type": "message", "client_id": "client-0001", "text": "你好"})
    lines = await messages(socket, 2)

    assert error["code"] == code
    assert error["message"]
    assert [line["text"] for line in lines] == ["你好", "回:你好"]


@pytest.mark.parametrize(
    "token", ["", "forged.token.here", None, VisitorTokens("another secret of 32 characters!!").issue().token]
)
async def test_a_bad_token_closes_the_socket_with_4401(site: Site, token: Any) -> None:
    socket = await site.open(token)

    error = await receive(socket, "error")
    closed = await socket.receive()

    assert error["code"].startswith("web.token.")
    assert (closed.type, socket.close_code) == (aiohttp.WSMsgType.CLOSE, 4401)


async def test_a_bad_hello_closes_the_socket_with_4400(site: Site) -> None:
    socket = await site.http.ws_connect(f"{site.base}/ws")
    await socket.send_str("good morning")

    await receive(socket, "error")
    await socket.receive()

    assert socket.close_code == 4400


async def test_a_token_is_renewed_for_the_same_visitor_only(site: Site) -> None:
    first = await site.session()
    second = await site.session(token=first["token"])
    stranger = await site.session()

    assert first["visitor_id"] == second["visitor_id"] != stranger["visitor_id"]


@pytest.mark.parametrize(
    ("path", "request_", "status", "code"),
    [
        ("/session", {"data": "{"}, 400, "web.json.malformed"),
        ("/session", {"json": {"visitor": "me"}}, 400, "web.fields.unknown"),
        ("/session", {"json": {"token": "forged"}}, 401, "web.token.invalid"),
        ("/messages", {"json": {"client_id": "client-0001", "text": "你好"}}, 401, "web.token.missing"),
        ("/session", {"json": {}, "headers": {"origin": "https://evil.example"}}, 403, "web.origin.forbidden"),
    ],
    ids=["malformed", "unknown field", "bad token", "no token", "foreign page"],
)
async def test_http_refuses_with_a_problem(
    site: Site, path: str, request_: dict[str, Any], status: int, code: str
) -> None:
    async with site.http.post(site.base + path, **request_) as answer:
        body = await answer.json(content_type=None)

    assert (answer.status, body["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert body["detail"]


async def test_an_allowed_page_may_embed_the_chat(site: Site) -> None:
    async with site.http.post(f"{site.base}/session", json={}, headers={"origin": "https://power.example"}) as answer:
        allowed = answer.headers.get("access-control-allow-origin")

    assert (answer.status, allowed) == (201, "https://power.example")


async def test_one_visitor_never_sees_another(site: Site) -> None:
    mine = await site.open((await site.session())["token"])
    theirs = await site.open((await site.session())["token"])
    await mine.send_json({"type": "message", "client_id": "client-0001", "text": "我的户号"})
    await messages(mine, 2)

    await theirs.send_json({"type": "ping"})
    frames = [await receive(theirs, "welcome"), await asyncio.wait_for(theirs.receive_json(), 5)]

    assert frames[1] == {"type": "pong"}
    assert frames[0]["last_seq"] == 0


async def test_a_flood_is_refused_politely(site: Site) -> None:
    socket = await site.open((await site.session())["token"])

    for number in range(30):
        await socket.send_json({"type": "message", "client_id": f"client-{number:04}", "text": "刷屏"})
    error = await receive(socket, "error")

    assert error["code"] == "web.rate.limited"
    assert error["client_id"].startswith("client-")


async def test_a_foreign_page_cannot_open_a_socket(site: Site) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await site.http.ws_connect(f"{site.base}/ws", headers={"origin": "https://evil.example"})

    assert refused.value.status == 403


async def test_a_long_history_is_replayed_whole_to_a_window_that_has_some_of_it(site: Site, database: Pool) -> None:
    session = await site.session()
    await _past(site, database, session["visitor_id"], lines=260)

    socket = await site.open(session["token"], last_seq=10)
    seen = await messages(socket, 250)

    assert [line["seq"] for line in seen] == list(range(11, 261))


async def test_a_new_window_gets_the_newest_page_of_a_long_history(site: Site, database: Pool) -> None:
    session = await site.session()
    await _past(site, database, session["visitor_id"], lines=260)

    socket = await site.open(session["token"])
    first = (await messages(socket, 1))[0]

    assert first["seq"] == 61


async def _past(site: Site, database: Pool, visitor_id: str, *, lines: int) -> None:
    """Writes a past conversation."""
    user = ChannelUser(ChannelName.WEB, visitor_id)
    await site.worker.say("你好", user=user)
    await site.worker.settled()
    async with transaction(database) as connection:
        for number in range(lines - 2):
            await transcript.append(
                connection, user.conversation_id, Role.BOT, {"text": f"旧话{number}"}, at=SystemClock().now(), epoch=0
            )
