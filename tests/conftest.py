"""The stores of every test: one embedded PostgreSQL and Redis per session, one migrated database per test."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg2
import pytest
import pytest_asyncio

from runtime import embedded, migrate, postgres
from runtime.bus import Bus
from runtime.embedded import EmbeddedPostgres, EmbeddedRedis
from runtime.postgres import Pool

PROJECT = Path(__file__).parent.parent
TEMPLATE = "gridtalk_template"


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL server of this session alone."""
    server = embedded.start_postgres(tmp_path_factory.mktemp("postgres"))
    yield server
    embedded.stop_postgres(server)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """A Redis server of this session alone."""
    server = embedded.start_redis(tmp_path_factory.mktemp("redis"))
    yield server
    embedded.stop_redis(server)


@pytest.fixture(scope="session")
def database_template(postgres_server: EmbeddedPostgres) -> str:
    """The migrated database that each test's own is copied from."""
    embedded.create_database(postgres_server, TEMPLATE)
    migrate.upgrade(postgres_server.url(TEMPLATE), PROJECT / "migrations")
    return TEMPLATE


@pytest.fixture
def database_url(postgres_server: EmbeddedPostgres, database_template: str) -> Iterator[str]:
    """The URL of a fresh migrated database, dropped after the test."""
    name = f"test_{secrets.token_hex(6)}"
    _execute(postgres_server, f"create database {name} template {database_template}")
    yield postgres_server.url(name)
    _execute(postgres_server, f"drop database {name} with (force)")


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


def _execute(server: EmbeddedPostgres, statement: str) -> None:
    connection = psycopg2.connect(server.url("postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()
