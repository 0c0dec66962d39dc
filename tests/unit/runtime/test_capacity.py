"""How many workers a machine carries."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.capacity import Machine, Needs, affordable, this_machine, workers_of
from runtime.errors import SettingsError

NEEDS = Needs(first_mb=300, further_mb=100, spare_mb=500)


@pytest.mark.parametrize(
    ("machine", "workers"),
    [
        pytest.param(Machine(2, 24_000), 2, id="as-many-as-cores"),
        pytest.param(Machine(8, 1_100), 4, id="as-memory-goes"),
        pytest.param(Machine(8, 600), 1, id="never-none"),
        pytest.param(Machine(4, None), 4, id="memory-unknown"),
    ],
)
def test_auto_is_bounded_by_cores_and_by_memory(machine: Machine, workers: int) -> None:
    assert affordable(machine, NEEDS) == workers
    assert workers_of(" AUTO ", NEEDS, lambda: machine) == workers


def test_a_number_is_taken_at_its_word() -> None:
    assert workers_of("12", NEEDS, lambda: Machine(1, 100)) == 12


@pytest.mark.parametrize("raw", ["0", "-1", "65", "two", "1.5"])
def test_anything_else_is_refused(raw: str) -> None:
    with pytest.raises(SettingsError, match="WORKERS"):
        workers_of(raw, NEEDS)


def test_a_control_group_bounds_the_machine(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("150000 100000\n", encoding="ascii")
    (tmp_path / "memory.max").write_text(f"{1000 * 1024 * 1024}\n", encoding="ascii")
    (tmp_path / "memory.current").write_text(f"{400 * 1024 * 1024}\n", encoding="ascii")
    (tmp_path / "meminfo").write_text("MemTotal: 9999999 kB\nMemAvailable: 8192000 kB\n", encoding="ascii")

    machine = this_machine(tmp_path, tmp_path / "meminfo")

    assert machine.cores <= 2
    assert machine.free_mb == 600


def test_without_limits_the_machine_counts(tmp_path: Path) -> None:
    for name in ("cpu.max", "memory.max", "memory.current"):
        (tmp_path / name).write_text("max 100000\n" if name == "cpu.max" else "max\n", encoding="ascii")
    (tmp_path / "meminfo").write_text("MemAvailable: 2048000 kB\n", encoding="ascii")

    assert this_machine(tmp_path, tmp_path / "meminfo").free_mb == 2000
    assert this_machine(tmp_path / "none", tmp_path / "none").free_mb is None
