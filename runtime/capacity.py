"""How many workers a machine carries: one for each core, as far as memory goes."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from runtime.errors import SettingsError

_AUTO = "auto"
_MOST = 64
_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Needs:
    """What workers take of memory, in MB: the first with all that is shared, each further one, what is left free."""

    first_mb: float
    further_mb: float
    spare_mb: float = 512.0


@dataclass(frozen=True)
class Machine:
    """What this process may use of the machine it runs on."""

    cores: int
    free_mb: float | None  # None: it cannot be known here


def workers_of(raw: str, needs: Needs, machine: Callable[[], Machine] | None = None) -> int:
    """Reads `WORKERS`: a number, or `auto`: as many as there are cores, fewer where memory is short, at least one.

    Raises:
        SettingsError: it is neither.
    """
    said = raw.strip().lower()
    if said == _AUTO:
        return affordable((machine or this_machine)(), needs)
    if said.isdecimal() and 1 <= int(said) <= _MOST:
        return int(said)
    raise SettingsError(f"WORKERS must be `auto` or a number from 1 to {_MOST}, not {raw!r}", setting="WORKERS")


def affordable(machine: Machine, needs: Needs) -> int:
    """The smaller of the cores and of what fits into free memory beside the first worker; never none."""
    if machine.free_mb is None:
        return max(1, machine.cores)
    further = int((machine.free_mb - needs.spare_mb - needs.first_mb) // needs.further_mb)
    return max(1, min(machine.cores, 1 + further))


def this_machine(root: Path = _CGROUP, meminfo: Path = Path("/proc/meminfo")) -> Machine:
    """Asks the system, and the control group that a container or a systemd unit lives in."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _quota(root / "cpu.max")
    frees = [free for free in (_available(meminfo), _left_in_group(root)) if free is not None]
    return Machine(min(cores, quota) if quota else cores, min(frees) if frees else None)


def _quota(file: Path) -> int | None:
    """Whole cores of `cpu.max` ("200000 100000" is two), rounded up; None without a limit."""
    words = file.read_text(encoding="ascii").split() if file.is_file() else []
    if len(words) != 2 or words[0] == "max":
        return None
    return max(1, -(-int(words[0]) // int(words[1])))


def _available(meminfo: Path) -> float | None:
    if not meminfo.is_file():
        return None
    lines = (line.split() for line in meminfo.read_text(encoding="ascii").splitlines())
    return next((int(words[1]) / 1024 for words in lines if words and words[0] == "MemAvailable:"), None)


def _left_in_group(root: Path) -> float | None:
    most, used = (root / name for name in ("memory.max", "memory.current"))
    if not (most.is_file() and used.is_file()):
        return None
    limit = most.read_text(encoding="ascii").strip()
    if limit == "max":
        return None
    return (int(limit) - int(used.read_text(encoding="ascii"))) / 1024 / 1024
