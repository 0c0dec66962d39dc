"""Crews of workers as real processes: one dies, one leaves, the next one comes; nobody at the door notices."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from runtime.embedded import free_port
from runtime.prefork import CHANCES
from tests.fakes.crew import SIZE

# A busy machine starts a process for ten seconds; pytest-timeout, which says less, is longer.
_PATIENCE_S = 120.0


@dataclass
class Crews:
    """The toy program at work."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    async def ask(self, path: str = "/") -> dict[str, Any]:
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{self.port}{path}") as answer:
            assert answer.status == 200
            body: dict[str, Any] = await answer.json()
            return body

    async def workers(self) -> dict[int, dict[str, Any]]:
        """Asks until as many workers as there should be have answered; by their process."""
        seen: dict[int, dict[str, Any]] = {}
        async for _ in moments():
            with suppress(aiohttp.ClientError):
                answer = await self.ask()
                seen[answer["pid"]] = answer
            alive = {pid: answer for pid, answer in seen.items() if psutil.pid_exists(pid)}
            if len(alive) >= SIZE:
                return alive
        raise AssertionError(f"only {seen} answered; the log:\n{self.log}")

    async def until(self, true: Callable[[], bool]) -> None:
        async for _ in moments():
            if true():
                return
        raise AssertionError(f"it did not happen; the log:\n{self.log}")

    async def said(self, event: str, times: int = 1) -> None:
        await self.until(lambda: self.log.count(event) >= times)

    def touch(self, name: str) -> None:
        (self.folder / name).touch()

    def remove(self, name: str) -> None:
        (self.folder / name).unlink()

    def write(self, model: str) -> None:
        (self.folder / "model").write_text(model, encoding="utf-8")

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


async def moments() -> Any:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        yield
        await asyncio.sleep(0.03)


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., Crews]]:
    """Starts the program; files that are named are there before it, a setting is one of its environment."""
    made: list[Crews] = []

    def start(*files: str, **settings: str) -> Crews:
        (tmp_path / "model").write_text("first", encoding="utf-8")
        for file in files:
            (tmp_path / file).touch()
        port = free_port()
        own = {"CREW_PORT": str(port), "CREW_MODEL": str(tmp_path / "model"), "PYTHONUNBUFFERED": "1", **settings}
        command = [sys.executable, "-W", "ignore", "-m", "tests.fakes.crew"]
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(command, env={**os.environ, **own}, stdout=log, stderr=log)
        made.append(Crews(tmp_path, port, process))
        return made[0]

    yield start
    for crews in made:
        family = crews.family() if crews.process.poll() is None else []
        crews.process.kill()
        crews.process.wait()
        for left in family:
            with suppress(psutil.NoSuchProcess):
                left.kill()


@pytest.fixture
def crews(begin: Callable[..., Crews]) -> Crews:
    return begin()


async def test_as_many_workers_as_wanted_serve_one_port(crews: Crews) -> None:
    workers = await crews.workers()

    assert len(workers) == SIZE
    assert {answer["loader"] for answer in workers.values()} != {crews.process.pid}
    # A fork copies the thread that forks and no other: a loader with threads would leave their locks held for ever.
    (loader,) = {answer["loader"] for answer in workers.values()}
    assert psutil.Process(loader).num_threads() == 1


async def test_a_killed_worker_is_started_again(crews: Crews) -> None:
    before = await crews.workers()
    victim = next(iter(before))

    os.kill(victim, signal.SIGKILL)

    await crews.until(lambda: "crew.worker.died" in crews.log)
    after = await crews.workers()
    assert victim not in after
    assert {answer["model"] for answer in after.values()} == {"first"}


async def test_a_request_that_runs_is_answered_before_the_workers_leave(crews: Crews) -> None:
    await crews.workers()
    running = asyncio.create_task(crews.ask("/slow"))
    await crews.until((crews.folder / "asked").exists)

    crews.process.terminate()
    await crews.until(lambda: not_listening(crews.port))
    (crews.folder / "go").touch()

    assert (await running)["pid"] > 0
    await crews.until(lambda: crews.process.poll() is not None)
    assert crews.process.returncode == 0


async def test_an_open_socket_is_told_to_come_again(crews: Crews) -> None:
    await crews.workers()
    async with aiohttp.ClientSession() as http, http.ws_connect(f"http://127.0.0.1:{crews.port}/ws") as ws:
        await ws.receive()

        crews.process.terminate()

        assert (await ws.receive()).type is aiohttp.WSMsgType.CLOSE
        assert ws.close_code == 1001


async def test_a_reload_refuses_no_connection(crews: Crews) -> None:
    before = await crews.workers()
    crews.write("second")

    crews.process.send_signal(signal.SIGHUP)

    answers = []
    async for _ in moments():
        answers.append((await crews.ask())["model"])  # a refused connection would raise
        if crews.log.count("shifts.crew.left") == 1:
            break
    after = await crews.workers()
    assert {answer["model"] for answer in after.values()} == {"second"}
    assert not set(before) & set(after)
    assert "first" in answers


async def test_a_changed_model_is_noticed(crews: Crews) -> None:
    await crews.workers()

    crews.write("second")

    await crews.until(lambda: "shifts.crew.left" in crews.log)
    assert {answer["model"] for answer in (await crews.workers()).values()} == {"second"}


async def test_a_broken_model_changes_nothing_and_is_said(crews: Crews) -> None:
    before = await crews.workers()

    crews.write("broken")
    crews.process.send_signal(signal.SIGHUP)

    await crews.until(lambda: "shifts.reload.refused" in crews.log)
    assert "the model is broken" in crews.log
    assert set(await crews.workers()) == set(before)


