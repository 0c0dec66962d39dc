"""A crew's program without a business: `python -m tests.fakes.crew` serves what its model file says, by some workers.

`/` tells the worker's process and the model it was forked with; `/slow` answers once the file `go` is there; `/ws` is
a socket; a model that reads "broken" cannot be loaded, one that reads "stuck" makes workers that do not leave. Beside
the model the file `refuse` makes workers that end with 1, `doomed` ones that are killed, `hold` lets only the first of
them listen until it is taken away, and `load` keeps a loader from being ready until it is.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.response import json

from runtime import log
from runtime.errors import SettingsError
from runtime.prefork import Crew, Post
from runtime.refusing import refusing
from runtime.serve import run, serve
from runtime.shifts import Shifts, ropes_of

# Nobody is killed while a busy machine takes its time, but those who never leave.
SIZE, DRAIN_S, STUCK_DRAIN_S = 2, 60.0, 1.0


def main() -> int:
    """Holds the socket, or leads a crew when `Shifts` has started it."""
    ropes, model = ropes_of(sys.argv[1:]), Path(os.environ["CREW_MODEL"])
    if ropes is None:
        listener = socket.create_server(("127.0.0.1", int(os.environ["CREW_PORT"])))
        command = [sys.executable, "-m", "tests.fakes.crew"]
        look = model.stat
        return Shifts(command, listener, environ=os.environ, drain_s=DRAIN_S, look=lambda: look().st_mtime_ns).run()
    _wait_until_gone(model.with_name("load"))
    said = model.read_text(encoding="utf-8")
    if said == "broken":
        raise SettingsError("the model is broken", setting="CREW_MODEL")
    drain_s = STUCK_DRAIN_S if said == "stuck" else DRAIN_S
    return Crew(
        int(os.environ.get("CREW_SIZE", SIZE)),
        lambda post: run("crew", _serve(post, said, model)),
        ropes,
        drain_s=drain_s,
    ).run()


async def _serve(post: Post, said: str, model: Path) -> None:
    if model.with_name("refuse").exists():
        raise SettingsError("this worker does not start", setting="CREW_MODEL")
    if model.with_name("doomed").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    if post.number > 1:
        _wait_until_gone(model.with_name("hold"))
    app = Sanic(f"crew_{post.number}", configure_logging=False)
    app.config.KEEP_ALIVE = False

    async def hello(_: Request) -> HTTPResponse:
        return json({"pid": os.getpid(), "loader": os.getppid(), "model": said})

    async def slow(_: Request) -> HTTPResponse:
        model.with_name("asked").touch()
        while not model.with_name("go").exists():  # noqa: ASYNC110  # the word comes from another process
            await asyncio.sleep(0.02)
        return json({"pid": os.getpid()})

    async def hold(_: Request, ws: Any) -> None:
        await ws.send(str(os.getpid()))
        await ws.recv()

    app.add_route(hello, "/")
    app.add_route(slow, "/slow")
    app.add_websocket_route(hold, "/ws")
    await serve(app, "", 0, post=post)
    while said == "stuck":
        signal.pause()


def _wait_until_gone(file: Path) -> None:
    while file.exists():
        time.sleep(0.02)


if __name__ == "__main__":
    log.configure("crew")
    sys.exit(refusing(main))
