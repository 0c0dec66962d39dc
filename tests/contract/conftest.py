"""The companies that the contract suite is run on; an operator adds a stand of their own here (docs/backend.md)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from runtime.embedded import EmbeddedPostgres
from tests.contract.stands import FakeStand, HttpStand, Stand
from tests.fakes.utility_process import UtilityProcess, running_utility


@pytest.fixture(scope="session")
def utility_process(
    postgres_server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[UtilityProcess]:
    """The real utility, started once."""
    with running_utility(postgres_server, tmp_path_factory.mktemp("utility"), name="utility_contract") as process:
        yield process


@pytest.fixture
def utility(utility_process: UtilityProcess) -> Iterator[UtilityProcess]:
    """The real utility with the demo city as it was."""
    utility_process.refresh()
    yield utility_process
    utility_process.check_events()


@pytest_asyncio.fixture(params=["fake", "http"])
async def stand(request: pytest.FixtureRequest, tmp_path: object) -> AsyncIterator[Stand]:
    """Each company in turn, at the demo city's now."""
    if request.param == "fake":
        made: Stand = FakeStand.at_fixed_now(request.getfixturevalue("tmp_path"))
    else:
        made = HttpStand(request.getfixturevalue("utility"))
    yield made
    await made.backend.close()
    await made.notices_backend.close()
