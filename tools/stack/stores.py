"""The stores under the stack: the embedded PostgreSQL and Redis, or the servers that the environment names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg2
import redis

from runtime import embedded
from runtime.embedded import EmbeddedPostgres, EmbeddedRedis
from runtime.errors import StoreUnavailable
from tools.say import ToolError
from tools.stack.plan import Addresses


@dataclass(frozen=True)
class Stores:
    """The stores this stack uses, and those it started itself and so has to stop."""

    addresses: Addresses
    postgres: EmbeddedPostgres | None
    redis: EmbeddedRedis | None

    def close(self) -> None:
        """Stops what was started here; the data stays."""
        if self.redis:
            embedded.stop_redis(self.redis)
        if self.postgres:
            embedded.stop_postgres(self.postgres)


def open_stores(data: Path, environ: Mapping[str, str]) -> Stores:
    """Starts the embedded stores in `data`, except where `environ` names a server, which must answer now.

    Raises:
        ToolError: a named server does not answer, or an embedded one does not start.
    """
    given = {name: environ.get(name, "").strip() for name in ("DATABASE_URL", "UTILITY_DATABASE_URL", "REDIS_URL")}
    for name in ("DATABASE_URL", "UTILITY_DATABASE_URL"):
        if given[name]:
            check_postgres(name, given[name])
    if given["REDIS_URL"]:
        check_redis("REDIS_URL", given["REDIS_URL"])
    try:
        return _open(data, given)
    except StoreUnavailable as error:
        raise ToolError(f"{error.detail[:1].upper()}{error.detail[1:]}.") from error


def _open(data: Path, given: Mapping[str, str]) -> Stores:
    server = None
    database, books = given["DATABASE_URL"], given["UTILITY_DATABASE_URL"]
    if not (database and books):
        server = embedded.start_postgres(data / "postgres")
        database, books = database or _created(server, "gridtalk"), books or _created(server, "utility")
    live = None if given["REDIS_URL"] else _start_redis(data / "redis")
    return Stores(Addresses(database, books, live.url if live else given["REDIS_URL"]), server, live)


def _created(server: EmbeddedPostgres, name: str) -> str:
    embedded.create_database(server, name)
    return server.url(name)


def _start_redis(folder: Path) -> EmbeddedRedis:
    """Starts Redis, after ending one that a killed stack has left behind in the same folder."""
    left = folder / "redis.pid"
    if left.exists():
        _end_left_over(int(left.read_text()))
    server = embedded.start_redis(folder)
    left.write_text(str(server.process.pid))
    return server


def _end_left_over(pid: int) -> None:
    with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
        process = psutil.Process(pid)
        if "redis-server" in process.name():
            process.terminate()
            process.wait(5)


def check_postgres(setting: str, url: str) -> None:
    """Raises `ToolError` unless a PostgreSQL answers at `url`."""
    try:
        psycopg2.connect(url, connect_timeout=3).close()
    except (psycopg2.Error, UnicodeError) as error:
        raise _unreachable(setting, url, error) from error


def check_redis(setting: str, url: str) -> None:
    """Raises `ToolError` unless a Redis answers at `url`."""
    try:
        redis.from_url(url, socket_connect_timeout=3, socket_timeout=3).ping()
    except (redis.RedisError, ValueError, OSError) as error:
        raise _unreachable(setting, url, error) from error


def hide_password(url: str) -> str:
    """Returns `url` with stars where its password stands."""
    hidden = re.sub(r"(//[^:/@\s]*):[^@/\s]*@", r"\1:***@", url)
    return re.sub(r"(password=)[^&\s]*", r"\1***", hidden)


def _unreachable(setting: str, url: str, error: Exception) -> ToolError:
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    # The driver repeats the URL it could not read, password and all.
    return ToolError(f"{setting} cannot be used: {hide_password(url)} ({hide_password(reason.replace(url, '...'))}).")
