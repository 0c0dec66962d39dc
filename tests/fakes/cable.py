"""The line between a browser and a server, which a test can cut, mend, or make swallow every answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

_CHUNK = 64 * 1024


class Cable:
    """Carries TCP to a port of this machine; it runs in a thread of its own, beside a test that blocks."""

    def __init__(self, port: int, *, sockets: bool = True) -> None:
        """Lays the cable; without `sockets` it lets no WebSocket through, as some proxies do."""
        self._port = port
        self._sockets = sockets
        self._whole, self._answers = True, True
        self._pairs: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server: asyncio.AbstractServer = self._do(self._open())
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """Breaks every connection and lets none come about."""
        self._do(self._break())

    def swallow_answers(self) -> None:
        """Lets everything through to the server and nothing back."""
        self._answers = False

    def mend(self) -> None:
        """Makes it whole; what was broken stays broken."""
        self._whole, self._answers = True, True

    def close(self) -> None:
        """Takes it away."""
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
        await asyncio.gather(*self._carrying)

    async def _break(self) -> None:
        self._whole = False
        for writer in self._pairs:
            writer.transport.abort()
        self._pairs.clear()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._carry(reader, writer))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._pairs.add(writer)
        first = b""
        with suppress(OSError):
            first = await reader.read(_CHUNK) if self._whole else b""
        if not first or not self._whole or (not self._sockets and b"/webhooks/web/ws" in first):
            writer.transport.abort()
            self._pairs.discard(writer)
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        ends = {writer, far_writer}
        self._pairs |= ends
        far_writer.write(first)
        pumps = [self._pump(reader, far_writer, answers=False), self._pump(far_reader, writer, answers=True)]
        await asyncio.gather(*pumps)
        self._pairs -= ends

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answers: bool) -> None:
        with suppress(OSError):
            while data := await source.read(_CHUNK):
                if answers and not self._answers:
                    continue
                sink.write(data)
                await sink.drain()
        sink.close()
