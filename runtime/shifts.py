"""Shifts: one light process holds the door open while crews of workers come and go.

It loads nothing and serves nobody. A crew is a process started anew (fork and exec) that loads what it needs and forks
its workers (`runtime.prefork`). For a reload the next crew loads and begins to accept at the same socket, then the
present one is asked to leave: no connection is refused meanwhile. A crew that cannot start changes nothing.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from runtime.prefork import CHANCES, Ropes, die_with, pause_after
from runtime.terminal import Terminal
from runtime.waking import Waking, Woken

_ARGUMENT = "--crew="
# A loader leaves after its workers, whose drain it bounds itself.
_GRACE_S = 3.0
_WATCHED_EVERY_S = 2.0
_SETTLED_S = 60.0

# What the watched thing looks like now: a change of it calls for the next crew. None: it cannot be seen.
Look = Callable[[], object]


@dataclass
class _Shift:
    """A crew: its loader's process, the pipe that tells when all listen, and the one whose end it holds on to."""

    process: subprocess.Popen[bytes]
    report: int  # -1 once it has told
    lifeline: int
    began: float = field(default_factory=time.monotonic)
    killed_at: float | None = None


def ropes_of(arguments: Sequence[str]) -> Ropes | None:
    """Reads what `Shifts` gave this process; None: it was started by somebody else."""
    given = [argument for argument in arguments if argument.startswith(_ARGUMENT)]
    if not given:
        return None
    listener, report, superior = (int(number) for number in given[0].removeprefix(_ARGUMENT).split(","))
    for end in (listener, report, superior):
        os.set_inheritable(end, False)
    die_with(superior)  # until `Crew` watches it
    return Ropes(socket.socket(fileno=listener), report, superior)


