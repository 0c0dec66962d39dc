"""One whole GridTalk for the tests that need every process: started once a session, in a folder of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plugins.trust import trust_the_machine
from tools.dialogues.books import Books
from tools.dialogues.platforms import Platforms
from tools.stack import ActionMode, Stack
from tools.train import ensure_model


@pytest.fixture(scope="session")
def stack(stores: Path) -> Iterator[Stack]:
    """The running stack, its clocks at the demo city's now; actions run as `make run` or GRIDTALK_ACTIONS says."""
    extra, platforms, mode = {"LOG_LEVEL": "INFO"}, Platforms(), ActionMode.of(os.environ, ActionMode.PROCESS)
    with Stack(stores / "stack", model=ensure_model(), extra=extra, platforms=platforms, actions=mode) as running:
        trust_the_machine(running.plan.addresses.database)
        yield running


@pytest.fixture(scope="session")
def books(stack: Stack) -> Books:
    """The books of the running stack, with a fresh copy kept aside."""
    kept = Books(stack)
    kept.keep_fresh()
    return kept
