"""The doctor tells how many workers the bot would have."""

from __future__ import annotations

import pytest

from bot.crew import NEEDS
from runtime.capacity import Machine
from tools.doctor.finding import Grade
from tools.doctor.workers import check_workers

ROOMY, TIGHT = Machine(2, 24_000), Machine(8, NEEDS.spare_mb + NEEDS.first_mb + NEEDS.further_mb)


@pytest.mark.parametrize(
    ("workers", "machine", "grade", "sentence"),
    [
        pytest.param("auto", ROOMY, Grade.GOOD, "WORKERS=auto: 2 workers (2 cores, 24000 MB free).", id="auto"),
        pytest.param("", ROOMY, Grade.NOTE, "one process, restarted for a new model; `auto` makes 2.", id="none"),
        pytest.param("1", ROOMY, Grade.NOTE, "WORKERS=1 leaves room: `auto` would make 2", id="one"),
        pytest.param("8", TIGHT, Grade.NOTE, "is more than the 2 this machine carries well", id="too-many"),
        pytest.param("many", ROOMY, Grade.WRONG, "WORKERS must be `auto` or a number", id="no-number"),
    ],
)
def test_workers_are_told(workers: str, machine: Machine, grade: Grade, sentence: str) -> None:
    (finding,) = check_workers({"WORKERS": workers}, lambda: machine)

    assert finding.grade is grade
    assert sentence in finding.sentence
