"""What a process and all it has started consume: resident memory and processor time; it only looks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import psutil


def resident_mb(pid: int) -> float:
    """Returns the resident memory, in MB (10^6 bytes)."""
    return _sum(pid, lambda process: process.memory_info().rss) / 1e6


def cpu_seconds(pid: int) -> float:
    """Returns the processor time spent so far; unlike a latency it hardly depends on who else uses the machine."""
    return _sum(pid, lambda process: sum(process.cpu_times()[:2]))


def _sum(pid: int, value: Callable[[psutil.Process], float]) -> float:
    process = psutil.Process(pid)
    total = 0.0
    for member in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # a child may end while we look
            total += value(member)
    return total
