"""The worker processes of a bot under test: started together, awaited, looked at, stopped."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bench.consumption import Memory, cpu_seconds, memories, open_files
from bench.training import PROJECT
from tools.say import ToolError
from tools.stack.health import tail

# Stock takes 30 s on a quiet machine; on one that eight others use it has taken five minutes.
_START_SECONDS = 900.0


class Processes:
    """Workers that serve one port each."""

    def __init__(self, name: str, logs: Path, answers: Callable[[int], bool], folder: Path = PROJECT) -> None:
        self._name, self._logs, self._answers, self._folder = name, logs, answers, folder
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, port: int, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Starts a worker that will serve `port`."""
        with self.log(port).open("ab") as output:
            self._running[port] = subprocess.Popen(
                command, cwd=self._folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def wait(self) -> None:
        """Returns once every worker answers.

        Raises:
            ToolError: one of them ended or does not answer in time; the last lines of its log are in the sentence.
        """
        deadline = time.monotonic() + _START_SECONDS
        for port, process in self._running.items():
            while not self._answers(port):
                if process.poll() is not None:
                    raise ToolError(f"{self._name} ended while it started; its last lines:\n{self.last_lines()}")
                if time.monotonic() > deadline:
                    raise ToolError(f"{self._name} does not answer; its last lines:\n{self.last_lines()}")
                time.sleep(0.05)

    def log(self, port: int) -> Path:
        """Where a worker writes."""
        return self._logs / f"{self._name}-{port}.log"

    def last_lines(self) -> str:
        """The last lines of all workers."""
        return "\n".join(tail(self.log(port)) for port in self._running)

    def cpu_seconds(self) -> float:
        """Processor time of all workers so far."""
        return sum(cpu_seconds(process.pid) for process in self._running.values())

    def tell(self, number: int) -> None:
        """Sends all workers a signal."""
        for process in self._running.values():
            process.send_signal(number)

    def memories(self) -> list[Memory]:
        """Memory of each process."""
        return [memory for process in self._running.values() for memory in memories(process.pid)]

    def open_files(self) -> int:
        """File descriptors of all workers."""
        return sum(open_files(process.pid) for process in self._running.values())

    def stop(self) -> None:
        """Ends all workers; again does nothing."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(12)
            if process.poll() is None:
                process.kill()
                process.wait()
        self._running.clear()
