"""The stage of a measurement: a running stack, one bot on it, visitors invited, loads played and their cost noted."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import aiohttp

from bench.consumption import cpu_seconds, postgres_seconds, resident_mb, spent_elsewhere
from bench.day import Customer, Talk, bind, enough
from bench.load import Part, closed_loop, open_loop
from bench.numbers import Load, Spent, Turn, summarise
from bench.setups import HERE
from bench.sides import PACES, Side
from tests.fakes.wechat import FakeWeChat
from tools import say
from tools.stack import Stack, fresh_books
from utility.seed.file import fixed_now, read_city

_BESIDE = ("utility", "actions")
# A bot that still works off what came too fast is given this long before the next load.
_REST_SECONDS, _IDLE_SHARE = 90.0, 0.1


@contextmanager
def raised(model: Path) -> Iterator[Stack]:
    """Starts the stores, the demo city, the utility, the action server and WeChat's platform."""
    with (
        tempfile.TemporaryDirectory(prefix="gridtalk-bench-", ignore_cleanup_errors=True) as folder,
        Stack(
            Path(folder), model=model, processes=_BESIDE, extra=PACES, platforms=FakeWeChat(), report=say.step
        ) as stack,
    ):
        fresh_books.keep(stack.plan.addresses.utility_database)
        yield stack


@dataclass(frozen=True)
class Stage:
    """One bot that runs, and the session its visitors share."""

    stack: Stack
    side: Side
    http: aiohttp.ClientSession

    async def invite(self, talks: Sequence[Talk]) -> list[Part]:
        """Makes a visitor for each talk and binds them to its account, before any clock runs."""
        parts = [Part(self.side.visitor(self.http), talk) for talk in talks]
        for batch in _batches(parts, 16):
            await asyncio.gather(*(part.visitor.register() for part in batch))
        customers = [Customer(part.visitor.channel, part.visitor.visitor_id, part.talk.account) for part in parts]
        bind(self.stack.plan.addresses.utility_database, customers, fixed_now(read_city()))
        return parts

    async def closed(self, talks: Iterator[Talk], messages: int, places: int) -> tuple[Load, list[Turn]]:
        """Plays so many messages in a closed loop."""
        parts = await self.invite(enough(talks, messages))
        turns, spent = await self.counted(closed_loop(parts, places))
        return summarise(turns, spent, visitors=places), turns

    async def open(self, talks: Iterator[Talk], rate: float, seconds: float) -> tuple[Load, list[Turn]]:
        """Plays messages at a rate for so long."""
        parts = await self.invite(enough(talks, max(40, round(rate * seconds))))
        turns, spent = await self.counted(open_loop(parts, rate))
        return summarise(turns, spent, rate=rate), turns

    async def counted(self, load: Awaitable[tuple[list[Turn], float]]) -> tuple[list[Turn], Spent]:
        """Awaits a load and says what it cost whom."""
        before = self._meters()
        turns, seconds = await load
        bot, actions, postgres, elsewhere = (now - then for now, then in zip(self._meters(), before, strict=True))
        return turns, Spent(seconds, bot, elsewhere, actions, postgres)

    async def rest(self) -> None:
        """Waits until the bot has nothing left to do."""
        deadline = time.perf_counter() + _REST_SECONDS
        while time.perf_counter() < deadline:
            began, before = time.perf_counter(), self.side.processes.cpu_seconds()
            await asyncio.sleep(1.0)
            if self.side.processes.cpu_seconds() - before < _IDLE_SHARE * (time.perf_counter() - began):
                return

    def memory(self) -> list[dict[str, float]]:
        """Memory of each of the bot's processes."""
        return [asdict(memory) for memory in self.side.processes.memories()]

    def actions_mb(self) -> float:
        """Resident memory of the action server; 0 when the bot's process runs the actions."""
        return 0.0 if self.side.setup.actions == HERE else resident_mb(self.stack.pid("actions"))

    def _meters(self) -> tuple[float, float, float, float]:
        data = self.stack.data
        at_server = 0.0 if self.side.setup.actions == HERE else cpu_seconds(self.stack.pid("actions"))
        return self.side.processes.cpu_seconds(), at_server, postgres_seconds(data), spent_elsewhere(data)


def on_stage(stack: Stack, side: Side, play: Callable[[Stage, float, float], Awaitable[None]]) -> None:
    """Starts a bot on fresh books and a fresh action server, plays, and stops it, whatever happens.

    `play` is told the seconds until the bot was healthy, and when its start began.

    Raises:
        ToolError: the bot does not start, or goes away while it is measured.
    """
    fresh_books.restore(stack.plan.addresses.utility_database)
    stack.restart("actions")
    say.step(f"{side.setup.name}: starting")
    began = time.perf_counter()
    try:
        ready = side.start()
        asyncio.run(_played(stack, side, play, ready, began))
    except aiohttp.ClientError as error:
        raise say.ToolError(
            f"{side.setup.name} was lost ({error}); its last lines:\n{side.processes.last_lines()}"
        ) from error
    finally:
        side.stop()


async def _played(
    stack: Stack, side: Side, play: Callable[[Stage, float, float], Awaitable[None]], ready: float, began: float
) -> None:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=None)) as http:
        await play(Stage(stack, side, http), ready, began)


def told(name: str, load: Load) -> None:
    """Says what a load got."""
    how = f"{load.visitors} at once" if load.rate is None else f"{load.rate:g} messages/s"
    ms = " / ".join("-" if value is None else f"{value:.0f}" for value in (load.p50_ms, load.p95_ms, load.p99_ms))
    cpu = "-" if load.cpu_ms is None else f"{load.cpu_ms:.1f}"
    rate = f"{load.answered} of {load.sent} answered, {load.per_second:.1f}/s"
    say.done(f"{name}: {how}: {rate}, p50/p95/p99 {ms} ms, {cpu} ms CPU")
    if load.is_noisy:
        say.line(f"  note: other programs took {load.cores_elsewhere:.1f} cores meanwhile; repeat when it is quiet")


def _batches(parts: Sequence[Part], size: int) -> Iterator[list[Part]]:
    rest = iter(parts)
    while batch := list(islice(rest, size)):
        yield batch