def _stay() -> None:
    """A loader and its workers live through SIGHUP, whoever it was sent to; what it asks for is done here."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


class Shifts:
    """Keeps one crew at work.

    Args:
        command: starts a loader; one argument is added to it.
        listener: the bound socket, at which nobody listens yet.
        environ: the environment of a loader.
        drain_s: how long the workers of a crew may take to leave.
        look: what is watched for a change.
    """

    def __init__(
        self,
        command: Sequence[str],
        listener: socket.socket,
        *,
        environ: Mapping[str, str],
        drain_s: float,
        look: Look,
    ) -> None:
        self._command, self._listener, self._environ = list(command), listener, dict(environ)
        self._drain_s, self._look = drain_s, look
        self._log = structlog.get_logger()
        self._present: _Shift | None = None
        self._coming: _Shift | None = None
        self._leaving: list[_Shift] = []
        self._seen = look()
        self._changing = False
        self._wanted = False
        self._failures = 0
        self._served = False  # whether any crew was ever whole
        self._again_at: float | None = None
        self._stopping = False
        self._code = 0

    def run(self) -> int:
        """Keeps a crew until it is asked to stop; returns 1 where the first one refuses, or is killed too often."""
        self._terminal = Terminal()
        self._waking = Waking(signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
        self._coming = self._start()
        while self._all() or self._again_at is not None:
            self._step(self._waking.wait(self._reports(), self._seconds()))
        return self._code

    def _all(self) -> list[_Shift]:
        here = [shift for shift in (self._present, self._coming) if shift]
        return [*here, *self._leaving]

    def _step(self, woken: Woken) -> None:
        if (
            woken.signals & {signal.SIGTERM, signal.SIGINT}
            or signal.SIGHUP in woken.signals
            and self._terminal.is_gone()
        ):
            self._stop()
        elif signal.SIGHUP in woken.signals:
            self._log.info("shifts.reload.asked", by="SIGHUP")
            self._wanted = True
        if self._coming and self._coming.report in woken.readable:
            self._hear(self._coming)
        for shift in self._all():
            if shift.process.poll() is not None:
                self._gone(shift)
        self._watch()
        self._do_what_is_due()

    def _reports(self) -> list[int]:
        return [shift.report for shift in self._all() if shift.report >= 0]

    def _seconds(self) -> float:
        times = [shift.killed_at for shift in self._leaving if shift.killed_at is not None]
        times += [self._again_at] if self._again_at is not None else []
        soonest = min(times) - time.monotonic() if times else _WATCHED_EVERY_S
        return max(0.0, min(soonest, _WATCHED_EVERY_S))

    def _start(self) -> _Shift:
        reading, report = os.pipe()
        life, lifeline = os.pipe()
        given = (self._listener.fileno(), report, life)
        command = [*self._command, _ARGUMENT + ",".join(map(str, given))]
        process = subprocess.Popen(command, env=self._environ, pass_fds=given, preexec_fn=_stay)
        os.close(report)
        os.close(life)
        self._log.info("shifts.crew.started", pid=process.pid)
        return _Shift(process, reading, lifeline)

    def _hear(self, shift: _Shift) -> None:
        said = os.read(shift.report, 1)
        os.close(shift.report)
        shift.report = -1
        if not said:
            return  # it is ending, and its end will be noticed
        before, self._present, self._coming = self._present, shift, None
        self._served = True
        self._log.info("shifts.crew.ready", pid=shift.process.pid, after_s=round(time.monotonic() - shift.began, 2))
        if before:
            self._ask_to_leave(before)

    def _gone(self, shift: _Shift) -> None:
        """Buries a crew whose loader has ended; what that means depends on which one it was."""
        code = shift.process.returncode
        os.close(shift.lifeline)
        if shift.report >= 0:
            os.close(shift.report)
            shift.report = -1
        if shift in self._leaving:
            self._leaving.remove(shift)
            self._log.info("shifts.crew.left", pid=shift.process.pid, code=code)
            return
        if shift is self._coming:
            self._coming = None
            self._refused(code)
            return
        self._present = None
        self._failures = 1 if time.monotonic() - shift.began > _SETTLED_S else self._failures + 1
        self._call_again(code)

    def _refused(self, code: int) -> None:
        if self._present:
            self._log.error("shifts.reload.refused", code=code, serving="the crew before it")
            return
        self._failures += 1
        if not self._served and (code >= 0 or self._failures > CHANCES):
            self._code = 1  # the first of all: its reason is in the log
        else:
            self._call_again(code)

    def _call_again(self, code: int) -> None:
        pause = pause_after(self._failures)
        self._again_at = time.monotonic() + pause
        self._log.error("shifts.crew.died", code=code, again_in_s=pause)

    def _watch(self) -> None:
        """A change that stands still from one look to the next is one; a file being written is not yet."""
        now = self._look()
        if now is not None and now != self._seen:
            self._changing = True
        elif self._changing:
            self._changing = False
            self._wanted = True
            self._log.info("shifts.reload.asked", by="change")
        self._seen = now if now is not None else self._seen

    def _do_what_is_due(self) -> None:
        now = time.monotonic()
        for shift in self._leaving:
            if shift.killed_at is not None and now >= shift.killed_at:
                self._log.error("shifts.crew.killed", pid=shift.process.pid)
                shift.process.kill()
                shift.killed_at = now + 1.0
        if self._stopping or self._coming:
            return
        if self._wanted and self._present:
            self._wanted = False
            self._coming = self._start()
        elif self._again_at is not None and now >= self._again_at:
            self._again_at, self._wanted = None, False
            self._coming = self._start()

    def _ask_to_leave(self, shift: _Shift) -> None:
        shift.process.terminate()
        shift.killed_at = time.monotonic() + self._drain_s + _GRACE_S
        self._leaving.append(shift)

    def _stop(self) -> None:
        if self._stopping:
            return
        self._stopping, self._again_at = True, None
        self._listener.close()
        leaving = [shift for shift in (self._present, self._coming) if shift]
        self._present = self._coming = None
        for shift in leaving:
            self._ask_to_leave(shift)
