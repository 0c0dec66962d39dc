"""The real utility as a process of its own, on a database of its own, with a clock that the test holds."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from urllib.error import URLError

from runtime import embedded, migrate, postgres
from runtime.clock import FileClock, write_clock
from runtime.embedded import EmbeddedPostgres
from tests.fakes.declared_events import assert_events_declared
from tools.stack import fresh_books
from utility.seed.file import fixed_now, read_city
from utility.seed.load import load

PROJECT = Path(__file__).parent.parent.parent
TOKEN = "a-token-of-the-tests"
NOTICES_TOKEN = "the-notices-token-of-the-tests"
OPERATOR_TOKEN = "the-operator-s-token-of-the-tests"


@lru_cache(1)
def city_now() -> datetime:
    """Returns the demo city's own now."""
    return fixed_now(read_city())


@dataclass(frozen=True)
class UtilityProcess:
    """Where the running utility is, its database and its clock."""

    url: str
    database_url: str
    clock_file: Path

    @property
    def clock(self) -> FileClock:
        """The clock the process goes by."""
        return FileClock(self.clock_file)

    def set_clock(self, at: datetime) -> None:
        """Moves the process to another moment."""
        write_clock(self.clock_file, at)

    def refresh(self) -> None:
        """Puts the demo city back as it was, at its own now."""
        self.set_clock(city_now())
        fresh_books.restore(self.database_url)

    def check_events(self) -> None:
        """Fails when an event was emitted that contracts/utility-events.schema.json does not know."""
        assert_events_declared(self.database_url)


async def _fill(database_url: str) -> None:
    pool = await postgres.connect(database_url, most=1)
    try:
        await load(pool)
    finally:
        await pool.close()


def start(process: UtilityProcess, log: Path, **settings: str) -> subprocess.Popen[bytes]:
    """Starts the service on the books of `process`, at its address; returns when it answers."""
    environ = {
        **os.environ,
        "UTILITY_DATABASE_URL": process.database_url,
        "UTILITY_TOKEN": TOKEN,
        "UTILITY_NOTICES_TOKEN": NOTICES_TOKEN,
        "UTILITY_OPERATOR_TOKEN": OPERATOR_TOKEN,
        "UTILITY_ROUND_S": "0",
        "UTILITY_PORT": process.url.rpartition(":")[2],
        "GRIDTALK_CLOCK_FILE": str(process.clock_file),
        **settings,
    }
    with log.open("ab") as written:
        command = [sys.executable, "-m", "utility"]
        child = subprocess.Popen(command, cwd=PROJECT, env=environ, stdout=written, stderr=subprocess.STDOUT)
    try:
        _wait_until_healthy(process.url, child, log)
    except RuntimeError:
        child.kill()
        raise
    return child


@contextmanager
def running_utility(
    server: EmbeddedPostgres, folder: Path, *, name: str, sandbox: bool = True, **settings: str
) -> Iterator[UtilityProcess]:
    """Runs the utility until the block ends; `name` is its database, `settings` go into its environment."""
    embedded.create_database(server, name)
    migrate.upgrade(server.url(name), PROJECT / "utility" / "migrations")
    process = UtilityProcess(f"http://127.0.0.1:{embedded.free_port()}", server.url(name), folder / "clock.json")
    process.set_clock(city_now())
    with ThreadPoolExecutor(1) as apart:  # the caller may stand in a running loop
        apart.submit(asyncio.run, _fill(process.database_url)).result()
    fresh_books.keep(process.database_url)
    child = start(process, folder / "utility.log", **{"UTILITY_SANDBOX": "1" if sandbox else "0", **settings})
    try:
        yield process
    finally:
        child.terminate()
        child.wait(10)


def _wait_until_healthy(url: str, child: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and child.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the utility did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")
