"""A running desk on real stores, and people who log in to it over HTTP."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from argon2 import PasswordHasher

from console.server.app import build_app
from console.server.assembly import close_services, open_services
from console.server.login_settings import LoginSettings, SsoSettings
from console.server.passwords import Passwords
from console.server.settings import ConsoleSettings
from handoff.desk import Desk
from handoff.escalations import Escalations
from handoff.phrases import Phrases
from runtime import embedded
from runtime.bus import Bus
from runtime.embedded import EmbeddedRedis
from runtime.postgres import Pool
from tests.component.console.desk_server import DeskServer, Person
from tests.component.handoff.chats import Chat, StepClock
from tests.conftest import PROJECT


@pytest.fixture
def clock() -> StepClock:
    """The clock of one test; the desk's server looks at it too."""
    return StepClock()


@pytest.fixture
def passwords() -> Passwords:
    """The real hash with the least work."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def bus_prefix() -> str:
    """Topics no other test hears."""
    return f"test-{secrets.token_hex(6)}:"


@pytest.fixture
def console_settings(database_url: str, redis_server: EmbeddedRedis, tmp_path: Path) -> ConsoleSettings:
    """The settings of one desk on a free port, without a built page."""
    return ConsoleSettings(
        database_url=database_url,
        redis_url=redis_server.url,
        session_secret="test-secret",
        port=embedded.free_port(),
        web_dir=tmp_path / "dist",
        domain_dir=PROJECT / "domain",
        media_dir=tmp_path / "media",
        waiting_limits=PROJECT / "console" / "server" / "waiting_limits.yml",
        routing_rules=PROJECT / "handoff" / "routing" / "rules.yml",
        routing_pick="any",
    )


@pytest.fixture
def login_settings() -> LoginSettings:
    """What is asked of passwords and sessions; a desk of the tests does not go idle while their clock leaps."""
    return LoginSettings(idle_minutes=24 * 60)


@pytest.fixture
def sso_settings() -> SsoSettings:
    """No single sign-on; its own tests have one."""
    return SsoSettings()


@pytest_asyncio.fixture
async def server(
    console_settings: ConsoleSettings,
    clock: StepClock,
    passwords: Passwords,
    bus_prefix: str,
    login_settings: LoginSettings,
    sso_settings: SsoSettings,
) -> AsyncIterator[DeskServer]:
    """The running desk."""
    services = await open_services(
        console_settings,
        clock,
        passwords=passwords,
        open_bus=partial(Bus, prefix=bus_prefix),
        login=login_settings,
        sso=sso_settings,
    )
    running = DeskServer(build_app(services, name=f"console-{secrets.token_hex(6)}"), console_settings)
    await running.start()
    yield running
    await running.stop()
    await close_services(services)


@pytest_asyncio.fixture
async def desk(database: Pool, redis_server: EmbeddedRedis, clock: StepClock, bus_prefix: str) -> AsyncIterator[Desk]:
    """The desk's hands on the same database and bus as the server, for what happens besides the API."""
    bus = Bus(redis_server.url, prefix=bus_prefix)
    yield Desk(database, bus, clock, Escalations(Phrases.load(PROJECT / "domain" / "human.yml")))
    await bus.close()


@pytest_asyncio.fixture
async def agent(server: DeskServer, database: Pool, passwords: Passwords) -> AsyncIterator[Person]:
    """An agent who has logged in."""
    person = await server.hire(database, passwords, "K0104", "江一苇")
    await person.log_in()
    yield person
    await person.leave()


@pytest_asyncio.fixture
async def colleague(server: DeskServer, database: Pool, passwords: Passwords) -> AsyncIterator[Person]:
    """Another agent who has logged in."""
    person = await server.hire(database, passwords, "K0105", "顾南乔")
    await person.log_in()
    yield person
    await person.leave()


@pytest_asyncio.fixture
async def supervisor(server: DeskServer, database: Pool, passwords: Passwords) -> AsyncIterator[Person]:
    """A supervisor who has logged in."""
    person = await server.hire(database, passwords, "S0001", "柳沉舟", role="supervisor")
    await person.log_in()
    yield person
    await person.leave()


@pytest_asyncio.fixture
async def stranger(server: DeskServer) -> AsyncIterator[Person]:
    """Somebody at the desk's page who has not logged in."""
    person = Person(server, "nobody")
    yield person
    await person.leave()


@pytest_asyncio.fixture
async def chat(database: Pool, clock: StepClock) -> Chat:
    """A customer who has written one message."""
    conversation = Chat(database, clock, "visitor-1")
    await conversation.write("家里停电了，电话13800001011")
    return conversation
