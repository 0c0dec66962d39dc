"""A crew: one process loads what is dear, forks workers that share it, and sees to it that they are there.

The loader opens nothing a fork would share by accident: no connection, event loop or thread. Workers inherit one
listening socket, so that a connection that waits while a worker dies or leaves is taken by another. Signals and pipes
are all that the processes say to each other:

* a worker writes a byte into its own pipe once it listens;
* the loader writes a byte into `report` once all of them do;
* a process whose superior is gone reads the end of a pipe, and leaves as if it had been asked to.
"""

from __future__ import annotations

import fcntl
import gc
import os
import random
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

import structlog

from runtime.waking import Waking

# A worker that has lived so long died of something else than its start.
_SETTLED_S = 60.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 30.0
# How often a signal (the kernel short of memory, an operator) may end one that has not begun to serve.
CHANCES = 3


@dataclass(frozen=True)
class Post:
    """Where a worker stands: the socket it shares, whom it tells that it listens, and how it hears of being alone."""

    listener: socket.socket
    ready: int
    superior: int
    number: int = 1

    def tell_ready(self) -> None:
        """Says, once, that this worker listens."""
        os.write(self.ready, b"1")
        os.close(self.ready)


def die_with(superior: int) -> None:
    """Ends this process when the other end of a pipe is closed, though it reads nothing: while it loads what is dear.

    The kernel sends SIGIO, of which nobody has taken notice, so that its socket is free at once for who comes next.
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(superior, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(superior, fcntl.F_SETFL, fcntl.fcntl(superior, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([superior], [], [], 0)[0]:  # it was closed before
        os.kill(os.getpid(), signal.SIGIO)


def live_on(superior: int) -> None:
    """Takes it back: from now on the pipe is watched."""
    fcntl.fcntl(superior, fcntl.F_SETFL, fcntl.fcntl(superior, fcntl.F_GETFL) & ~os.O_ASYNC)


Work = Callable[[Post], int]


@dataclass(frozen=True)
class Ropes:
    """What a loader was given by the process that started it: the socket, and two pipes."""

    listener: socket.socket
    report: int
    superior: int


@dataclass
class _Worker:
    number: int
    pid: int
    ready: int  # the reading end of its pipe; -1 once it has told
    since: float = field(default_factory=time.monotonic)


def pause_after(failures: int) -> float:
    """Seconds before a process that died so many times in a row is started again."""
    return min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0 ** min(max(failures - 1, 0), 10))


class Crew:
    """The workers of one loader.

    Args:
        size: how many.
        work: what each does, in its own process; returns the exit code.
        ropes: what the loader was given.
        drain_s: how long a worker may take to leave once it was asked to.
    """

    def __init__(self, size: int, work: Work, ropes: Ropes, *, drain_s: float) -> None:
        self._size, self._work, self._ropes, self._drain_s = size, work, ropes, drain_s
        self._log = structlog.get_logger()
        self._workers: dict[int, _Worker] = {}
        self._failures: dict[int, int] = {}
        self._due: dict[int, float] = {}  # the number of a worker to start again, and when
        self._listening: set[int] = set()
        self._told = False
        self._failed = False
        self._killed_at: float | None = None  # when those that have not left are killed; None while nobody is asked to

    def run(self) -> int:
        """Forks the workers and watches them until it is asked to stop; 1 where one could not even start.

        Before all of them listened, a worker that ends by itself ends the crew; so does one that is killed too often.
        """
        gc.collect()
        gc.freeze()  # the collector would write into pages that are shared, and copy them
        live_on(self._ropes.superior)
        self._life, self._lifeline = os.pipe()
        self._waking = Waking(signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
        for number in range(1, self._size + 1):
            self._start(number)
        while self._workers or (self._due and self._killed_at is None):
            self._step()
        return 1 if self._failed else 0

    def _step(self) -> None:
        pipes = [worker.ready for worker in self._workers.values() if worker.ready >= 0]
        superior = [self._ropes.superior] if self._killed_at is None else []
        woken = self._waking.wait([*pipes, *superior], self._seconds())
        if woken.signals & {signal.SIGTERM, signal.SIGINT} or self._ropes.superior in woken.readable:
            self._dismiss()
        for worker in list(self._workers.values()):
            if worker.ready in woken.readable:
                self._hear(worker)
        self._reap()
        self._do_what_is_due()

    def _seconds(self) -> float | None:
        times = [*self._due.values()] if self._killed_at is None else [self._killed_at]
        return max(0.0, min(times) - time.monotonic()) if times else None

    def _start(self, number: int) -> None:
        reading, writing = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        # A signal between the fork and the child's first line would be heard by the wrong one of them.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, self._waking.signals)
        pid = os.fork()
        if pid == 0:
            self._be_worker(Post(self._ropes.listener, writing, self._life, number), reading, before)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(writing)
        self._workers[pid] = _Worker(number, pid, reading)

    def _be_worker(self, post: Post, reading: int, mask: set[int | signal.Signals]) -> NoReturn:
        """The child's life: it never returns into the loader's."""
        code = 1
        try:
            self._waking.close()
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            for end in (self._lifeline, self._ropes.report, reading, *self._pipes()):
                os.close(end)
            os.close(self._ropes.superior)
            random.seed()
            structlog.contextvars.bind_contextvars(worker=post.number)
            gc.enable()
            code = self._work(post)
        finally:
            if sys.exc_info()[0] is not None:
                sys.excepthook(*sys.exc_info())
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _pipes(self) -> list[int]:
        return [worker.ready for worker in self._workers.values() if worker.ready >= 0]

    def _hear(self, worker: _Worker) -> None:
        said = os.read(worker.ready, 1)
        os.close(worker.ready)
        worker.ready = -1
        if not said:
            return  # it is ending, and its end will be noticed
        self._listening.add(worker.number)
        self._log.info("crew.worker.ready", number=worker.number, pid=worker.pid)
        if not self._told and len(self._listening) == self._size:
            self._told = True
            os.write(self._ropes.report, b"1")

    def _reap(self) -> None:
        for worker in list(self._workers.values()):
            pid, status = os.waitpid(worker.pid, os.WNOHANG)
            if pid:
                self._bury(self._workers.pop(pid), os.waitstatus_to_exitcode(status))

    def _bury(self, worker: _Worker, code: int) -> None:
        if worker.ready >= 0:
            os.close(worker.ready)
        if self._killed_at is not None:
            return
        self._listening.discard(worker.number)
        lived = time.monotonic() - worker.since
        failures = 1 if self._told and lived > _SETTLED_S else self._failures.get(worker.number, 0) + 1
        self._failures[worker.number] = failures
        # A crew that was never whole is no crew. Who left by itself has said why; who was killed may try again.
        if not self._told and (code >= 0 or failures > CHANCES):
            self._failed = True
            self._log.error("crew.worker.refused", number=worker.number, code=code)
            self._dismiss()
            return
        pause = pause_after(failures)
        self._due[worker.number] = time.monotonic() + pause
        self._log.error("crew.worker.died", number=worker.number, pid=worker.pid, code=code, again_in_s=pause)

    def _dismiss(self) -> None:
        """Asks everybody to leave; asked twice, the first time counts."""
        if self._killed_at is None:
            self._killed_at = time.monotonic() + self._drain_s
            self._ropes.listener.close()
            self._send(signal.SIGTERM)

    def _do_what_is_due(self) -> None:
        now = time.monotonic()
        if self._killed_at is not None:
            if self._workers and now >= self._killed_at:
                self._log.error("crew.worker.killed", pids=sorted(self._workers), after_s=self._drain_s)
                self._send(signal.SIGKILL)
                self._killed_at = now + 1.0
            return
        for number in [number for number, at in self._due.items() if at <= now]:
            del self._due[number]
            self._start(number)

    def _send(self, number: signal.Signals) -> None:
        for pid in self._workers:  # not yet waited for, so the number is still theirs
            os.kill(pid, number)
