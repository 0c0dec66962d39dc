"""The two bots under test as processes: GridTalk's own, and stock Rasa on the same PostgreSQL."""

from __future__ import annotations

import http.client
import os
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlparse

import aiohttp
import psycopg2
import yaml

from bench.doors import RestVisitor, Visitor, WebVisitor, WechatVisitor
from bench.processes import Processes
from bench.setups import HERE, WEB, Setup
from bench.training import PROJECT, QUIET
from bot.settings import BotSettings
from runtime.embedded import free_port
from tests.fakes.wechat import FakeWeChat
from tools.say import ToolError
from tools.stack import Stack
from tools.stack.health import is_healthy

_APOLOGIES = ("utter_reception_apology",)
_STOCK_DATABASE = "stock"
# Every talk comes from this one machine: what keeps floods out of a door must not be what is measured.
_KEEPERS = ("CUSTOMER", "ADDRESS", "DOOR")
PACES = {f"{keeper}_{kind}": "1000000" for keeper in _KEEPERS for kind in ("BURST", "PER_SECOND")}


class Side:
    """A bot with its workers, as a setup wants it."""

    def __init__(self, stack: Stack, setup: Setup) -> None:
        self.stack, self.setup = stack, setup
        self.ports = [free_port() for _ in range(self.processes_needed())]
        answers: Callable[[int], bool] = _rest_answers if setup.is_stock else is_healthy
        self.processes = Processes(setup.name, stack.data / "logs", answers)
        self._next = 0

    def start(self) -> float:
        """Starts the workers together; returns the seconds until all of them answer a health request."""
        self.prepare()
        began = time.perf_counter()
        for port in self.ports:
            self.processes.start(port, self.command(port), self.environment(port))
        self.processes.wait()
        return time.perf_counter() - began

    def stop(self) -> None:
        """Ends the workers; again does nothing."""
        self.processes.stop()

    def processes_needed(self) -> int:
        """Returns how many processes are started, each with a port of its own."""
        return self.setup.workers

    def prepare(self) -> None:
        """Makes what the workers need before any clock runs."""

    def command(self, port: int) -> list[str]:
        """Returns the command of a worker."""
        raise NotImplementedError

    def environment(self, port: int) -> dict[str, str]:
        """Returns the environment of a worker."""
        raise NotImplementedError

    def visitor(self, http: aiohttp.ClientSession) -> Visitor:
        """Returns a new visitor; visitors are spread over the workers."""
        raise NotImplementedError

    def next_port(self) -> int:
        """Returns the workers' ports in turn, as a load balancer would."""
        self._next += 1
        return self.ports[self._next % len(self.ports)]


class GridTalkSide(Side):
    """Our bot with its durable inbox, PostgreSQL and Redis.

    Args:
        stack: where it runs.
        setup: how.
        module: the module of a worker.
        more: settings on top.
    """

    def __init__(self, stack: Stack, setup: Setup, *, module: str = "bot", more: dict[str, str] | None = None) -> None:
        super().__init__(stack, setup)
        self._module, self._more = module, more or {}
        responses = yaml.safe_load((PROJECT / "domain" / "reception.yml").read_text(encoding="utf-8"))["responses"]
        self._apologies = frozenset(variant["text"] for name in _APOLOGIES for variant in responses[name])

    def processes_needed(self) -> int:
        """See base class; where the bot forks its workers itself (`WORKERS`), one process holds the port."""
        return 1 if _forks() else self.setup.workers

    def command(self, port: int) -> list[str]:
        """See base class."""
        return [sys.executable, "-W", "ignore", "-m", self._module]

    def environment(self, port: int) -> dict[str, str]:
        """See base class."""
        own = {
            "BOT_PORT": str(port),
            "WORKERS": str(self.setup.workers) if _forks() and self.setup.workers > 1 else "",
            "ACTIONS_MODULE": "actions.here" if self.setup.actions == HERE else "",
        }
        return {**self.stack.plan.environment("bot"), **own, **self._more}

    def visitor(self, http: aiohttp.ClientSession) -> Visitor:
        """See base class."""
        if self.setup.door == WEB:
            return WebVisitor(http, f"http://127.0.0.1:{self.next_port()}", self._apologies)
        platform = self.stack.platforms
        clock = self.stack.plan.clock_file
        if not isinstance(platform, FakeWeChat) or clock is None:
            raise ToolError("the stack has no WeChat before its door")
        return WechatVisitor(http, platform, clock, self._hook, self._apologies)

    def _hook(self) -> str:
        return f"http://127.0.0.1:{self.next_port()}/webhooks/wechat"


class StockSide(Side):
    """`rasa run` with the REST channel and SQLTrackerStore; two workers share Redis' lock store."""

    def __init__(self, stack: Stack, setup: Setup, model: Path) -> None:
        super().__init__(stack, setup)
        self._model = model
        self._endpoints = stack.data / "stock-endpoints.yml"

    def prepare(self) -> None:
        """Makes stock's database on the stack's server, and its endpoints."""
        ours = self.stack.plan.addresses.database
        with closing(psycopg2.connect(ours.replace("/gridtalk?", "/postgres?"))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"drop database if exists {_STOCK_DATABASE}")
                cursor.execute(f"create database {_STOCK_DATABASE}")
        database = ours.replace("/gridtalk?", f"/{_STOCK_DATABASE}?")
        content = {
            "action_endpoint": {"url": f"{self.stack.url('actions')}/webhook"},
            "tracker_store": {"type": "SQL", "dialect": "postgresql", "url": database},
            "lock_store": self._locks(),
        }
        self._endpoints.write_text(yaml.safe_dump(content), encoding="utf-8")

    def command(self, port: int) -> list[str]:
        """See base class."""
        return [
            sys.executable, "-W", "ignore", "-m", "rasa", "run", "-m", str(self._model),
            "-i", "127.0.0.1", "-p", str(port), "--credentials",
            str(PROJECT / "bench" / "stock" / "credentials.yml"), "--endpoints", str(self._endpoints),
        ]  # fmt: skip

    def environment(self, port: int) -> dict[str, str]:
        """See base class: nothing of ours but the import path, which stock needs for the importer alone."""
        return {**os.environ, **QUIET}

    def visitor(self, http: aiohttp.ClientSession) -> RestVisitor:
        """See base class."""
        return RestVisitor(http, lambda: f"http://127.0.0.1:{self.next_port()}")

    def _locks(self) -> dict[str, object]:
        if self.setup.workers == 1:
            return {"type": "in_memory"}
        redis = urlparse(self.stack.plan.addresses.redis)
        return {"type": "redis", "url": redis.hostname, "port": redis.port, "db": 1}


def side_of(stack: Stack, setup: Setup, stock_model: Path | None) -> Side:
    """Returns the bot of a setup.

    Raises:
        ToolError: stock Rasa is wanted and has no model.
    """
    if not setup.is_stock:
        return GridTalkSide(stack, setup)
    if stock_model is None:
        raise ToolError("stock Rasa has no model")
    return StockSide(stack, setup, stock_model)


def _forks() -> bool:
    return any(item.metadata.get("name") == "WORKERS" for item in fields(BotSettings))


def _rest_answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/webhooks/rest/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
