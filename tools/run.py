"""`make run`: the whole of GridTalk on this machine, until Ctrl-C.

python -m tools.run [--clock demo|system] [--data FOLDER]
"""

from __future__ import annotations

import argparse
import fcntl
import os
import re
import shlex
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from honcho.manager import Manager
from honcho.printer import Printer

from tools import say
from tools.stack import PROCESSES, ActionMode, Plan, Ports, Stack
from tools.stack.health import wait_healthy
from tools.train import PROJECT, model_path

_WORTH_SHOWING = re.compile(r'"level": ?"(warning|error|critical)"|^(WARNING|ERROR|CRITICAL)\b|Traceback|^\w*Error\b')
_DEMO_AGENTS = (("K0103", "苏映雪"), ("K0104", "江一苇"), ("K0105", "顾南乔"))
_DEMO_SUPERVISOR = ("S0001", "柳沉舟")


def main(arguments: Sequence[str]) -> int:
    """Runs until Ctrl-C or until a process ends; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make run", description="Runs GridTalk on this machine.")
    parser.add_argument(
        "--clock", choices=("demo", "system"), default="demo", help="the demo city's own time, or the machine's"
    )
    parser.add_argument(
        "--data", type=Path, default=PROJECT / ".data", help="the folder of databases, secrets and logs"
    )
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # honcho takes over once the processes run
    try:
        with alone(options.data):
            return _run(options.data, demo_clock=options.clock == "demo")
    except say.ToolError as error:
        say.stop(str(error))
    except KeyboardInterrupt:
        say.stop("Stopped before everything was up; the data is kept.")


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Holds `data` for this process alone.

    Raises:
        ToolError: another `make run` holds it.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / "run.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise say.ToolError(
                f"GridTalk already runs from {data} (process {holder}): stop it there with Ctrl-C first."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def _run(data: Path, *, demo_clock: bool) -> int:
    began = time.monotonic()
    stack = Stack(
        data,
        ports=Ports.from_environ(os.environ),
        model=_model(),
        environ=os.environ,
        demo_clock=demo_clock,
        processes=PROCESSES,
        actions=ActionMode.of(os.environ, ActionMode.PROCESS),
        report=say.step,
    )
    try:
        return _serve(stack.prepare(), began)
    finally:
        stack.stop()


def _model() -> Path:
    model = model_path()
    if not model.exists():
        raise say.ToolError("There is no model of the present training data: run `make train` first.")
    return model


def _serve(plan: Plan, began: float) -> int:
    """Runs the processes under honcho until one ends or a signal comes."""
    printer = LogPrinter(plan)
    manager = Manager(printer)
    for name in plan.actions.among(PROCESSES):
        manager.add_process(
            name, f"exec {shlex.join(plan.command(name))}", env=plan.environment(name), cwd=str(plan.project)
        )
    announcer = threading.Thread(target=_announce, args=(plan, manager, printer, began), daemon=True)
    announcer.start()
    manager.loop()
    announcer.join(5)
    printer.close()
    return _exit_code(manager.returncode, printer)


def _exit_code(code: int | None, printer: LogPrinter) -> int:
    """Tells success from failure: Ctrl-C and SIGTERM are how one stops it, everything else went wrong."""
    if code in (130, 143) and printer.failure is None:
        return 0
    raise say.ToolError(printer.failure or "A process ended by itself and the others were stopped: see .data/logs.")


def _announce(plan: Plan, manager: Manager, printer: LogPrinter, began: float) -> None:
    """Waits for the processes beside honcho's loop, then shows the addresses; or stops everything and says why."""
    printer.begun.wait()
    try:
        wait_healthy(plan, plan.actions.among(PROCESSES), alive=printer.is_alive, report=say.step)
    except say.ToolError as error:
        printer.failure = str(error)
        manager.terminate()
        return
    for text in _box(plan, time.monotonic() - began):
        say.line(text)


def _box(plan: Plan, seconds: float) -> list[str]:
    password = plan.secrets["DESK_DEMO_PASSWORD"]
    agents = ", ".join(f"{number} {name}" for number, name in _DEMO_AGENTS)
    rows = [
        f"GridTalk is ready in {seconds:.1f} s",
        "",
        f"chat page   {plan.url('bot')}/",
        f"desk        {plan.url('console')}/",
        f"SMS pages   {plan.url('utility')}/sandbox/sms (codes), {plan.url('notices')}/sandbox/sms (notices)",
        f"operator    {plan.url('utility')}/operator (K0103, UTILITY_OPERATOR_TOKEN of {plan.data / 'secrets.env'})",
        "",
        f"agents      {agents}",
        f"supervisor  {' '.join(_DEMO_SUPERVISOR)}",
        f"password    {password}",
        "",
        f"logs        {plan.data / 'logs'}",
        "stop        Ctrl-C (the data stays; `make reset` deletes it)",
    ]
    return ["", "  ┌─", *(f"  │ {row}" for row in rows), "  └─", ""]


class LogPrinter(Printer):
    """Writes every line into the log of its process, and to the terminal only what somebody should look at."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(sys.stderr)
        self.begun = threading.Event()
        self._first_ended: str | None = None
        self.failure: str | None = None
        self._logs = {name: plan.log(name).open("ab") for name in PROCESSES}

    def write(self, message: Any) -> None:
        """See base class."""
        self.begun.set()
        if message.name == "system":
            self._note(message.data.split())
            return
        line = message.data if isinstance(message.data, bytes) else message.data.encode()
        self._logs[message.name].write(line)
        self._logs[message.name].flush()
        if _WORTH_SHOWING.search(line.decode("utf-8", "replace")):
            super().write(message)

    def is_alive(self, name: str) -> bool:
        """Tells whether `name` did not end; those that honcho stopped because of it do not count."""
        return name != self._first_ended

    def close(self) -> None:
        """Closes the logs."""
        for log in self._logs.values():
            log.close()

    def _note(self, words: list[str]) -> None:
        # honcho tells of its processes in sentences: "bot stopped (rc=1)".
        if words[1:2] == ["stopped"]:
            self._first_ended = self._first_ended or words[0]
            say.step(" ".join(words))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
