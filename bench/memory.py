"""Resident memory of a process and what it has started; it only looks."""

from __future__ import annotations

from contextlib import suppress

import psutil


def resident_mb(pid: int) -> float:
    """Returns the resident memory of a process and its children, in MB (10^6 bytes)."""
    process = psutil.Process(pid)
    total = 0
    for member in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # a child may end while we look
            total += member.memory_info().rss
    return total / 1e6
