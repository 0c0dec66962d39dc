"""The running utility for the tests of its doors, its seed and its behaviour under load of two."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
import pytest_asyncio

from runtime import postgres
from runtime.embedded import EmbeddedPostgres
from runtime.postgres import Pool
from tests.fakes.utility_process import OPERATOR_TOKEN, TOKEN, UtilityProcess, running_utility
from utility.company import Company, open_company


@pytest.fixture(scope="session")
def utility_at_work(
    postgres_server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[UtilityProcess]:
    """The utility, started once."""
    with running_utility(postgres_server, tmp_path_factory.mktemp("utility"), name="utility_component") as process:
        yield process


@pytest.fixture
def utility(utility_at_work: UtilityProcess) -> Iterator[UtilityProcess]:
    """The utility with the demo city as it was."""
    utility_at_work.refresh()
    yield utility_at_work
    utility_at_work.check_events()


@pytest_asyncio.fixture
async def client(utility: UtilityProcess) -> AsyncIterator[aiohttp.ClientSession]:
    """A client with the right token, asking for the owner of 6117."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Acting-User": "wechat:wx_demo_lin"}
    async with aiohttp.ClientSession(utility.url, headers=headers) as session:
        yield session


@pytest_asyncio.fixture
async def operator(utility: UtilityProcess) -> AsyncIterator[aiohttp.ClientSession]:
    """The operator's client, acting as 苏映雪 (K0103)."""
    headers = {"Authorization": f"Bearer {OPERATOR_TOKEN}", "Acting-Staff": "K0103"}
    async with aiohttp.ClientSession(utility.url, headers=headers) as session:
        yield session


@pytest_asyncio.fixture
async def pool(utility: UtilityProcess) -> AsyncIterator[Pool]:
    """The books behind the running utility."""
    found = await postgres.connect(utility.database_url, most=2)
    yield found
    await found.close()


@pytest_asyncio.fixture
async def company(pool: Pool, utility: UtilityProcess) -> Company:
    """The company itself, on the same books and clock."""
    return await open_company(pool, utility.clock)
