"""A small storm: customers of a line write in, an outage widens, workers are killed; then every book is compared."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.typhoon.rehearsal import play
from bench.typhoon.script import SMALL

# Its day is short, and an estimate moves while no worker runs.
_SEED = 116


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of its own: PostgreSQL has another user, and pytest shuts its own folders for others."""
    made = Path(tempfile.mkdtemp(prefix="gridtalk-small-storm-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.timeout(600)
def test_everybody_is_told_once_and_nobody_else_whatever_is_lost_or_killed(folder: Path) -> None:
    # In a thread of its own: Playwright's loop, of the tests before, runs in this one.
    with ThreadPoolExecutor(1) as aside:
        (run,) = aside.submit(play, SMALL, _SEED, folder, times=1).result()

    assert run.broken == []
    assert run.figures["customers who wrote in"] == SMALL.customers
    assert run.figures["homes to tell, of all things"] > SMALL.customers
    assert run.figures["webhooks"].keys() >= {"lost", "twice", "late"}
    assert run.kills == 3  # one by itself, then both
