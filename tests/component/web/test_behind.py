"""A window whose line could not be read from the store: it is open, reconnects to nothing, and must get it later."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest
from sanic import Request

from bot.media.store import MediaShelf
from bot.reception.archive import Archive
from connectors.shared.errors import WindowGone
from connectors.shared.pace import Gatekeeper, Limits
from connectors.web import socket as web_socket
from connectors.web.records import Records
from connectors.web.rooms import Rooms
from connectors.web.socket import VisitorSocket
from connectors.web.uploads import Uploads
from conversation.identity import ChannelUser
from conversation.message import Role
from handoff import transcript
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.postgres import Pool, transaction
from tests.component.web.test_door import TOKENS, Site, open_web
from tests.fakes.bot import PHRASES, ScriptedThinker, worker

_WAITERS = """
    select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    and query like '%lines_to_send%'
"""


async def _next(socket: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    while True:
        frame: dict[str, Any] = await socket.receive_json(timeout=10)
        if frame["type"] == kind:
            return frame


async def _say(database: Pool, conversation_id: str, text: str) -> None:
    """An agent's line, as another process writes it."""
    async with transaction(database) as connection:
        await transcript.lock(connection, conversation_id)
        at = SystemClock().now()
        await transcript.append(connection, conversation_id, Role.SYSTEM, {"text": text}, at=at, epoch=0)


async def _waiting(holder: asyncpg.Connection, *, some: bool) -> list[asyncpg.Record]:
    """Returns the readings that wait for the conversation, once there are some, or none."""
    for _ in range(1500):
        rows: list[asyncpg.Record] = await holder.fetch(_WAITERS)
        if bool(rows) is some:
            return rows
        await asyncio.sleep(0.02)
    raise AssertionError("nobody waits for it" if some else "somebody waits still")


@asynccontextmanager
async def _store_lost_while_reading(database_url: str, conversation_id: str) -> AsyncIterator[None]:
    """Holds the conversation, lets the block begin a reading of it, and breaks that reading's connection."""
    holder = await asyncpg.connect(database_url)
    async with holder.transaction():
        await holder.execute("select 1 from conversations where conversation_id = $1 for update", conversation_id)
        yield
        for row in await _waiting(holder, some=True):
            await holder.execute("select pg_terminate_backend($1)", row["pid"])
        await _waiting(holder, some=False)
    await holder.close()


async def test_a_line_that_could_not_be_read_reaches_the_open_window_later(
    database: Pool, bus: Bus, database_url: str, tmp_path: Path
) -> None:
    async with open_web(database, bus, database_url, tmp_path) as site:
        session = await site.session()
        conversation_id = f"web:{session['visitor_id']}"
        socket = await site.open(session["token"])
        await socket.send_json({"type": "message", "client_id": "client-0001", "text": "你好"})
        await _next(socket, "ack")
        await site.worker.settled()
        await _say(database, conversation_id, "the line in question")
        async with _store_lost_while_reading(database_url, conversation_id):
            await site.worker.house.wire.tell(conversation_id, {"kind": "message"})
        # Nothing moves any more: only what is behind is brought up to date, as the watch does every two seconds.
        looking = asyncio.ensure_future(_look(site))
        while (await _next(socket, "message"))["message"]["text"] != "the line in question":
            pass
        assert (await _next(socket, "owner"))["owner"] == "bot"
        await _say(database, conversation_id, "the one after it")
        await site.worker.house.wire.tell(conversation_id, {"kind": "message"})
        assert (await _next(socket, "message"))["message"]["text"] == "the one after it"
        looking.cancel()
        await socket.close()


async def _look(site: Site) -> None:
    while True:
        await site.door.catch_up([])
        await asyncio.sleep(0.05)


class _FullPipe:
    """A socket whose other side reads nothing; the part of sanic's that the door uses."""

    def __init__(self) -> None:
        self.failed: list[int] = []

    async def recv(self, timeout: float | None = None) -> str | None:
        return json.dumps({"type": "hello", "token": TOKENS.issue().token, "last_seq": 0})

    async def send(self, message: str) -> None:
        await asyncio.Event().wait()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        await asyncio.Event().wait()

    def fail_connection(self, code: int = 1006, reason: str = "") -> bool:
        self.failed.append(code)
        return False


async def test_a_window_that_takes_nothing_is_closed_so_that_its_page_comes_back(
    database: Pool, bus: Bus, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_socket, "_SEND_SECONDS", 0.05)
    pipe = _FullPipe()
    made = worker(database, bus, database_url, ScriptedThinker())
    shelf = MediaShelf(database, SystemClock(), tmp_path, PHRASES)
    archive = Archive(database, SystemClock(), made.house.wire, PHRASES)
    tools = (Uploads(shelf, _nobody), Records(archive, _nobody), Gatekeeper(Limits()))

    with pytest.raises(WindowGone):
        await VisitorSocket(pipe, made.front, Rooms(), TOKENS, *tools).run()

    assert pipe.failed == [1013]
    await made.locks.close()


def _nobody(_: Request) -> ChannelUser:
    raise AssertionError("no request is made here")
