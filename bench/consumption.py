"""What a process and all it has started consume: memory, processor time, open files; it only looks."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Memory:
    """Memory of one process in MB (10^6 bytes): resident, its share of it (PSS), and what it alone holds (USS)."""

    rss: float
    pss: float
    uss: float


def resident_mb(pid: int) -> float:
    """Returns the resident memory, in MB (10^6 bytes)."""
    return _sum(pid, lambda process: float(process.memory_info().rss)) / 1e6


def memories(pid: int) -> list[Memory]:
    """Returns the memory of the process and of each it has started: of one worker, or of a parent and its workers."""
    found = []
    for member in _family(pid):
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            full = member.memory_full_info()
            shared = getattr(full, "pss", full.rss)  # macOS tells no share
            found.append(Memory(full.rss / 1e6, shared / 1e6, full.uss / 1e6))
    return found


def open_files(pid: int) -> int:
    """Returns how many file descriptors the process and its children hold."""
    return int(_sum(pid, lambda process: float(process.num_fds())))


def cpu_seconds(pid: int) -> float:
    """Returns the processor time spent so far; unlike a latency it hardly depends on who else uses the machine."""
    return _sum(pid, lambda process: sum(process.cpu_times()[:2]))


def postgres_pid(stack_data: Path) -> int | None:
    """Returns the process id of the stack's embedded PostgreSQL."""
    return _postmaster(stack_data / "postgres")


def postgres_seconds(stack_data: Path) -> float:
    """Returns what the stack's embedded PostgreSQL has spent so far, in the backends that still live and those gone."""
    return seconds_of_server(stack_data / "postgres")


def seconds_of_server(folder: Path) -> float:
    """Returns what the PostgreSQL with its data in `folder` has spent so far, in backends that live and those gone."""
    pid = _postmaster(folder)
    if pid is None:
        return 0.0
    gone = psutil.Process(pid).cpu_times()
    return cpu_seconds(pid) + float(getattr(gone, "children_user", 0.0)) + float(getattr(gone, "children_system", 0.0))


def spent_elsewhere(stack_data: Path) -> float:
    """Returns the processor time the machine has spent on others than this bench, its bots and its stores so far."""
    ours = cpu_seconds(os.getpid())
    pid = postgres_pid(stack_data)
    if pid is not None:  # it has left our family when it became a server
        ours += cpu_seconds(pid)
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system) - ours


def _postmaster(folder: Path) -> int | None:
    postmaster = folder / "postmaster.pid"
    return int(postmaster.read_text().split()[0]) if postmaster.exists() else None


def _family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def _sum(pid: int, value: Callable[[psutil.Process], float]) -> float:
    total = 0.0
    for member in _family(pid):
        with suppress(psutil.NoSuchProcess):  # a child may end while we look
            total += value(member)
    return total
