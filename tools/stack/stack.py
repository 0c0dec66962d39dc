"""The whole of GridTalk as one object: start it in a folder, talk to it, kill a process of it, stop it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol

from runtime.clock import write_clock
from tools.stack import demo, health
from tools.stack.health import Report
from tools.stack.mode import ActionMode
from tools.stack.plan import PROJECT, TALKING, Plan, Ports
from tools.stack.secret_file import load_or_make
from tools.stack.stores import Stores, open_stores

# Longer than a bot's workers may take to end their turns (WORKERS_DRAIN_S).
_LEAVING_S = 12


class Platforms(Protocol):
    """The platforms that the bot's push doors speak to, and the settings that lead there."""

    @property
    def settings(self) -> Mapping[str, str]:
        """The settings of the doors, once the platforms listen."""

    def start(self) -> None:
        """Listens."""

    def stop(self) -> None:
        """Listens no more."""


def _silent(_: str) -> None:
    """Reports nothing."""


class Stack:
    """Stores and processes of one GridTalk, in `data`.

    Args:
        data: the folder of its databases, secrets, clock and logs.
        ports: the port of each process; 0 takes a free one.
        model: the trained model the bot loads.
        environ: where DATABASE_URL, UTILITY_DATABASE_URL and REDIS_URL may stand; empty means embedded stores.
        demo_clock: stand at the demo city's own now (a clock file in `data`), else at the machine's time.
        extra: settings given to every process on top of its own.
        processes: which processes to start; those that talk, without the notices, unless they are asked for.
        actions: where the actions run; when nothing is said GRIDTALK_ACTIONS, else as a service.
        platforms: what stands before the push doors; started and stopped with the stack.
        report: is told of each step.
    """

    def __init__(
        self,
        data: Path,
        *,
        ports: Ports = Ports(),
        model: Path | None = None,
        environ: Mapping[str, str] | None = None,
        demo_clock: bool = True,
        extra: Mapping[str, str] | None = None,
        processes: Sequence[str] = TALKING,
        actions: ActionMode | None = None,
        platforms: Platforms | None = None,
        report: Report = _silent,
    ) -> None:
        self.data = data.resolve()
        self.actions = actions or ActionMode.of(os.environ, ActionMode.SERVICE)
        self.processes, self.platforms = self.actions.among(processes), platforms
        self._ports, self._model, self._environ = ports, model, environ or {}
        self._demo_clock, self._extra, self._report = demo_clock, extra or {}, report
        self._stores: Stores | None = None
        self._plan: Plan | None = None
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def plan(self) -> Plan:
        """The plan the processes run by; there is one after `prepare`."""
        if self._plan is None:
            raise RuntimeError("the stack is not prepared")
        return self._plan

    def __enter__(self) -> Stack:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def prepare(self) -> Plan:
        """Makes everything the processes stand on: free ports, stores, tables, demo data, clock, secrets.

        Raises:
            ToolError: a port is taken, a store does not answer, or the demo data cannot be loaded.
        """
        ports = self._ports.settled()
        health.check_ports_free(ports, self.processes)
        (self.data / "logs").mkdir(parents=True, exist_ok=True)
        self._report("starting PostgreSQL and Redis")
        self._stores = open_stores(self.data, self._environ)
        clock_file = self.data / "clock.json" if self._demo_clock else None
        if clock_file:
            demo.set_demo_clock(clock_file)
        self._plan = Plan(
            data=self.data,
            ports=ports,
            addresses=self._stores.addresses,
            secrets=load_or_make(self.data / "secrets.env"),
            model=self._model,
            clock_file=clock_file,
            extra={**self._extra, **self._open_platforms()},
            actions=self.actions,
        )
        self._report("migrating, loading the demo city and the desk's agents")
        demo.load(self._plan)
        return self._plan

    def _open_platforms(self) -> Mapping[str, str]:
        if self.platforms is None:
            return {}
        self.platforms.start()
        return self.platforms.settings

    def start(self) -> Stack:
        """Prepares and starts everything; returns once every process is healthy.

        Raises:
            ToolError: something does not start.
        """
        self.prepare()
        for name in self.processes:
            self._launch(name)
        self.wait_healthy(*self.processes)
        return self

    def stop(self) -> None:
        """Stops the processes, the last one of the river first, then the stores; data and logs stay."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LEAVING_S)
            if process.poll() is None:
                process.kill()
                process.wait()
        self._running.clear()
        if self.platforms and self._plan:
            self.platforms.stop()
        if self._stores:
            self._report("stopping PostgreSQL and Redis; the data stays")
            self._stores.close()
            self._stores = None

    def restart(self, name: str) -> None:
        """Starts `name` anew, stopping it first if it runs; returns once it is healthy."""
        process = self._running.pop(name, None)
        if process and process.poll() is None:
            process.terminate()
            process.wait(_LEAVING_S)
        self._launch(name)
        self.wait_healthy(name)

    def kill(self, name: str) -> None:
        """Ends `name` with SIGKILL, as a crash would; `restart` brings it back."""
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def pid(self, name: str) -> int:
        """Returns the process id of `name`."""
        return self._running[name].pid

    def url(self, name: str) -> str:
        """Returns the base URL of process `name`."""
        return self.plan.url(name)

    def log(self, name: str) -> Path:
        """Returns the log file of process `name`."""
        return self.plan.log(name)

    def set_clock(self, at: datetime) -> None:
        """Moves every process to `at`."""
        if self.plan.clock_file is None:
            raise RuntimeError("this stack runs on the machine's own time")
        write_clock(self.plan.clock_file, at)

    def wait_healthy(self, *names: str) -> None:
        """Returns once each of `names` answers on `/health`.

        Raises:
            ToolError: one died or does not answer in time.
        """
        health.wait_healthy(self.plan, names, alive=self._is_alive, report=self._report)

    def _is_alive(self, name: str) -> bool:
        return self._running[name].poll() is None

    def _launch(self, name: str) -> None:
        log = self.plan.log(name)
        with log.open("ab") as output:
            output.write(f"--- {name} starts at {time.strftime('%Y-%m-%d %H:%M:%S')}\n".encode())
            output.flush()
            self._running[name] = subprocess.Popen(
                self.plan.command(name),
                cwd=PROJECT,
                env=self.plan.environment(name),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C at the terminal is for whoever owns the stack, who stops it in order
            )