async def test_workers_that_do_not_start_do_not_replace_those_that_serve(crews: Crews) -> None:
    before = await crews.workers()

    (crews.folder / "refuse").touch()
    crews.process.send_signal(signal.SIGHUP)

    await crews.until(lambda: "shifts.reload.refused" in crews.log)
    assert set(await crews.workers()) == set(before)


async def test_a_worker_that_does_not_leave_is_killed_at_the_deadline(crews: Crews) -> None:
    await crews.workers()
    crews.write("stuck")
    crews.process.send_signal(signal.SIGHUP)
    await crews.until(lambda: "shifts.crew.left" in crews.log)

    crews.process.terminate()

    await crews.until(lambda: crews.process.poll() is not None)
    assert "crew.worker.killed" in crews.log


async def test_without_a_loader_its_workers_leave_and_the_next_crew_comes(crews: Crews) -> None:
    before = await crews.workers()
    loader = next(iter(before.values()))["loader"]

    os.kill(loader, signal.SIGKILL)

    await crews.until(lambda: not any(map(psutil.pid_exists, before)))
    after = await crews.workers()
    assert {answer["loader"] for answer in after.values()} != {loader}


async def test_without_its_first_process_nobody_stays(crews: Crews) -> None:
    await crews.workers()
    family = crews.family()

    crews.process.kill()
    crews.process.wait()

    await crews.until(lambda: not any(process.is_running() for process in family))


async def test_without_its_first_process_a_loader_that_loads_leaves_the_port(crews: Crews) -> None:
    await crews.workers()
    await crews.said("shifts.crew.ready")
    crews.touch("load")
    crews.process.send_signal(signal.SIGHUP)
    await crews.said("shifts.crew.started", 2)
    family = crews.family()

    crews.process.kill()
    crews.process.wait()

    await crews.until(lambda: not any(process.is_running() for process in family))
    with socket.create_server(("127.0.0.1", crews.port)):
        assert (crews.folder / "load").exists()


async def test_workers_killed_before_all_listen_are_started_again(begin: Callable[..., Crews]) -> None:
    crews = begin("hold")
    await crews.said("crew.worker.ready")
    (loader,) = psutil.Process(crews.process.pid).children()

    for worker in loader.children():  # one listens, the other one does not yet
        worker.kill()
    await crews.said("crew.worker.died", 2)
    crews.remove("hold")

    await crews.said("shifts.crew.ready")
    assert {answer["loader"] for answer in (await crews.workers()).values()} == {loader.pid}


async def test_who_listened_and_was_killed_is_not_counted_as_there(begin: Callable[..., Crews]) -> None:
    crews = begin("hold")
    await crews.said("crew.worker.ready")
    (loader,) = psutil.Process(crews.process.pid).children()
    first = psutil.Process((await crews.ask())["pid"])

    loader.suspend()
    first.kill()
    crews.remove("hold")  # the other one begins to listen before the loader hears of the death
    loader.resume()

    await crews.said("shifts.crew.ready")
    assert crews.log.index("crew.worker.died") < crews.log.index("shifts.crew.ready")
    assert first.pid not in await crews.workers()


async def test_workers_killed_at_every_start_do_not_replace_those_that_serve(crews: Crews) -> None:
    before = await crews.workers()
    await crews.said("shifts.crew.ready")

    crews.touch("doomed")
    crews.process.send_signal(signal.SIGHUP)

    await crews.said("shifts.reload.refused")
    assert crews.log.count("crew.worker.died") >= CHANCES
    assert set(await crews.workers()) == set(before)


async def test_the_first_loader_killed_while_it_loads_is_started_again(begin: Callable[..., Crews]) -> None:
    crews = begin("load")
    await crews.said("shifts.crew.started")
    (loader,) = psutil.Process(crews.process.pid).children()

    loader.kill()
    await crews.said("shifts.crew.died")
    crews.remove("load")

    await crews.said("shifts.crew.ready")
    assert loader.pid not in {answer["loader"] for answer in (await crews.workers()).values()}


async def test_the_first_crew_whose_workers_refuse_ends_it_all(begin: Callable[..., Crews]) -> None:
    crews = begin("refuse")

    await crews.until(lambda: crews.process.poll() is not None)

    assert crews.process.returncode == 1
    assert "this worker does not start" in crews.log
    assert "crew.worker.died" not in crews.log


async def test_sighup_to_a_loader_and_its_workers_ends_none_of_them(crews: Crews) -> None:
    before = await crews.workers()
    await crews.said("shifts.crew.ready")

    for process in crews.family():
        process.send_signal(signal.SIGHUP)
    running = asyncio.create_task(crews.ask("/slow"))
    await crews.until((crews.folder / "asked").exists)
    crews.touch("go")

    assert (await running)["pid"] in before
    assert set(await crews.workers()) == set(before)


async def test_a_crew_of_one_is_replaced_without_a_refused_connection(begin: Callable[..., Crews]) -> None:
    crews = begin(CREW_SIZE="1")
    await crews.said("shifts.crew.ready")
    before = await crews.ask()

    crews.write("second")
    crews.process.send_signal(signal.SIGHUP)

    async for _ in moments():
        await crews.ask()  # a refused connection would raise
        if "shifts.crew.left" in crews.log:
            break
    after = await crews.ask()
    assert (before["model"], after["model"]) == ("first", "second")


def not_listening(port: int) -> bool:
    return not any(found.laddr.port == port and found.status == "LISTEN" for found in psutil.net_connections("tcp"))
