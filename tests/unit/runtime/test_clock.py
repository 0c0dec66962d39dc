"""The shared clock: every process stands at the same hour, and moves with the file."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from runtime.clock import SHANGHAI, FileClock, SystemClock, clock_from_environ, write_clock

DEMO = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)


def test_the_clock_stands_where_the_file_says_and_runs_on(tmp_path: Path) -> None:
    write_clock(tmp_path / "clock.json", DEMO)
    clock = FileClock(tmp_path / "clock.json")

    first, second = clock.now(), clock.now()

    assert DEMO <= first <= second < DEMO + timedelta(minutes=1)


def test_rewriting_the_file_moves_a_running_clock(tmp_path: Path) -> None:
    write_clock(tmp_path / "clock.json", DEMO)
    clock = FileClock(tmp_path / "clock.json")
    clock.now()

    write_clock(tmp_path / "clock.json", DEMO + timedelta(days=3))

    assert clock.now() >= DEMO + timedelta(days=3)


def test_the_environment_names_the_clock(tmp_path: Path) -> None:
    write_clock(tmp_path / "clock.json", DEMO)

    named = clock_from_environ({"GRIDTALK_CLOCK_FILE": str(tmp_path / "clock.json")})

    assert isinstance(named, FileClock)
    assert isinstance(clock_from_environ({}), SystemClock)


def test_a_clock_that_stands_still_gives_the_same_moment_twice(tmp_path: Path) -> None:
    write_clock(tmp_path / "clock.json", DEMO, rate=0)
    clock = FileClock(tmp_path / "clock.json")

    assert [clock.now(), clock.now()] == [DEMO, DEMO]


def test_every_setting_of_the_clock_is_seen_however_fast_they_follow(tmp_path: Path) -> None:
    clock_file = tmp_path / "clock.json"
    write_clock(clock_file, DEMO, rate=0)
    clock = FileClock(clock_file)
    seen = []

    for minute in range(50):
        write_clock(clock_file, DEMO + timedelta(minutes=minute), rate=0)
        seen.append(clock.now())

    assert seen == [DEMO + timedelta(minutes=minute) for minute in range(50)]
