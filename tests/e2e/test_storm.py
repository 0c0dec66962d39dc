"""A small storm: customers of a line write in, an outage widens, workers are killed; then every book is compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.typhoon.rehearsal import play
from bench.typhoon.script import SMALL

_SEED = 116


@pytest.mark.timeout(420)
def test_everybody_is_told_once_and_nobody_else_whatever_is_lost_or_killed(tmp_path: Path) -> None:
    (run,) = play(SMALL, _SEED, tmp_path, times=1)

    assert run.broken == []
    assert run.figures["customers who wrote in"] == SMALL.customers
    assert run.figures["homes to tell, of all things"] > SMALL.customers
    assert run.figures["webhooks"].keys() >= {"lost", "twice", "late"}
    assert run.kills == 3  # one by itself, then both
