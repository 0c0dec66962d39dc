"""The stores of every test: one embedded PostgreSQL and Redis per session, a migrated database for each test."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import settings
from sanic import Sanic
from sanic.touchup import TouchUp

from runtime import embedded, migrate, postgres
from runtime.bus import Bus
from runtime.cache import Cache
from runtime.embedded import EmbeddedPostgres, EmbeddedRedis
from runtime.postgres import Pool
from tests.plugins.shelf import Shelf, prepare
from tests.plugins.trust import trust_the_machine

PROJECT = Path(__file__).parent.parent
TEMPLATE = "gridtalk_template"

# How long an example takes is the machine's load, not the code's fault.
settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")


@pytest.fixture(scope="session", autouse=True)
def many_sanic_apps() -> None:
    """Sanic 21.12 rewrites its own methods when an app starts, which works once per process: tests start many apps."""
    app = Sanic("first_of_many", configure_logging=False)
    TouchUp.run(app)
    TouchUp._registry.clear()
    Sanic._app_registry.pop(app.name)


@pytest.fixture(scope="session")
def event_loop_policy() -> asyncio.AbstractEventLoopPolicy:
    """Python's own loop, whatever was imported before: aiogram, in Rasa's channels, puts uvloop in its place."""
    return asyncio.DefaultEventLoopPolicy()


@pytest.fixture(scope="session")
def stores() -> Iterator[Path]:
    """A folder of this session alone; pytest's own is swept away by whoever runs tests beside us."""
    with tempfile.TemporaryDirectory(prefix="gridtalk-tests-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres_server(stores: Path) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL server of this session alone; no test pulls its plug, so nothing waits for a disk."""
    server = embedded.start_postgres(stores / "postgres")
    trust_the_machine(server.url("postgres"))
    yield server
    embedded.stop_postgres(server)


@pytest.fixture(scope="session")
def redis_server(stores: Path) -> Iterator[EmbeddedRedis]:
    """A Redis server of this session alone."""
    server = embedded.start_redis(stores / "redis")
    yield server
    embedded.stop_redis(server)


@pytest.fixture(scope="session")
def shelf(postgres_server: EmbeddedPostgres) -> Shelf:
    """Migrated databases, each lent to one test at a time."""
    embedded.create_database(postgres_server, TEMPLATE)
    template = postgres_server.url(TEMPLATE)
    migrate.upgrade(template, PROJECT / "migrations")
    prepare(template)
    return Shelf(postgres_server, TEMPLATE)


@pytest.fixture
def database_url(shelf: Shelf) -> Iterator[str]:
    """The URL of a database as the migrations left it."""
    url = shelf.take()
    yield url
    shelf.give_back(url)


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Pool]:
    """A pool on a fresh migrated database."""
    pool = await postgres.connect(database_url)
    yield pool
    await pool.close()


@pytest_asyncio.fixture
async def bus(redis_server: EmbeddedRedis) -> AsyncIterator[Bus]:
    """A bus whose topics no other test hears."""
    live = Bus(redis_server.url, prefix=f"test-{secrets.token_hex(6)}:")
    yield live
    await live.close()


@pytest_asyncio.fixture
async def cache(redis_server: EmbeddedRedis) -> AsyncIterator[Cache]:
    """What workers share; no other test sees its keys."""
    shared = Cache(redis_server.url, prefix=f"test-{secrets.token_hex(6)}:")
    yield shared
    await shared.close()
