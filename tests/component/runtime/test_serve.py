"""How a process begins to listen, and what a SIGHUP is to it."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
from sanic import HTTPResponse, Request, Sanic
from sanic.response import json

from runtime.embedded import free_port
from runtime.prefork import Post
from runtime.serve import serve

# Leaves with 0 when SIGHUP comes and the terminal is gone, as `serve` and `Shifts` do.
_WAITS_FOR_HANGUP = """
import os, signal
from runtime.terminal import Terminal
terminal = Terminal()
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
tty = os.open("/dev/tty", os.O_WRONLY)
os.write(tty, b".")
signal.sigwait([signal.SIGHUP])
raise SystemExit(0 if terminal.is_gone() else 3)
"""


async def test_nobody_is_let_in_before_the_app_has_started(monkeypatch: pytest.MonkeyPatch) -> None:
    app, port = Sanic("early_bird", configure_logging=False), free_port()
    early: list[str] = []
    start = Sanic._startup

    async def look_first(starting: Sanic) -> None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            early.append("refused")
        else:
            early.append("let in")
            writer.close()
        await start(starting)

    async def root(_: Request) -> HTTPResponse:
        return json({})

    app.add_route(root, "/")
    monkeypatch.setattr(Sanic, "_startup", look_first)
    serving = asyncio.get_running_loop().create_task(serve(app, "127.0.0.1", port))
    async with aiohttp.ClientSession() as http:
        status = await _first_answer(http, f"http://127.0.0.1:{port}/")
    os.kill(os.getpid(), signal.SIGTERM)
    await serving

    assert (early, status) == (["refused"], 200)


async def _first_answer(http: aiohttp.ClientSession, address: str) -> int:
    for _ in range(500):
        try:
            async with http.get(address) as answer:
                return answer.status
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.02)
    raise AssertionError("it never listened")


async def test_sighup_to_a_process_alone_is_said_and_ends_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    app, port = Sanic("not_reloaded", configure_logging=False), free_port()

    async def root(_: Request) -> HTTPResponse:
        return json({})

    app.add_route(root, "/")
    serving = asyncio.get_running_loop().create_task(serve(app, "127.0.0.1", port))
    async with aiohttp.ClientSession() as http:
        await _first_answer(http, f"http://127.0.0.1:{port}/")
        os.kill(os.getpid(), signal.SIGHUP)
        status = await _first_answer(http, f"http://127.0.0.1:{port}/")
    os.kill(os.getpid(), signal.SIGTERM)
    await serving

    assert status == 200
    assert "process.reload.refused" in capfd.readouterr().out


def test_the_end_of_its_terminal_is_the_end_of_a_process(tmp_path: Path) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        log = str(tmp_path / "log")
        os.execv("/bin/sh", ["sh", "-c", f"exec {sys.executable} -W ignore -c '{_WAITS_FOR_HANGUP}' > {log} 2>&1"])
    os.read(terminal, 1)  # it tells the terminal that it waits

    os.close(terminal)

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, (tmp_path / "log").read_text()


def test_who_has_no_terminal_does_not_end_with_one() -> None:
    code = "from runtime.terminal import Terminal; print(Terminal().is_gone())"
    done = subprocess.run([sys.executable, "-c", code], start_new_session=True, capture_output=True, text=True)

    assert done.stdout.strip() == "False"


async def test_one_of_a_crew_that_leaves_reads_what_a_new_connection_is_about_to_ask() -> None:
    app, port = Sanic("late_reader", configure_logging=False), free_port()

    async def root(_: Request) -> HTTPResponse:
        return json({})

    app.add_route(root, "/")
    listener, (life, lifeline), (told, tells) = socket.create_server(("127.0.0.1", port)), os.pipe(), os.pipe()
    serving = asyncio.get_running_loop().create_task(serve(app, "", 0, post=Post(listener, tells, life)))
    reader, writer = await _connected(port)
    await _first(reader, writer)  # the worker has it
    again, other = await _connected(port)
    async with aiohttp.ClientSession() as http:
        await _first_answer(http, f"http://127.0.0.1:{port}/")  # and so it has the one before

    os.kill(os.getpid(), signal.SIGTERM)
    while listener.fileno() >= 0:  # noqa: ASYNC110  # a signal has no event of ours
        await asyncio.sleep(0)

    assert b"200 OK" in await _first(again, other)
    await serving
    for end in (life, lifeline, told):
        os.close(end)
    writer.close()
    other.close()


async def _connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", port)


async def _first(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
    return await reader.readline()
