"""Runs one sanic app inside a loop that the process owns, until it is asked to stop; then lets what runs end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
import uvloop
from sanic import Sanic
from sanic.server import AsyncioServer

from runtime.prefork import Post
from runtime.refusing import refusing
from runtime.terminal import Terminal

# How long a request that is being answered may still take; a turn's deadline is shorter.
_LAST_ANSWERS_S = 5.0
_LOOK_EVERY_S = 0.05
# A connection that was just made or used may have a request on its way to a worker that leaves: so long it is read.
_QUIET_S = 1.0
_BACKLOG = 512


async def serve(
    app: Sanic, host: str, port: int, *, post: Post | None = None, on_leaving: Callable[[], None] | None = None
) -> None:
    """Listens until SIGINT, SIGTERM or the end of its superior, and returns once the last answers are given.

    SIGHUP ends it with its terminal only: a process without a crew has nothing to load anew, and says so.

    Args:
        app: what answers.
        host: where to listen, unless there is a post.
        port: likewise.
        post: the worker's place in a crew, with a socket of its own.
        on_leaving: called when nothing new is taken any more: who waits for something to happen should be let go.

    Raises:
        OSError: the port is taken.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if post is None:  # one of a crew is deaf to it: `runtime.shifts` hears it
        loop.add_signal_handler(signal.SIGHUP, _hung_up, Terminal(), stop)
    server = await _listen(app, host, port, post)
    structlog.get_logger().info("process.listening", host=host, port=port)
    if post:
        loop.add_reader(post.superior, _left_alone, loop, post, stop)
        post.tell_ready()
    await stop.wait()
    server.close()
    if on_leaving:
        on_leaving()
    await _last_answers(server, quiet_s=_QUIET_S if post else 0.0)


async def _listen(app: Sanic, host: str, port: int, post: Post | None) -> AsyncioServer:
    place: dict[str, Any] = {"sock": post.listener} if post else {"host": host, "port": port}
    # Who is let in before the app has started meets one without its signals, for as long as the connection is kept.
    later = {"start_serving": False}
    server = await app.create_server(
        **place, backlog=_BACKLOG, return_asyncio_server=True, access_log=False, asyncio_server_kwargs=later
    )
    if server is None:
        raise OSError(f"nothing can listen on {host}:{port}")
    await server.startup()
    await server.before_start()
    await server.start_serving()
    await server.after_start()
    return server


def _hung_up(terminal: Terminal, stop: asyncio.Event) -> None:
    if terminal.is_gone():
        stop.set()
    else:
        structlog.get_logger().warning("process.reload.refused", reason="one process alone is restarted, not reloaded")


def _left_alone(loop: asyncio.AbstractEventLoop, post: Post, stop: asyncio.Event) -> None:
    """Nothing is ever written into this pipe: it can be read when its writer is gone."""
    loop.remove_reader(post.superior)
    structlog.get_logger().warning("process.left_alone")
    stop.set()


async def _last_answers(server: AsyncioServer, *, quiet_s: float) -> None:
    """Closes sockets with 1001 at once, idle connections after a while, others when answered or at the deadline."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    until = began + _LAST_ANSWERS_S
    greeted: set[Any] = set()
    while server.connections and loop.time() < until:
        for connection in list(server.connections):
            is_socket = getattr(connection, "websocket", None) is not None
            # A socket is said goodbye to once; when bytes came or went, that of others is `_time`.
            quiet = is_socket or loop.time() - min(connection._time, began) >= quiet_s
            if quiet and not (is_socket and connection in greeted):
                connection.close_if_idle()
                greeted.add(connection)
        await asyncio.sleep(_LOOK_EVERY_S)
    for connection in list(server.connections):
        connection.abort()


def run(process: str, main: Coroutine[Any, Any, None]) -> int:
    """Runs the process's main coroutine; a known error becomes one clear line and exit code 1."""

    def whole() -> int:
        uvloop.install()
        asyncio.run(main)
        structlog.get_logger().info("process.stopped")
        return 0

    return refusing(whole)
