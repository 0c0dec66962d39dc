"""The line between the processes and PostgreSQL, which a run can cut, hold shut, or make slow."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

_CHUNK = 64 * 1024


class PostgresWire:
    """Carries TCP of this machine to PostgreSQL's Unix socket; it runs in a thread of its own."""

    def __init__(self, socket_file: str) -> None:
        self._socket_file = socket_file
        self._delay = 0.0
        self._ends: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server: asyncio.AbstractServer = self._do(self._open())
        self.port: int = self._server.sockets[0].getsockname()[1]

    def url(self, database: str) -> str:
        """The libpq URL of a database at this end of the line."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def cut(self) -> None:
        """Breaks every connection; new ones may come about."""
        self._do(self._break())

    def slow(self, seconds: float) -> None:
        """Lets whatever is asked of PostgreSQL take so much longer; 0: as fast as it is."""
        self._delay = seconds

    def close(self) -> None:
        """Takes the line away."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _open(self) -> asyncio.AbstractServer:
        return await asyncio.start_server(self._accept, "127.0.0.1", 0)

    async def _end(self) -> None:
        self._server.close()
        await self._break()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _break(self) -> None:
        for writer in self._ends:
            writer.transport.abort()
        self._ends.clear()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._carry(reader, writer))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_unix_connection(self._socket_file)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, far_writer}
        self._ends |= ends
        await asyncio.gather(self._pump(reader, far_writer, asks=True), self._pump(far_reader, writer, asks=False))
        self._ends -= ends

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, asks: bool) -> None:
        with suppress(OSError):
            while data := await source.read(_CHUNK):
                if asks and self._delay:
                    await asyncio.sleep(self._delay)
                sink.write(data)
                await sink.drain()
        sink.transport.abort()
