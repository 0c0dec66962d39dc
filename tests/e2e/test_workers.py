"""Workers of the real bot behind one port: they are killed in a turn, and replaced while people write."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from runtime.embedded import free_port
from tools.dialogues.books import Books, wait_until
from tools.dialogues.people import Visitor
from tools.stack import Stack
from tools.stack.plan import PROJECT

_TALK = 20
PATIENCE_S = 140  # a busy machine loads a model for a minute; a test may wait twice, and pytest-timeout is longer


class Bots:
    """A second bot beside the session's own, with workers of its own, on the same stores."""

    def __init__(self, stack: Stack, model: Path, workers: int) -> None:
        self.model = model
        self.process, self.url, self.log = _start_beside(stack, WORKERS=str(workers), MODEL_PATH=str(model))

    def loader(self) -> psutil.Process:
        (loader,) = psutil.Process(self.process.pid).children()
        return loader

    def said(self, event: str) -> int:
        return self.log.read_text(encoding="utf-8", errors="replace").count(event)


def _start_beside(stack: Stack, **settings: str) -> tuple[subprocess.Popen[bytes], str, Path]:
    """Starts one more bot on a free port; returns it, its address and its log."""
    port = free_port()
    log = stack.data / "logs" / f"workers-{port}.log"
    environ = {**stack.plan.environment("bot"), "BOT_PORT": str(port), **settings}
    command = [sys.executable, "-W", "ignore", "-m", "bot"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=PROJECT, env=environ, stdout=output, stderr=output)
    return process, f"http://127.0.0.1:{port}", log


@contextmanager
def at_work(stack: Stack, folder: Path, workers: int) -> Iterator[Bots]:
    """A bot whose crew is whole: before that one worker may answer while the other does not listen yet."""
    model = folder / "model.tar.gz"
    shutil.copy(stack.plan.model or Path(), model)
    # The session's bot would take over what the others are killed at.
    stack.kill("bot")
    made = Bots(stack, model, workers)
    try:
        ready = wait_until(lambda: made.said("shifts.crew.ready") == 1 or made.process.poll() is not None, PATIENCE_S)
        assert ready, made.log.read_text(encoding="utf-8")
        assert made.process.poll() is None, made.log.read_text(encoding="utf-8")
        yield made
    finally:
        made.process.terminate()
        made.process.wait(60)
        stack.restart("bot")


@pytest.fixture(scope="module")
def bots(books: Books, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bots]:
    with at_work(books.stack, tmp_path_factory.mktemp("model"), 2) as made:
        yield made


def turn_done(books: Books, visitor: Visitor) -> bool:
    return wait_until(lambda: not books.turn_waits(visitor.conversation_id), PATIENCE_S)


def talk_until(books: Books, bots: Bots, over: Callable[[], bool]) -> None:
    """Three people write, each after the answer to the last line, until it is over; every line is kept and answered."""
    visitors, said = [Visitor(bots.url) for _ in range(3)], 0
    until = time.monotonic() + PATIENCE_S
    while not over():
        assert time.monotonic() < until, bots.log.read_text(encoding="utf-8")
        if said == _TALK:  # all of a talk is heard at once up to so many lines
            visitors, said = [Visitor(bots.url) for _ in visitors], 0
        for visitor in visitors:
            visitor.say("你好")  # a refused connection would raise
        said += 1
        assert all(turn_done(books, visitor) for visitor in visitors)
    for visitor in visitors:
        roles = [line.role for line in visitor.hear()]
        assert roles.count("customer") == said
        assert roles.count("bot") >= said


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
    before, left = bots.loader().pid, bots.said("shifts.crew.left")

    bots.process.send_signal(signal.SIGHUP)

    talk_until(books, bots, lambda: bots.said("shifts.crew.left") > left)
    assert bots.loader().pid != before


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
