"""The customers of the storm, and the platform that pushes what they write: an open loop, with repeats."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

import aiohttp

from bench.storm_books import Books
from bench.storm_script import Order
from tests.fakes.wechat import Keys, message_xml, passive_text, signed

# WeChat waits five seconds for an answer, and tries three times in all.
_PATIENCE, _TRIES = 5.0, 3
_TWIN_SECONDS = 0.06
# A customer writes at most so many messages in quick succession, so far apart.
_BURST, _BURST_GAP, _BURST_SHARE = 3, (0.2, 2.0), 0.4
_SLOW_SECONDS = (6.0, 9.0)
_LONG_SHARE, _BUTTONS_SHARE = 0.02, 0.1


class Repeat(Enum):
    """Why a message comes twice."""

    NONE = "once"
    TWIN = "twin"  # two pushes within milliseconds
    CUT = "cut"  # the connection breaks before the answer
    LOST = "lost"  # the answer is on its way and gets lost


@dataclass(frozen=True)
class Planned:
    """A message to be written at a second of the storm."""

    at: float
    openid: str
    order: Order
    repeat: Repeat


@dataclass(frozen=True)
class Weather:
    """How hard it blows; the shares are of all messages."""

    messages: int = 2000
    rate: float = 50.0
    duplicates: float = 0.1
    slow: float = 0.05
    seed: int = 7


def plan(weather: Weather) -> list[Planned]:
    """Plans every message; the same weather gives the same plan."""
    chance = random.Random(weather.seed)
    writing: list[tuple[str, int, float]] = []
    planned = []
    for number in range(weather.messages):
        at = number / weather.rate
        openid, count = _writer(chance, writing, number, at)
        slow = chance.random() < weather.slow
        # Long answers are for who wrote once: several of them would use the quota up.
        parts = 2 if count == 1 and chance.random() < _LONG_SHARE else 1
        order = Order(
            number,
            wait=chance.uniform(*_SLOW_SECONDS) if slow else 0.0,
            parts=parts,
            buttons=parts == 1 and chance.random() < _BUTTONS_SHARE,
        )
        again = chance.random() < weather.duplicates
        repeat = chance.choice((Repeat.TWIN, Repeat.CUT, Repeat.LOST)) if again else Repeat.NONE
        planned.append(Planned(at, openid, order, repeat))
    return planned


def _writer(chance: random.Random, writing: list[tuple[str, int, float]], number: int, at: float) -> tuple[str, int]:
    """Who writes next, and the how manieth message of this customer it is."""
    writing[:] = [one for one in writing if one[1] < _BURST and at - one[2] <= _BURST_GAP[1]]
    ready = [one for one in writing if at - one[2] >= _BURST_GAP[0]]
    if ready and chance.random() < _BURST_SHARE:
        again = chance.choice(ready)
        writing.remove(again)
        openid, count = again[0], again[1] + 1
    else:
        openid, count = f"oStorm{number:06d}", 1
    writing.append((openid, count, at))
    return openid, count


class Platform:
    """Pushes what customers write to the doors in turn, as a load balancer would hand it on."""

    def __init__(
        self, keys: Keys, books: Books, doors: Sequence[str], words: Callable[[Order], str], *, seed: int
    ) -> None:
        self._keys = keys
        self._books = books
        self._doors = doors
        self._words = words
        self._chance = random.Random(seed)
        self._turn = 0

    async def blow(self, planned: Sequence[Planned]) -> float:
        """Pushes everything at its time, whatever the doors do; returns how long it wrote, in seconds."""
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        async with aiohttp.ClientSession(connector=connector) as http:
            began = time.perf_counter()
            running = []
            for one in planned:
                await asyncio.sleep(max(0.0, began + one.at - time.perf_counter()))
                running.append(asyncio.ensure_future(self._write(http, one)))
            seconds = time.perf_counter() - began
            await asyncio.gather(*running)
            return seconds

    async def _write(self, http: aiohttp.ClientSession, one: Planned) -> None:
        self._books.write(one.openid, one.order.number)
        fields = {"Content": self._words(one.order), "MsgId": str(one.order.number + 10_000)}
        xml = message_xml(self._keys, one.openid, "text", int(time.time()), fields)
        if one.repeat is Repeat.TWIN:
            twin = asyncio.ensure_future(self._twin(http, one, xml))
            await self._until_answered(http, one, xml)
            await twin
        else:
            await self._until_answered(http, one, xml)

    async def _twin(self, http: aiohttp.ClientSession, one: Planned, xml: str) -> None:
        await asyncio.sleep(self._chance.random() * _TWIN_SECONDS)
        await self._push(http, one, xml, _PATIENCE)

    async def _until_answered(self, http: aiohttp.ClientSession, one: Planned, xml: str) -> None:
        for attempt in range(_TRIES):
            began = time.perf_counter()
            is_spoilt = attempt == 0 and one.repeat in (Repeat.CUT, Repeat.LOST)
            cut = is_spoilt and one.repeat is Repeat.CUT
            patience = self._chance.uniform(0.02, 1.0) if cut else _PATIENCE
            if await self._push(http, one, xml, patience, is_lost=is_spoilt) and not is_spoilt:
                return
            await asyncio.sleep(max(0.0, began + _PATIENCE - time.perf_counter()))
        self._books.pushes["given up"] += 1

    async def _push(
        self, http: aiohttp.ClientSession, one: Planned, xml: str, patience: float, *, is_lost: bool = False
    ) -> bool:
        """Pushes once; returns whether the door answered in time. What is lost reaches nobody."""
        door = self._doors[self._turn % len(self._doors)]
        self._turn += 1
        self._books.pushes["pushed"] += 1
        request = signed(self._keys, xml, int(time.time()), sealed=True)
        try:
            async with http.post(
                door, params=request.query, data=request.body, timeout=aiohttp.ClientTimeout(total=patience)
            ) as answer:
                body = await answer.text()
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
            self._books.pushes["unanswered"] += 1
            return False
        if answer.status != 200:
            self._books.pushes[f"HTTP {answer.status}"] += 1
            return False
        try:
            text = passive_text(self._keys, body)
        except AssertionError:  # too long or sealed wrongly: the customer reads that the account is out of order
            self._books.pushes["unreadable"] += 1
            return True
        if text and not is_lost:
            self._books.hear(one.openid, one.order.number, text)
        return True
