"""Two workers of the real bot behind one port: one is killed in a turn, all are replaced while people write."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from runtime.embedded import free_port
from tools.dialogues.books import Books, wait_until
from tools.dialogues.people import Visitor
from tools.stack import Stack
from tools.stack.health import is_healthy
from tools.stack.plan import PROJECT

_TALK = 20
PATIENCE_S = 300  # a busy machine loads a model for a minute


class Bots:
    """A second bot beside the session's own, with two workers, on the same stores."""

    def __init__(self, stack: Stack, model: Path) -> None:
        self.model = model
        self.process, self.url, self.log = _start_beside(stack, WORKERS="2", MODEL_PATH=str(model))

    def loader(self) -> psutil.Process:
        (loader,) = psutil.Process(self.process.pid).children()
        return loader

    def said(self, event: str) -> int:
        return self.log.read_text(encoding="utf-8", errors="replace").count(event)


def _start_beside(stack: Stack, **settings: str) -> tuple[subprocess.Popen[bytes], str, Path]:
    """Starts one more bot on a free port; returns it, its address and its log."""
    port, log = free_port(), stack.data / "logs" / "workers.log"
    environ = {**stack.plan.environment("bot"), "BOT_PORT": str(port), **settings}
    command = [sys.executable, "-W", "ignore", "-m", "bot"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=PROJECT, env=environ, stdout=output, stderr=output)
    return process, f"http://127.0.0.1:{port}", log


@pytest.fixture(scope="module")
def bots(books: Books, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bots]:
    stack = books.stack
    model = tmp_path_factory.mktemp("model") / "model.tar.gz"
    shutil.copy(stack.plan.model or Path(), model)
    # The session's bot would take over what the two are killed at.
    stack.kill("bot")
    made = Bots(stack, model)
    port = int(made.url.rpartition(":")[2])
    assert wait_until(lambda: is_healthy(port), PATIENCE_S), made.log.read_text(encoding="utf-8")
    # One of the two answers before the other listens, and a crew that is not whole yet is given up at the first death.
    assert wait_until(lambda: made.said("shifts.crew.ready") == 1, PATIENCE_S), made.log.read_text(encoding="utf-8")
    yield made
    made.process.terminate()
    made.process.wait(30)
    stack.restart("bot")


def turn_done(books: Books, visitor: Visitor) -> bool:
    return wait_until(lambda: not books.turn_waits(visitor.conversation_id), PATIENCE_S)


def test_the_turn_of_a_killed_worker_is_taken_over(books: Books, bots: Bots) -> None:
    visitor = Visitor(bots.url)
    workers = [worker.pid for worker in bots.loader().children()]
    os.kill(books.stack.pid("utility"), signal.SIGSTOP)
    try:
        visitor.say("北斗里5栋整栋没电了")
        assert wait_until(lambda: books.turn_waits(visitor.conversation_id), 10)
        for pid in workers:  # whichever has it
            os.kill(pid, signal.SIGKILL)
    finally:
        os.kill(books.stack.pid("utility"), signal.SIGCONT)

    assert turn_done(books, visitor)
    lines = visitor.hear()
    assert [line.role for line in lines].count("customer") == 1
    assert [line.role for line in lines].count("bot") == 1
    after = [worker.pid for worker in bots.loader().children()]
    assert len(after) == len(workers)
    assert not set(after) & set(workers)


def test_new_workers_take_over_without_a_lost_line(books: Books, bots: Bots) -> None:
    before, visitors = bots.loader().pid, [Visitor(bots.url) for _ in range(3)]
    left = bots.said("shifts.crew.left")

    bots.process.send_signal(signal.SIGHUP)

    said = 0
    until = time.monotonic() + PATIENCE_S
    while bots.said("shifts.crew.left") == left and time.monotonic() < until:
        if said == _TALK:  # all of a talk is heard at once up to so many lines
            visitors, said = [Visitor(bots.url) for _ in visitors], 0
        for visitor in visitors:
            visitor.say("你好")  # a refused connection would raise
        said += 1
        assert all(turn_done(books, visitor) for visitor in visitors)
    assert bots.loader().pid != before
    for visitor in visitors:
        roles = [line.role for line in visitor.hear()]
        assert roles.count("customer") == said
        assert roles.count("bot") >= said


def test_a_model_that_cannot_be_read_is_refused(books: Books, bots: Bots) -> None:
    before, whole = bots.loader().pid, bots.model.read_bytes()
    refused = bots.said("shifts.reload.refused")

    bots.model.write_bytes(whole[: len(whole) // 2])

    assert wait_until(lambda: bots.said("shifts.reload.refused") > refused, PATIENCE_S)
    assert "names no model that can be loaded" in bots.log.read_text(encoding="utf-8")
    assert bots.loader().pid == before
    visitor = Visitor(bots.url)
    visitor.say("你好")
    assert turn_done(books, visitor)
    assert "bot" in [line.role for line in visitor.hear()]
