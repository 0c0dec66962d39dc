"""The clock every process takes its time from, so that a demo city, a test or a rehearsal can stand at its own hour."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time as an aware datetime in Asia/Shanghai."""

    def now(self) -> datetime:
        """Returns the time now."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """See base class."""
        return datetime.now(SHANGHAI)


class FileClock:
    """A clock that several processes share: a JSON file `{"at": ISO time, "real": epoch seconds, "rate": 1}`.

    Now is `at` plus the real time gone since `real`, `rate` times as fast (0 stands still); rewriting the file moves
    every process at once.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._at = datetime.now(SHANGHAI)
        self._real = time.time()
        self._rate = 1.0

    def now(self) -> datetime:
        """See base class."""
        stat = os.stat(self._path)
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if stamp != self._stamp:
            record = json.loads(self._path.read_text(encoding="utf-8"))
            self._at, self._real = datetime.fromisoformat(record["at"]), float(record["real"])
            self._rate = float(record.get("rate", 1))
            self._stamp = stamp
        return (self._at + timedelta(seconds=self._rate * (time.time() - self._real))).astimezone(SHANGHAI)


def write_clock(path: Path, at: datetime, *, rate: float = 1) -> None:
    """Sets the shared clock to `at`, atomically; from there it runs `rate` times as fast as the real one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({"at": at.isoformat(), "real": time.time(), "rate": rate}), encoding="utf-8")
    os.utime(draft, ns=(time.time_ns(), time.time_ns()))  # the kernel's own stamps tick too slowly for a fast rehearsal
    draft.replace(path)


def clock_from_environ(environ: Mapping[str, str] | None = None) -> Clock:
    """Builds the process's clock: `GRIDTALK_CLOCK_FILE` if set, else the system's."""
    path = (os.environ if environ is None else environ).get("GRIDTALK_CLOCK_FILE", "")
    return FileClock(Path(path)) if path else SystemClock()
