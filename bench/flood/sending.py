"""Sends a flood to the door: so many calls at once, one event in each or several, again when the door says so."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import aiohttp

from backend.webhooks import HEADER
from bench.flood.company import Company
from bench.flood.events import shaken
from runtime.clock import SystemClock
from utility.events.signing import signature

SECRET = "the flood's secret"
_WIRE_ERRORS = (aiohttp.ClientError, asyncio.TimeoutError, OSError)


@dataclass
class Sent:
    """What was sent, what the door said yes to, and how long it took."""

    events: int = 0
    seconds: float = 0.0
    slowest_ms: float = 0.0
    answers: Counter[str] = field(default_factory=Counter)
    acknowledged: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Sender:
    """How a flood is sent; `rate` events a second at most (0: as fast as they are answered), for `most_s` at most."""

    url: str
    batch: int
    connections: int
    rate: float
    most_s: float

    async def send(self, bodies: Sequence[bytes], company: Company) -> Sent:
        """Sends the whole flood, or what can be sent in the time."""
        sent, calls = Sent(), asyncio.Queue[list[tuple[int, bytes]] | None](self.connections * 2)
        connector = aiohttp.TCPConnector(limit=self.connections)
        async with aiohttp.ClientSession(connector=connector) as session:
            tasks = [asyncio.create_task(self._work(session, calls, sent)) for _ in range(self.connections)]
            began = time.monotonic()
            for call in _calls(bodies, self.batch):
                ahead = sent.events / self.rate - (time.monotonic() - began) if self.rate else 0
                if ahead > 0:
                    await asyncio.sleep(ahead)
                if time.monotonic() - began > self.most_s:
                    break
                company.come = max(company.come, *(number for number, _ in call))
                sent.events += len(call)
                await calls.put(call)
            for _ in tasks:
                await calls.put(None)
            await asyncio.gather(*tasks)
            sent.seconds = time.monotonic() - began
        return sent

    async def _work(
        self, session: aiohttp.ClientSession, calls: asyncio.Queue[list[tuple[int, bytes]] | None], sent: Sent
    ) -> None:
        while (call := await calls.get()) is not None:
            bodies = [body for _, body in call]
            body = bodies[0] if self.batch == 1 else b'{"events": [' + b", ".join(bodies) + b"]}"
            while not await self._sent(session, body, sent):  # noqa: ASYNC110  # the door is another process
                await asyncio.sleep(1)
            sent.acknowledged.update(number for number, _ in call)

    async def _sent(self, session: aiohttp.ClientSession, body: bytes, sent: Sent) -> bool:
        headers, asked = {HEADER: signature(SECRET, SystemClock().now(), body)}, time.monotonic()
        try:
            async with session.post(f"{self.url}/events", data=body, headers=headers) as answer:
                status = str(answer.status)
        except _WIRE_ERRORS as error:
            status = type(error).__name__
        sent.answers[status] += 1
        sent.slowest_ms = max(sent.slowest_ms, 1000 * (time.monotonic() - asked))
        return status == "204"


def _calls(bodies: Sequence[bytes], batch: int) -> Iterator[list[tuple[int, bytes]]]:
    call: list[tuple[int, bytes]] = []
    for one in shaken(bodies):
        call.append(one)
        if len(call) == batch:
            yield call
            call = []
    if call:
        yield call
