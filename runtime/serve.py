"""Runs one sanic app inside a loop that the process owns, until it is asked to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

import structlog
import uvloop
from sanic import Sanic

from runtime.errors import GridTalkError


async def serve(app: Sanic, host: str, port: int) -> None:
    """Listens until SIGINT or SIGTERM.

    Raises:
        OSError: the port is taken.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    server = await app.create_server(host=host, port=port, return_asyncio_server=True, access_log=False)
    if server is None:
        raise OSError(f"nothing can listen on {host}:{port}")
    await server.startup()
    await server.before_start()
    await server.start_serving()
    await server.after_start()
    structlog.get_logger().info("process.listening", host=host, port=port)
    await stop.wait()
    server.close()
    await asyncio.wait_for(server.wait_closed(), 5)


def run(process: str, main: Coroutine[Any, Any, None]) -> int:
    """Runs the process's main coroutine; a known error becomes one clear line and exit code 1."""
    log = structlog.get_logger()
    uvloop.install()
    try:
        asyncio.run(main)
    except GridTalkError as error:
        log.error("process.refused", error_code=error.code, reason=error.detail, **error.fields)
        return 1
    except OSError as error:
        log.error("process.failed", reason=str(error))
        return 1
    log.info("process.stopped")
    return 0
