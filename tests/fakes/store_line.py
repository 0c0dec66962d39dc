"""The line between a process and a store: a test can slow it, cut it, let it hang, mend it, and count what passes.

It runs in the test's own loop. What PostgreSQL is asked is read from its wire: a statement is an Execute or a simple
query, a round trip ends with a Sync, a Flush or a simple query.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from runtime.embedded import EmbeddedPostgres, EmbeddedRedis

_CHUNK = 64 * 1024
_STARTUP = 196608

Reach = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


@dataclass(frozen=True)
class Asked:
    """One statement: over which connection, in which transaction of it (by its begin), and whether it ended one."""

    connection: int
    transaction: int
    sql: str
    round_trips: int
    commits: bool = False


@dataclass
class _Ear:
    """Reads what a client of PostgreSQL says on one connection."""

    number: int
    hear: Callable[[Asked], None]
    _held: bytes = b""
    _started: bool = False
    _known: dict[bytes, str] = field(default_factory=dict)
    _bound: str = ""
    _open: bool = False
    _transactions: int = 0
    _trips: int = 0
    is_last: bool = False
    _executed: list[str] = field(default_factory=list)

    def feed(self, data: bytes) -> None:
        """Reads on."""
        self._held += data
        while (size := self._whole()) is not None:
            message, self._held = self._held[:size], self._held[size:]
            self._read(message)

    def _whole(self) -> int | None:
        head = 1 if self._started else 0
        if len(self._held) < head + 4:
            return None
        size = head + int(struct.unpack("!I", self._held[head : head + 4])[0])
        return size if len(self._held) >= size else None

    def _read(self, message: bytes) -> None:
        if not self._started:
            self._started = struct.unpack("!I", message[4:8])[0] == _STARTUP
            return
        kind, body = chr(message[0]), message[5:]
        if kind == "P":
            name, query, _ = body.split(b"\0", 2)
            self._known[name] = query.decode()
        elif kind == "B":
            self._bound = self._known.get(body.split(b"\0", 2)[1], "")
        elif kind == "E":
            self._executed.append(self._bound)
        elif kind == "Q":
            self._said(body.rstrip(b"\0").decode(), self._trips + 1)
            self._trips = 0
        elif kind in "SH":
            self._synced()

    def _synced(self) -> None:
        """A round trip is over: it is the first statement's, or that of the next one for which it prepared."""
        self._trips += 1
        for number, sql in enumerate(self._executed):
            self._said(sql, 0 if number else self._trips)
        if self._executed:
            self._executed.clear()
            self._trips = 0

    def _said(self, sql: str, trips: int) -> None:
        first = sql.strip().lower()
        if first.startswith("begin"):
            self._open = True
            self._transactions += 1
        elif not self._open:
            self._transactions += 1
        ends = first.startswith(("commit", "rollback"))
        self.hear(Asked(self.number, self._transactions, sql, trips, commits=ends or not self._open))
        if ends:
            self._open = False


class StoreLine:
    """Carries TCP to a store."""

    def __init__(self, reach: Reach, *, listens: bool = True) -> None:
        self._reach = reach
        self._listens = listens
        self._whole = True
        self._flows = asyncio.Event()
        self._flows.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self._connections = 0
        self._server: asyncio.AbstractServer | None = None
        self.delay = 0.0
        self.loses = ""
        self.asked: list[Asked] = []
        self.port = 0

    async def open(self) -> None:
        """Lays the line."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])

    def cut(self) -> None:
        """Breaks every connection and lets none come about."""
        self._whole = False
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def lose_answer_to(self, words: str) -> None:
        """Cuts the line when PostgreSQL has done the next statement with these words, before its answer is through."""
        self.loses = words

    def hang(self) -> None:
        """Lets nothing through, and breaks nothing."""
        self._flows.clear()

    def mend(self) -> None:
        """Makes it whole and quick; what was broken stays broken."""
        self._whole, self.delay = True, 0.0
        self._flows.set()

    async def close(self) -> None:
        """Takes it away."""
        if self._server is not None:
            self._server.close()
        self.cut()
        self._flows.set()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._carry(reader, writer))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            writer.transport.abort()
            return
        self._connections += 1
        ear = _Ear(self._connections, self.asked.append)
        far_reader, far_writer = await self._reach()
        ends = {writer, far_writer}
        self._writers |= ends
        await asyncio.gather(self._pump(reader, far_writer, ear), self._pump(far_reader, writer, near=ear))
        self._writers -= ends

    async def _pump(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        ear: _Ear | None = None,
        *,
        near: _Ear | None = None,
    ) -> None:
        with suppress(OSError):
            while data := await source.read(_CHUNK):
                if ear:
                    before = len(self.asked)
                    if self._listens:
                        ear.feed(data)
                    if self.loses and any(self.loses in one.sql for one in self.asked[before:]):
                        ear.is_last = True
                    if self.delay:
                        await asyncio.sleep(self.delay)
                await self._flows.wait()
                if near and near.is_last:
                    self.loses = ""
                    self.cut()
                    return
                sink.write(data)
                await sink.drain()
        sink.close()


@asynccontextmanager
async def line_to_postgres(server: EmbeddedPostgres, database: str) -> AsyncIterator[tuple[StoreLine, str]]:
    """A line to one database of a server; gives it with the URL of its near end."""
    line = StoreLine(lambda: asyncio.open_unix_connection(f"{server.socket_folder}/.s.PGSQL.5432"))
    await line.open()
    yield line, f"postgresql://postgres@127.0.0.1:{line.port}/{database}?sslmode=disable"
    await line.close()


@asynccontextmanager
async def line_to_redis(server: EmbeddedRedis) -> AsyncIterator[tuple[StoreLine, str]]:
    """A line to a Redis; gives it with the URL of its near end."""
    port = int(server.url.rpartition(":")[2].partition("/")[0])
    line = StoreLine(lambda: asyncio.open_connection("127.0.0.1", port), listens=False)
    await line.open()
    yield line, f"redis://127.0.0.1:{line.port}/0"
    await line.close()
