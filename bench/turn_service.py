"""The actions as a service beside `bench.turn_cost`: the same company in memory, in a process of its own."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

from actions.server import build_app
from actions.visit import Services
from bench.consumption import cpu_seconds
from runtime.embedded import free_port
from runtime.serve import serve
from tests.builders import NOON_BEFORE, FixedClock, read_knowledge, read_wording
from tests.fakes.backend import FakeBackend

_HOST, _PATIENCE_S = "127.0.0.1", 60.0


def company(account: str, keys: Sequence[str]) -> Services:
    """What the actions work with: every customer is bound to the one account."""
    clock = FixedClock()
    backend = FakeBackend(clock, now=NOON_BEFORE)
    for key in keys:
        backend._city.bindings["web", key.partition(":")[2]] = [account]
    return Services(backend, clock, read_wording(), read_knowledge())


@contextmanager
def beside(account: str, keys: Sequence[str]) -> Iterator[tuple[str, Callable[[], float]]]:
    """Runs the service; gives the address of it, and what it has spent of the processor so far, in seconds."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-m", __name__, str(port), account, *keys])
    try:
        _wait(f"http://{_HOST}:{port}/health")
        yield f"http://{_HOST}:{port}/webhook", lambda: cpu_seconds(process.pid)
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str) -> None:
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            urlopen(url, timeout=1).close()
            return
        except (URLError, OSError):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    asyncio.run(serve(build_app(company(sys.argv[2], sys.argv[3:])), _HOST, int(sys.argv[1])))
