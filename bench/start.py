"""How long a bot worker takes from exec to its first answer on `/health`, and which phase takes it.

python -m bench.start [--times 3]

The phases are of one process that does what `python -m bot` does, with clock and CPU seconds of each (the latter hold
on a busy machine, too); then the real command is started so many times, alone and as a crew, and the best is printed,
so that what else the machine does counts least. On embedded stores; a minute on a quiet machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from runtime.embedded import free_port
from tools import say
from tools.stack import Stack
from tools.stack.health import is_healthy
from tools.train import PROJECT, model_path

_INSIDE = "--inside"
_PATIENCE_S = 120.0


def main(arguments: Sequence[str]) -> int:
    """Measures phases and whole starts."""
    if _INSIDE in arguments:
        return _inside()
    parser = argparse.ArgumentParser(prog="python -m bench.start")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="gridtalk-start-") as folder,
        Stack(Path(folder), model=model_path(), processes=("utility",)) as stack,
    ):
        for actions in ("", "actions.here"):
            _show_phases(stack, actions)
        for workers, actions in (("", ""), ("", "actions.here"), ("1", "actions.here"), ("2", "actions.here")):
            best = min(_whole(stack, workers, actions) for _ in range(options.times))
            where = "in process" if actions else "at the action server"
            say.line(f"python -m bot, WORKERS={workers or 'unset'}, actions {where}: ready in {best:.2f} s")
    return 0


def _show_phases(stack: Stack, actions: str) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "bench.start", _INSIDE]
    done = subprocess.run(command, cwd=PROJECT, env=_environ(stack, "", actions), capture_output=True, text=True)
    if done.returncode:
        raise say.ToolError(f"the worker did not start:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    phases = json.loads(done.stdout.splitlines()[-1])
    say.line(f"\nphases of one worker, actions {'in process' if actions else 'at the action server'}")
    for name, (seconds, cpu) in phases.items():
        say.line(f"  {name:24} {seconds:6.2f} s {cpu:6.2f} s CPU")
    total, cpu = (sum(phase[number] for phase in phases.values()) for number in (0, 1))
    say.line(f"  {'all':24} {total:6.2f} s {cpu:6.2f} s CPU\n")


def _environ(stack: Stack, workers: str, actions: str) -> dict[str, str]:
    own = {"WORKERS": workers, "ACTIONS_MODULE": actions, "BOT_PORT": str(free_port()), "LOG_LEVEL": "ERROR"}
    return {**stack.plan.environment("bot"), **own}


def _whole(stack: Stack, workers: str, actions: str) -> float:
    environ = _environ(stack, workers, actions)
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "bot"],
        cwd=PROJECT,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not is_healthy(int(environ["BOT_PORT"])):
            if process.poll() is not None or time.monotonic() - began > _PATIENCE_S:
                raise say.ToolError("the bot did not start")
            time.sleep(0.02)
        return time.monotonic() - began
    finally:
        process.terminate()
        process.wait(30)


class Phases:
    """Clock and CPU seconds since the last mark."""

    def __init__(self) -> None:
        self.marks: dict[str, tuple[float, float]] = {}
        self._last = (psutil.Process().create_time(), 0.0)

    def mark(self, name: str) -> None:
        """Ends a phase."""
        now = (time.time(), time.process_time())
        self.marks[name] = (round(now[0] - self._last[0], 3), round(now[1] - self._last[1], 3))
        self._last = now


def _inside() -> int:
    """Does what `bot.crew` does for one worker, with a mark after each phase."""
    import gc

    phases = Phases()
    phases.mark("interpreter")
    from bot import lean
    from runtime import log

    log.configure("bot", "ERROR")
    gc.disable()
    lean.import_rasa()
    phases.mark("imports of Rasa")
    from bot import worker

    phases.mark("imports of ours")
    endpoint = worker.open_endpoint(os.environ.get("ACTIONS_MODULE", ""), os.environ["ACTIONS_URL"], os.environ)
    phases.mark("actions")
    asyncio.run(_serve(worker, endpoint, phases))
    sys.stdout.write(json.dumps(phases.marks) + "\n")
    return 0


async def _serve(worker: Any, endpoint: Any, phases: Phases) -> None:
    """Serves until it listens, as at a post: the post hears of it."""
    from runtime.prefork import Post

    def mind(*given: Any) -> Any:
        phases.mark("stores")
        made = worker.trained_mind(*given)
        phases.mark("model")
        return made

    def listening() -> None:
        phases.mark("doors, listening")
        os.kill(os.getpid(), signal.SIGTERM)

    listener = socket.create_server(("127.0.0.1", 0))
    hears, ready = os.pipe()
    superior, _kept_open = os.pipe()
    loop = asyncio.get_running_loop()
    loop.add_reader(hears, lambda: (loop.remove_reader(hears), listening()))
    await worker.work(os.environ, mind, endpoint=endpoint, post=Post(listener, ready, superior))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
