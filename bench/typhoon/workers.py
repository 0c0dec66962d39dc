"""The notices' processes of the storm: started, killed with -9 in the middle of their work, and started again."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil

from bench.consumption import cpu_seconds, resident_mb
from runtime.embedded import free_port
from tools.say import ToolError

_START_SECONDS = 120.0


@dataclass
class Workers:
    """So many processes of `python -m notices`, each on a port of its own."""

    folder: Path
    environment: Mapping[str, str]
    session: aiohttp.ClientSession
    count: int = 2
    kills: int = 0
    cpu: float = 0.0
    most_mb: float = 0.0
    _running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ports = [free_port() for _ in range(self.count)]

    def doors(self) -> list[str]:
        """Where those that run are reached."""
        return [f"http://127.0.0.1:{port}" for port, child in self._running.items() if child.poll() is None]

    async def start(self) -> None:
        """Starts those that do not run, and waits until all are healthy.

        Raises:
            ToolError: one does not start; its log is named.
        """
        for port in self._ports:
            if port not in self._running:
                self._running[port] = self._launch(port)
        await asyncio.gather(*(self._healthy(port) for port in self._ports))

    async def kill(self, which: int) -> None:
        """Kills one with -9, whatever it does, and starts it again."""
        port = self._ports[which % self.count]
        self._end(port)
        self.kills += 1
        await self.start()

    def kill_all(self) -> None:
        """Kills every one; they stay down until they are started."""
        for port in list(self._running):
            self._end(port)
            self.kills += 1

    def stop(self) -> None:
        """Ends them as an operator does."""
        for child in self._running.values():
            self._note(child)
            child.terminate()
        for child in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(15)
            if child.poll() is None:
                child.kill()
                child.wait()
        self._running.clear()

    def _end(self, port: int) -> None:
        child = self._running.pop(port)
        self._note(child)
        child.kill()
        child.wait()

    def _note(self, child: subprocess.Popen[bytes]) -> None:
        with suppress(psutil.NoSuchProcess):
            self.cpu += cpu_seconds(child.pid)
            self.most_mb = max(self.most_mb, resident_mb(child.pid))

    def _launch(self, port: int) -> subprocess.Popen[bytes]:
        with (self.folder / f"notices-{port}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "notices"],
                env={**self.environment, "NOTICES_PORT": str(port)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def _healthy(self, port: int) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._running[port].poll() is None:
            with suppress(aiohttp.ClientError, asyncio.TimeoutError, OSError):
                async with self.session.get(f"http://127.0.0.1:{port}/health") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.05)
        raise ToolError(f"a worker of the notices did not start; see {self.folder / f'notices-{port}.log'}")
