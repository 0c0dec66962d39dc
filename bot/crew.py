"""How many workers the bot has: a crew that shares what one loader has loaded, or this process alone.

docs/performance/workers.md tells operators how it behaves; decision 0019 why.
"""

from __future__ import annotations

import gc
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bot import lean
from bot.settings import BotSettings
from runtime.capacity import Needs, workers_of
from runtime.prefork import Crew, Post, Ropes
from runtime.refusing import refusing
from runtime.shifts import Shifts, ropes_of

# Measured by `python -m bench.memory`, rounded up: what the first worker takes, and what each further one adds.
NEEDS = Needs(first_mb=320, further_mb=120)
_PORT_WAIT_S = 5.0


def start(environ: Mapping[str, str], arguments: Sequence[str]) -> int:
    """Runs until it is asked to stop; returns the exit code."""
    return refusing(lambda: _start(environ, arguments))


def _start(environ: Mapping[str, str], arguments: Sequence[str]) -> int:
    settings = BotSettings.from_env(environ)
    ropes = ropes_of(arguments)
    # Nothing of what is loaded is garbage: until a worker serves, a collection would look at it all again and again.
    if ropes:
        return _lead_crew(settings, environ, ropes)
    if settings.workers:  # one is a crew, too: it takes a new model without refusing anybody
        return _keep_shifts(settings, {**environ, "WORKERS": str(workers_of(settings.workers, NEEDS))})
    gc.disable()
    lean.import_rasa()  # before anything else imports Rasa
    from bot.worker import work  # imports Rasa
    from runtime.serve import run

    return run("bot", work(environ))


def _keep_shifts(settings: BotSettings, environ: Mapping[str, str]) -> int:
    """Holds the socket and calls crews; nothing of Rasa is in this process."""
    command = [sys.executable, *sys.orig_argv[1:]]
    with _bound(settings.host, settings.port) as listener:
        shifts = Shifts(
            command, listener, environ=environ, drain_s=settings.drain, look=lambda: _looks(settings.model_path)
        )
        return shifts.run()


def _bound(host: str, port: int) -> socket.socket:
    """Binds the port; workers of a killed predecessor may need a moment to notice and leave it.

    Raises:
        OSError: somebody else has it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    until = time.monotonic() + _PORT_WAIT_S
    while True:
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            return listener
        except OSError:
            listener.close()
            if time.monotonic() > until:
                raise
        time.sleep(0.1)


def _looks(model: Path) -> tuple[int, int, int] | None:
    """What tells one model file from the next; None while there is none."""
    with suppress(FileNotFoundError):
        seen = model.stat()
        return seen.st_ino, seen.st_size, seen.st_mtime_ns
    return None


def _lead_crew(settings: BotSettings, environ: Mapping[str, str], ropes: Ropes) -> int:
    """Loads the model, forks the workers and watches them."""
    gc.disable()
    lean.import_rasa()
    from bot.worker import load, work  # imports Rasa
    from runtime.serve import run

    loaded = load(environ)

    def one(post: Post) -> int:
        return run("bot", work(environ, loaded.mind, endpoint=loaded.endpoint, post=post))

    return Crew(workers_of(settings.workers, NEEDS), one, ropes, drain_s=settings.drain).run()
