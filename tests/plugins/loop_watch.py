"""The loop's watchdog: notes what blocks the thread of a running event loop, called by product code.

Known blocking calls are seen by Python's own audit events, so the machine's load changes nothing: files opened, names
resolved, blocking sockets connected, processes started; `time.sleep`, which 3.10 does not audit, is watched beside.
A slice of the loop that computes longer than `SLICE_S` is seen by the thread's own CPU time. What is read once in a
process, modules and rules behind a cache, is no blocking call of a request; nor is what a test does itself. The heap
that other tests left behind is frozen meanwhile: looking through it is no work of the product.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any
from unittest import mock

_PROJECT = str(Path(__file__).parents[2]) + "/"
_ROOMS = "actions backend bot connectors console conversation handoff notices runtime utility"
_PRODUCT = tuple(f"{_PROJECT}{room}/" for room in _ROOMS.split())
# A slice of CPU that holds up everybody; understanding a sentence takes a tenth of it.
SLICE_S = 0.25
_BLOCKING = frozenset(
    [
        "open",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.connect",
        "subprocess.Popen",
        "os.system",
        "os.listdir",
    ]
)
_IMPORTING = "importlib"


@dataclass
class Watch:
    """What was seen."""

    blocked: list[str] = field(default_factory=list)
    slices: list[str] = field(default_factory=list)
    thread: int = 0

    def check(self) -> None:
        """Fails where something blocked."""
        seen = [*dict.fromkeys(self.blocked), *self.slices]
        assert not seen, "the loop was blocked:\n" + "\n".join(seen)


# The one watch that is on; an audit hook cannot be taken out again.
_ON: list[Watch] = []
_HOOKED: list[bool] = []


@contextmanager
def watching() -> Iterator[Watch]:
    """Watches this thread's loop until the block ends.

    Raises:
        RuntimeError: the loop is not one of Python's own, whose slices alone can be seen.
    """
    if not isinstance(asyncio.get_running_loop(), asyncio.BaseEventLoop):
        raise RuntimeError(f"only a loop of asyncio itself can be watched, not {asyncio.get_running_loop()!r}")
    if not _HOOKED:
        sys.addaudithook(_hear)
        _HOOKED.append(True)
    watch = Watch(thread=threading.get_ident())
    slept, ran = time.sleep, asyncio.events.Handle._run

    def sleep(seconds: float) -> None:
        _note("time.sleep", (seconds,))
        slept(seconds)

    def run(handle: asyncio.events.Handle) -> None:
        began = time.thread_time()
        ran(handle)
        spent = time.thread_time() - began
        if spent > SLICE_S and watch in _ON and threading.get_ident() == watch.thread:
            watch.slices.append(f"  {spent * 1000:.0f} ms of CPU in one slice: {handle!r}")

    gc.freeze()
    _ON.append(watch)
    try:
        with mock.patch.object(time, "sleep", sleep), mock.patch.object(asyncio.events.Handle, "_run", run):
            yield watch
    finally:
        _ON.remove(watch)
        gc.unfreeze()


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _ON and event in _BLOCKING:
        _note(event, arguments)


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    watch = _ON[0]
    if threading.get_ident() != watch.thread or asyncio._get_running_loop() is None:
        return
    if event == "socket.connect" and arguments[0].gettimeout() == 0:
        return
    if event == "open" and (isinstance(arguments[0], int) or str(arguments[0]).endswith(".py")):
        return  # a descriptor; the source that a traceback is written with
    frame = sys._getframe(2)  # behind the hook
    if caller := _caller(frame):
        watch.blocked.append(f"  {event}{arguments[:1] if event != 'socket.connect' else arguments[1:]} at {caller}")


def _caller(frame: FrameType | None) -> str:
    """The line of product code that blocks; none where a test or once-in-a-process work does."""
    found = ""
    for line, number in traceback.walk_stack(frame):
        code, name = line.f_code, line.f_code.co_filename
        own = name.startswith(_PRODUCT)
        if _IMPORTING in name or (own and (code.co_name == "<module>" or _is_cached(line))):
            return ""
        if name.startswith(_PROJECT + "tests/") or name.endswith("asyncio/events.py"):
            break
        found = found or (f"{name[len(_PROJECT) :]}:{number} ({code.co_name})" if own else "")
    return found


def _is_cached(frame: FrameType) -> bool:
    """Whether what runs is called through `functools.lru_cache`: of one module's functions only that is wrapped."""
    return hasattr(frame.f_globals.get(frame.f_code.co_name), "cache_info")
