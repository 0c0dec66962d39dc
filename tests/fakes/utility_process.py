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
from pathlib import Path
from urllib.error import URLError

import psycopg2

from runtime import embedded, migrate, postgres
from runtime.clock import FileClock, write_clock
from runtime.embedded import EmbeddedPostgres
from utility.seed.file import fixed_now, read_city
from utility.seed.load import load

PROJECT = Path(__file__).parent.parent.parent
TOKEN = "a-token-of-the-tests"


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
        self.set_clock(fixed_now(read_city()))
        _execute(self.database_url, _restore())


# What the company's calls write, children first; the rest of the books only a new seed changes.
WRITTEN = (
    "idempotency_keys", "sms_outbox", "check_code_tries", "check_codes", "account_asks", "bindings", "channel_users",
    "fault_order_steps", "fault_orders", "outage_steps", "outage_areas", "outages", "number_sequences",
)  # fmt: skip
SEEDED = tuple(table for table in WRITTEN if table not in ("sms_outbox", "check_codes"))  # those two start empty


def _keep() -> str:
    copies = "; ".join(f"create table fresh.{table} as table public.{table}" for table in SEEDED)
    return f"create schema fresh; {copies}"


def _restore() -> str:
    emptied = "; ".join(f"delete from {table}" for table in WRITTEN)
    filled = "; ".join(f"insert into {table} select * from fresh.{table}" for table in reversed(SEEDED))
    return f"{emptied}; {filled}"


def _execute(database_url: str, script: str) -> None:
    connection = psycopg2.connect(database_url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(script)
    finally:
        connection.close()


async def _fill(database_url: str) -> None:
    pool = await postgres.connect(database_url, most=1)
    try:
        await load(pool)
    finally:
        await pool.close()


@contextmanager
def running_utility(
    server: EmbeddedPostgres, folder: Path, *, name: str, sandbox: bool = True
) -> Iterator[UtilityProcess]:
    """Runs the utility until the block ends; `name` is its database."""
    embedded.create_database(server, name)
    migrate.upgrade(server.url(name), PROJECT / "utility" / "migrations")
    process = UtilityProcess(f"http://127.0.0.1:{embedded.free_port()}", server.url(name), folder / "clock.json")
    process.set_clock(fixed_now(read_city()))
    with ThreadPoolExecutor(1) as apart:  # the caller may stand in a running loop
        apart.submit(asyncio.run, _fill(process.database_url)).result()
    _execute(process.database_url, _keep())
    environ = {
        **os.environ,
        "UTILITY_DATABASE_URL": process.database_url,
        "UTILITY_TOKEN": TOKEN,
        "UTILITY_PORT": process.url.rpartition(":")[2],
        "UTILITY_SANDBOX": "1" if sandbox else "0",
        "GRIDTALK_CLOCK_FILE": str(process.clock_file),
    }
    with (folder / "utility.log").open("wb") as log:
        command = [sys.executable, "-m", "utility"]
        child = subprocess.Popen(command, cwd=PROJECT, env=environ, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_until_healthy(process.url, child, folder / "utility.log")
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
