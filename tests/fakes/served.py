"""An aiohttp application on loopback in a thread of its own: tests and the dialogue runner can stand beside it."""

from __future__ import annotations

import asyncio
import threading

from aiohttp import web

from runtime.embedded import free_port

# Troubles that every fake platform can have instead of an answer: the connection breaks, a proxy's page comes, or
# JSON of no sense.
CUT, GARBAGE, NONSENSE = "cut", "garbage", "nonsense"
_NONSENSE = {"errcode": {"a": 1}, "errmsg": 5, "error_response": [1], "sign": 3}


def spoiled(request: web.Request, trouble: str) -> web.Response:
    """Answers as a broken network or a proxy in between does."""
    if trouble == NONSENSE:
        return web.json_response(_NONSENSE)
    if trouble == CUT and request.transport is not None:
        request.transport.abort()
    return web.Response(text="<html>502 Bad Gateway</html>", content_type="text/html")


class Served:
    """Serves an application until `stop`."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.url = ""

    def start(self) -> None:
        """Listens on a free port."""
        self._thread.start()
        port = free_port()
        asyncio.run_coroutine_threadsafe(self._listen(port), self._loop).result(10)
        self.url = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        """Listens no more."""
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _listen(self, port: int) -> None:
        self._runner = web.AppRunner(self._app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
