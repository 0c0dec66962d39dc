"""Bot workers beside each other: each with its own pool, bus and door, so that one can be killed alone."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, quote, urlsplit

from bot.app import Bot, watch
from connectors.shared.push_door import PushDoor
from connectors.web.door import WebDoor
from runtime.bus import Bus
from runtime.postgres import CONNECTION_ERRORS, Pool, connect
from tests.channel.doors import Served, serve
from tests.fakes.bot import ScriptedThinker, Worker, worker

_SOCKET = ".s.PGSQL.5432"

MakeDoor = Callable[[Worker, Pool], "PushDoor | WebDoor"]


class DatabaseRoad:
    """The way from one worker to PostgreSQL, which can be closed: open connections break, and none can be made."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._there = Path(parse_qs(parts.query)["host"][0]) / _SOCKET
        self._folder = Path(tempfile.mkdtemp(prefix="gridtalk-road-"))
        self.url = f"postgresql://postgres@{parts.path}?host={quote(str(self._folder), safe='/')}"
        self._server: asyncio.AbstractServer | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        """Lets everybody through."""
        self._server = await asyncio.start_unix_server(self._carry, str(self._folder / _SOCKET))

    async def close(self) -> None:
        """Lets nobody through."""
        if self._server is not None:
            self._server.close()
            (self._folder / _SOCKET).unlink(missing_ok=True)
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def remove(self) -> None:
        """Closes for good."""
        await self.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_unix_connection(str(self._there))
        self._writers |= {writer, ours}
        await asyncio.gather(_copy(reader, ours), _copy(theirs, writer))
        self._writers -= {writer, ours}


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while part := await reader.read(65_536):
            writer.write(part)
            await writer.drain()
    writer.close()


@dataclass
class Colleague:
    """One worker with one door; `sweeps` are its watches, which find what another worker has left."""

    worker: Worker
    door: PushDoor | WebDoor
    served: Served
    pool: Pool
    bus: Bus
    dead: bool = False
    sweeps: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def thinker(self) -> ScriptedThinker:
        """The dialogue of this worker."""
        return self.worker.thinker

    def watch(self) -> None:
        """Starts the sweeps a running worker has."""
        works = [self.worker.desk.sweep()]
        if isinstance(self.door, PushDoor):
            works.append(self.door.courier.sweep())
        else:
            # It needs no more of a bot than this worker has.
            works.append(watch(cast(Bot, self)))
        self.sweeps += [asyncio.get_running_loop().create_task(work) for work in works]

    async def settled(self) -> None:
        """Returns once every turn and every delivery that can end has ended."""
        await self.worker.settled()
        if isinstance(self.door, PushDoor):
            await self.door.courier.drain()
        else:
            await asyncio.gather(*self.door._telling)

    async def kill(self) -> None:
        """Ends the worker as SIGKILL does: connections break first, then nothing that runs gets to clean up."""
        self.dead = True
        self.served.cut()
        self.pool.terminate()
        # What is cancelled below wants to give its turn back: a dead process gives nothing back.
        await self.worker.locks.close()
        running = [*self.worker.desk._serving.values(), *self.sweeps]
        if isinstance(self.door, PushDoor):
            running += self.door.courier._rounds.values()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self.bus.close()

    async def leave(self) -> None:
        """Ends the worker in order."""
        if self.dead:
            await self.served.close()
            return
        for task in self.sweeps:
            task.cancel()
        self.thinker.gate.set()
        await self.settled()
        if isinstance(self.door, PushDoor):
            await self.door.close()
        await self.served.close()
        await self.bus.close()
        with suppress(*CONNECTION_ERRORS):
            await self.worker.locks.close()
        await self.pool.close()


async def hire(make_door: MakeDoor, url: str, bus: Bus, thinker: ScriptedThinker, *, deadline: float) -> Colleague:
    """Starts a worker and serves its door."""
    pool = await connect(url)
    made = worker(pool, bus, url, thinker, deadline=deadline)
    made.thinker.gate.set()
    door = make_door(made, pool)
    return Colleague(made, door, await serve(door), pool, bus)
