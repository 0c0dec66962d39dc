"""The loop's watchdog sees what blocks, in the loop's thread and by product code, and nothing else."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from handoff.passing.reopening import reopen_rules
from runtime.clock import FileClock, SystemClock, write_clock
from runtime.embedded import free_port
from runtime.privacy import mask_text
from tests.plugins import loop_watch
from tests.plugins.loop_watch import watching


@pytest.fixture
def clock(tmp_path: Path) -> FileClock:
    write_clock(tmp_path / "clock.json", SystemClock().now())
    return FileClock(tmp_path / "clock.json")


async def test_a_file_read_by_the_loop_is_seen_with_its_line(clock: FileClock) -> None:
    with watching() as watch:
        clock.now()

    assert [("open" in seen, "runtime/clock.py" in seen) for seen in watch.blocked] == [(True, True)]
    with pytest.raises(AssertionError, match="runtime/clock.py"):
        watch.check()


async def test_what_a_thread_reads_blocks_nobody(clock: FileClock) -> None:
    with watching() as watch:
        await asyncio.to_thread(clock.now)
        await asyncio.to_thread(free_port)

    watch.check()


async def test_what_is_read_once_behind_a_cache_is_no_part_of_a_request() -> None:
    reopen_rules.cache_clear()

    with watching() as watch:
        reopen_rules()

    watch.check()


async def test_a_sleep_of_the_whole_thread_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SystemClock, "now", _sleeping)
    monkeypatch.setattr(loop_watch, "_PRODUCT", (str(Path(__file__).parent),))
    monkeypatch.setattr(loop_watch, "_PROJECT", str(Path(__file__).parents[1]) + "/no/")

    with watching() as watch:
        SystemClock().now()

    assert "time.sleep" in watch.blocked[0]


async def test_a_slice_that_computes_too_long_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_watch, "SLICE_S", 0.08)

    with watching() as watch:
        await asyncio.sleep(0)
        until = time.thread_time() + 0.2
        while time.thread_time() < until:
            mask_text("13800000000")
        await asyncio.sleep(0)

    assert [("ms of CPU" in seen) for seen in watch.slices] == [True], watch.slices


def _sleeping(_: SystemClock) -> None:
    time.sleep(0.001)
