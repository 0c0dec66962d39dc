"""The two bots under test as processes: GridTalk's own, and stock Rasa on the same action server and PostgreSQL."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Protocol

import aiohttp
import psycopg2
import yaml

from bench.rest_visitor import RestVisitor
from bench.training import PROJECT, QUIET
from bench.web_visitor import WebVisitor
from runtime.embedded import free_port
from tools.say import ToolError
from tools.stack import Stack
from tools.stack.health import tail

_APOLOGIES = ("utter_reception_apology",)
_START_SECONDS = 180
_STOCK_DATABASE = "stock"


class Side(Protocol):
    """One of the two bots."""

    name: str
    log: Path

    def start(self) -> float:
        """Starts the bot; returns the seconds until it answers a health request."""

    def pid(self) -> int:
        """Returns the process id of the running bot."""

    def visitor(self, http: aiohttp.ClientSession) -> WebVisitor | RestVisitor:
        """Returns a new visitor of this bot."""

    def stop(self) -> None:
        """Ends the bot; again does nothing."""


class GridTalkSide:
    """Our bot process in its stack, with its durable inbox, PostgreSQL and Redis."""

    name = "gridtalk"

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._runs = False
        self.log = stack.log("bot")
        responses = yaml.safe_load((PROJECT / "domain" / "reception.yml").read_text(encoding="utf-8"))["responses"]
        self._apologies = frozenset(variant["text"] for name in _APOLOGIES for variant in responses[name])

    def start(self) -> float:
        """See base class."""
        began = time.perf_counter()
        self._runs = True
        self._stack.restart("bot")
        return time.perf_counter() - began

    def pid(self) -> int:
        """See base class."""
        return self._stack.pid("bot")

    def visitor(self, http: aiohttp.ClientSession) -> WebVisitor:
        """See base class."""
        return WebVisitor(http, self._stack.url("bot"), self._apologies)

    def stop(self) -> None:
        """See base class."""
        if self._runs:
            self._stack.kill("bot")
        self._runs = False


class StockSide:
    """`rasa run` with the REST channel, SQLTrackerStore on a database of its own and the lock store in memory."""

    name = "stock"

    def __init__(self, stack: Stack, model: Path) -> None:
        self._stack, self._model = stack, model
        self._port = free_port()
        self.log = stack.plan.log(self.name)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """See base class."""
        endpoints = self._endpoints(self._create_database())
        began = time.perf_counter()
        self._launch(endpoints)
        self._wait_answers()
        return time.perf_counter() - began

    def pid(self) -> int:
        """See base class."""
        if self._process is None:
            raise RuntimeError("stock Rasa does not run")
        return self._process.pid

    def visitor(self, http: aiohttp.ClientSession) -> RestVisitor:
        """See base class."""
        return RestVisitor(http, f"http://127.0.0.1:{self._port}")

    def stop(self) -> None:
        """See base class."""
        if self._process is None:
            return
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _create_database(self) -> str:
        """Makes stock's database on the stack's server; returns its URL."""
        ours = self._stack.plan.addresses.database
        with closing(psycopg2.connect(ours.replace("/gridtalk?", "/postgres?"))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"drop database if exists {_STOCK_DATABASE}")
                cursor.execute(f"create database {_STOCK_DATABASE}")
        return ours.replace("/gridtalk?", f"/{_STOCK_DATABASE}?")

    def _endpoints(self, database: str) -> Path:
        content = {
            "action_endpoint": {"url": f"{self._stack.url('actions')}/webhook"},
            "tracker_store": {"type": "SQL", "dialect": "postgresql", "url": database},
            "lock_store": {"type": "in_memory"},
        }
        file = self._stack.data / "stock-endpoints.yml"
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
        return file

    def _launch(self, endpoints: Path) -> None:
        command = [
            sys.executable, "-W", "ignore", "-m", "rasa", "run", "-m", str(self._model),
            "-i", "127.0.0.1", "-p", str(self._port),
            "--credentials", str(PROJECT / "bench" / "stock" / "credentials.yml"), "--endpoints", str(endpoints),
        ]  # fmt: skip
        # Nothing of ours but the import path: stock needs it for the importer alone.
        environment = {**os.environ, **QUIET}
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                command, cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def _wait_answers(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(self._port):
            if self._process is None or self._process.poll() is not None:
                raise ToolError(f"stock Rasa ended while it started; its last lines:\n{tail(self.log)}")
            if time.monotonic() > deadline:
                raise ToolError(f"stock Rasa did not answer within {_START_SECONDS} s; see:\n{tail(self.log)}")
            time.sleep(0.1)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/webhooks/rest/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
