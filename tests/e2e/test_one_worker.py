"""One worker: as a crew of one it takes a new model while people write; alone it is not ended by SIGHUP."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import psutil
import pytest

from tests.e2e.test_workers import Bots, at_work, talk_until
from tools.dialogues.books import Books, wait_until


def test_a_process_alone_lives_through_sighup(books: Books) -> None:
    alone = psutil.Process(books.stack.pid("bot"))
    assert not alone.children()

    alone.send_signal(signal.SIGHUP)

    log = books.stack.log("bot")
    assert wait_until(lambda: "process.reload.refused" in log.read_text(encoding="utf-8"), 60)
    assert alone.is_running()


@pytest.fixture(scope="module")
def crew_of_one(books: Books, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bots]:
    with at_work(books.stack, tmp_path_factory.mktemp("model"), 1) as made:
        yield made


@pytest.mark.parametrize("by", ["SIGHUP", "file"])
def test_one_worker_takes_a_new_model_without_a_lost_line(books: Books, crew_of_one: Bots, by: str) -> None:
    bots = crew_of_one
    before, left = bots.loader().pid, bots.said("shifts.crew.left")

    if by == "SIGHUP":
        bots.process.send_signal(signal.SIGHUP)
    else:
        os.utime(bots.model)

    talk_until(books, bots, lambda: bots.said("shifts.crew.left") > left)
    assert bots.loader().pid != before
    assert len(bots.loader().children()) == 1
