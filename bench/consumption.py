"""What a process and all it has started consume: resident memory and processor time; it only looks."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil


def resident_mb(pid: int) -> float:
    """Returns the resident memory, in MB (10^6 bytes)."""
    return _sum(pid, lambda process: float(process.memory_info().rss)) / 1e6


def cpu_seconds(pid: int) -> float:
    """Returns the processor time spent so far; unlike a latency it hardly depends on who else uses the machine."""
    return _sum(pid, lambda process: sum(process.cpu_times()[:2]))


def spent_elsewhere(stack_data: Path) -> float:
    """Returns the processor time the machine has spent on others than this bench, its bots and its stores so far."""
    ours = cpu_seconds(os.getpid())
    postmaster = stack_data / "postgres" / "postmaster.pid"
    if postmaster.exists():  # it has left our family when it became a server
        ours += cpu_seconds(int(postmaster.read_text().split()[0]))
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system) - ours


def _sum(pid: int, value: Callable[[psutil.Process], float]) -> float:
    process = psutil.Process(pid)
    total = 0.0
    for member in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # a child may end while we look
            total += value(member)
    return total
