"""The workers of the storm: bot processes on the stack's stores, each on a port of its own."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil

from bench.consumption import cpu_seconds, resident_mb
from runtime.embedded import free_port
from tools.say import ToolError
from tools.stack import Stack
from tools.stack.health import is_healthy, tail

_START_SECONDS = 90.0
_MODULES = {"scripted": "bench.storm_bot", "model": "bot"}


class Workers:
    """Starts so many workers, watches their memory, and stops them."""

    def __init__(self, stack: Stack, count: int, dialogue: str, deadline: float) -> None:
        self._stack = stack
        self._module = _MODULES[dialogue]
        self._deadline = deadline
        self._ports = [free_port() for _ in range(count)]
        self._processes: list[subprocess.Popen[bytes]] = []
        self.most_mb = 0.0
        self._watching = threading.Event()

    @property
    def doors(self) -> list[str]:
        """Where each of them is pushed to."""
        return [f"http://127.0.0.1:{port}/webhooks/wechat" for port in self._ports]

    def log(self, port: int) -> Path:
        """What a worker has written."""
        return self._stack.data / "logs" / f"worker-{port}.log"

    @property
    def logs(self) -> list[Path]:
        """The logs of all workers."""
        return [self.log(port) for port in self._ports]

    def __enter__(self) -> Workers:
        for port in self._ports:
            environment = self._stack.plan.environment("bot")
            own = {"BOT_PORT": str(port), "REPLY_DEADLINE_S": str(self._deadline)}
            with self.log(port).open("wb") as output:
                self._processes.append(
                    subprocess.Popen(
                        [sys.executable, "-W", "ignore", "-m", self._module],
                        cwd=self._stack.plan.project,
                        env={**environment, **own},
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )
                )
        try:
            for port in self._ports:
                self._wait(port)
        except BaseException:
            self.__exit__()
            raise
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._watching.set()
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
            if process.poll() is None:
                process.kill()
                process.wait()

    def memory_mb(self) -> float:
        """Resident memory of the largest worker now."""
        return max(resident_mb(process.pid) for process in self._processes)

    def cpu_seconds(self) -> float:
        """Processor time that all workers have spent so far."""
        return sum(cpu_seconds(process.pid) for process in self._processes)

    def _watch(self) -> None:
        while not self._watching.wait(1):
            with suppress(psutil.NoSuchProcess):
                self.most_mb = max(self.most_mb, self.memory_mb())

    def _wait(self, port: int) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not is_healthy(port):
            process = self._processes[self._ports.index(port)]
            if process.poll() is not None:
                raise ToolError(f"a worker ended while it started; its last lines:\n{tail(self.log(port))}")
            if time.monotonic() > deadline:
                raise ToolError(f"a worker did not answer in time; its last lines:\n{tail(self.log(port))}")
            time.sleep(0.1)
