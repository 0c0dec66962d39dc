"""A small chaos run: a worker, the actions, both stores struck under load, and then every ledger compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.chaos import crew
from bench.chaos.__main__ import play
from bench.chaos.report import table
from bench.chaos.schedule import SMALL, Kind, make_plan
from tools.train import ensure_model

# A worker, the action server and Redis are killed, PostgreSQL cut off and crashed: `make_plan` draws these for it.
_SEED = 262


@pytest.mark.timeout(420)
def test_nothing_is_lost_doubled_or_unanswered_whatever_dies(tmp_path: Path) -> None:
    plan = make_plan(_SEED, SMALL)

    outcome = play(plan, ensure_model(), keep=tmp_path / "logs")

    assert [promise.name for promise in outcome.promises if not promise.is_kept] == [], table(plan, outcome)
    assert len(outcome.struck) == SMALL.faults
    assert min(promise.checked for promise in outcome.promises) > 0


@pytest.mark.timeout(420)
def test_nothing_is_lost_doubled_or_unanswered_whoever_of_a_crew_dies(tmp_path: Path) -> None:
    plan = make_plan(_SEED, crew.SMALL_CREW, deal=crew.deck)

    outcome = play(plan, ensure_model(), keep=tmp_path / "logs", first=crew.SETTINGS)

    assert [promise.name for promise in outcome.promises if not promise.is_kept] == [], table(plan, outcome)
    struck = {(one.fault.kind, one.fault.target.rstrip(" 12")) for one in outcome.struck}
    kills = {(Kind.KILL, name) for name in ("worker", crew.LOADER, crew.FIRST)}
    assert struck == {*kills, (Kind.RELOAD, crew.FIRST)}
