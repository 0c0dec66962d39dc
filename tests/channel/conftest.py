"""What tests of the doors share; at the end of a run, how many trials each door has stood, and which it cannot have."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from runtime.bus import Bus
from runtime.postgres import Pool
from tests.channel.conformance.trial import DoorUnderTest
from tests.fakes.bot import ScriptedThinker, Worker, worker
from tests.fakes.wechat import FakeWeChat

# The one place where a run keeps what its reports said: pytest hands its hooks nothing else that lasts.
_STOOD = pytest.StashKey[Counter[str]]()
_LACKING = pytest.StashKey[dict[tuple[str, str], set[str]]]()


def pytest_configure(config: pytest.Config) -> None:
    """Begins to count."""
    config.stash[_STOOD] = Counter()
    config.stash[_LACKING] = defaultdict(set)
    config.pluginmanager.register(_Counting(config), "door_trials")


class _Counting:
    """Counts what passed, door by door."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Notes of each door's case which door it is; a case's own name starts with it."""
        for item in items:
            door = getattr(item, "callspec", None) and item.callspec.params.get("door")
            if isinstance(door, type) and issubclass(door, DoorUnderTest):
                item.user_properties.append(("door", door.channel))
                for lack in door.lacks.items():
                    self._config.stash[_LACKING][lack].add(door.title())

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Counts a case that passed."""
        door = dict(report.user_properties).get("door")
        if door and report.when == "call" and report.passed:
            self._config.stash[_STOOD][door] += 1

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Prints the counts in one line, then each trial that a door cannot have."""
        stood = self._config.stash[_STOOD]
        if not stood:
            return
        terminalreporter.write_line("doors: " + ", ".join(f"{door} {stood[door]}" for door in sorted(stood)))
        for (trial, reason), doors in self._config.stash[_LACKING].items():
            terminalreporter.write_line(f"  not for {', '.join(sorted(doors))}: {trial.replace('_', ' ')} ({reason})")


@pytest_asyncio.fixture
async def platform() -> AsyncIterator[FakeWeChat]:
    """WeChat's platform, listening."""
    made = FakeWeChat()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def hired(database: Pool, bus: Bus, database_url: str) -> Callable[[], Worker]:
    """Makes bot workers on the same stores."""

    def make() -> Worker:
        made = worker(database, bus, database_url, ScriptedThinker(), deadline=5)
        made.thinker.gate.set()
        return made

    return make
