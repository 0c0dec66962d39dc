"""The company that a day is played against: a service of its own on a scratch database, killed and started at will."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import aiohttp

from runtime import embedded
from runtime.clock import write_clock
from runtime.errors import StoreUnavailable

TOKEN, OPERATOR = "a-token-of-the-simulation", "an-operator-of-the-simulation"
START_S = 60.0
LOG_NAME = "utility.log"


@dataclass
class Service:
    """`python -m utility` as a process of its own; its clock stands where the day stands."""

    folder: Path
    database_url: str
    inherited: Mapping[str, str]
    port: int = field(default_factory=embedded.free_port)
    _child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def clock_file(self) -> Path:
        """The clock it goes by."""
        return self.folder / "clock.json"

    def set_clock(self, at: datetime) -> None:
        """Moves it to another moment, where it stands until it is moved again."""
        write_clock(self.clock_file, at, rate=0)

    async def start(self) -> None:
        """Starts it and waits until it answers.

        Raises:
            StoreUnavailable: it does not start; its log is named.
        """
        child = self._launch()
        deadline = time.monotonic() + START_S
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < deadline and child.poll() is None:
                if await self._answers(session):
                    return
                await asyncio.sleep(0.05)
        raise StoreUnavailable(f"the utility did not start; see {self._log}")

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/health", timeout=aiohttp.ClientTimeout(total=2)) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return False

    def _launch(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "utility"]
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(command, env=self._environ(), stdout=log, stderr=subprocess.STDOUT)
        return self._child

    def kill(self) -> None:
        """Ends it at once, in the middle of whatever it does (kill -9)."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def stop(self) -> None:
        """Ends it as an operator would."""
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    @property
    def _log(self) -> Path:
        return self.folder / LOG_NAME

    def _environ(self) -> dict[str, str]:
        return {
            **self.inherited,
            "UTILITY_DATABASE_URL": self.database_url,
            "UTILITY_TOKEN": TOKEN,
            "UTILITY_OPERATOR_TOKEN": OPERATOR,
            "UTILITY_ROUND_S": "0",
            "UTILITY_SANDBOX": "1",
            "UTILITY_PORT": str(self.port),
            "GRIDTALK_CLOCK_FILE": str(self.clock_file),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
