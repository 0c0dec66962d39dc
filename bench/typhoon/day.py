"""One run of the day: the clock stands, all that is due is done, then it moves to the next even minute with work."""

from __future__ import annotations

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import aiohttp

from bench.typhoon import city as cities
from bench.typhoon import quiet
from bench.typhoon.city import City
from bench.typhoon.company import Player
from bench.typhoon.doors import Doors
from bench.typhoon.post import SECRET, Post
from bench.typhoon.script import Script, Step
from bench.typhoon.sms import REPORT_TOKEN, Aliyun, templates
from bench.typhoon.workers import Workers
from notices.kinds import the_book
from runtime import postgres
from runtime.bus import Bus
from runtime.clock import FileClock
from runtime.postgres import Pool
from tools import say
from utility.company import Company, open_company
from utility.faults.rounds import round as tend_faults
from utility.outages.rounds import round as tend_outages
from utility.simulate.client import Client
from utility.simulate.company import OPERATOR, TOKEN, Service

TICK = timedelta(minutes=2)
ROUNDS_EVERY = 10
SAY_EVERY_S = 30.0
AFTER = timedelta(days=2)  # behind the last step: everything ends by then
_AGAIN, _BREATH = cities.begins().replace(hour=15, minute=0), timedelta(seconds=10)
NOTICES_TOKEN = "a-token-of-the-storm-for-the-notices"


@dataclass
class Day:
    """Everything that takes part in one run, and how it went."""

    seed: int
    script: Script
    city: City
    gridtalk: Pool
    books: Pool
    company: Company
    service: Service
    player: Player
    post: Post
    doors: Doors
    aliyun: Aliyun
    workers: Workers
    session: aiohttp.ClientSession
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    ticks: int = 0
    down: bool = False
    touched: dict[int, datetime] = field(default_factory=dict)
    _began: float = 0.0
    _said: float = 0.0

    async def play(self) -> None:
        """Plays the script and lets everything end."""
        now, steps = cities.begins(), list(self.script.steps)
        self._began = self._said = time.monotonic()
        await self._set(now)
        last = now + timedelta(minutes=steps[-1].minute)
        while True:
            now = await self._next(now, steps)
            if now > last + AFTER:
                return
            await self._set(now)
            due = [step for step in steps if self._at(step.minute) <= now and now != _AGAIN]
            steps = steps[len(due) :]
            await self._tick(now, due)
            self._say(now, len(steps))

    def _say(self, now: datetime, left: int) -> None:
        """Tells once a minute how far it is."""
        if time.monotonic() - self._said < SAY_EVERY_S:
            return
        self._said = time.monotonic()
        spent = ", ".join(f"{name} {value:.0f} s" for name, value in self.seconds.items())
        say.line(f"  {self._said - self._began:.0f} s: {now:%d %H:%M}, {left} steps left, {self.ticks} ticks; {spent}")

    async def _next(self, now: datetime, steps: list[Step]) -> datetime:
        moments = [self._at(step.minute) for step in steps[:1]]
        moments += [self._at(minute) for minute in self.script.down if self._at(minute) > now]
        if not steps:
            moments.append(now + timedelta(hours=2))  # the company's own clock goes on
        else:
            moments.append(now + timedelta(minutes=ROUNDS_EVERY))
        moments += [at for at in (await quiet.next_due(self.gridtalk, now), self.post.held_until) if at]
        begins = cities.begins()
        if now == _AGAIN - _BREATH:
            return _AGAIN
        if now < _AGAIN - _BREATH and min(moments) >= _AGAIN - _BREATH:
            return _AGAIN - _BREATH  # what is due before three o'clock has ended when the undelivered go again
        ticks = max(-(-(min(moments) - begins) // TICK), (now - begins) // TICK + 1)
        return begins + ticks * TICK

    async def _tick(self, now: datetime, due: list[Step]) -> None:
        self.ticks += 1
        minute = int((now - cities.begins()).total_seconds() // 60)
        began = time.monotonic()
        for step in due:
            await self.player.play(step)
        self.seconds["company"] += time.monotonic() - began
        if due or minute % ROUNDS_EVERY == 0:
            began = time.monotonic()
            await tend_outages(self.company)
            await tend_faults(self.company)
            self.seconds["company's rounds"] += time.monotonic() - began
        await self._downtime(minute)
        await self.post.bring(now)
        if minute in self.script.kills and not self.down:
            await self._kill(minute)
        if not self.down:
            await self._settle(now)

    async def _settle(self, now: datetime) -> None:
        """Lets notices and doors work by turns until neither has anything left at this moment."""
        while True:
            began = time.monotonic()
            await self.aliyun.report(self.session, self.workers.doors)
            await self.doors.report()
            await quiet.wait(self.gridtalk, self.books, now, _resend_before(now))
            self.seconds["notices"] += time.monotonic() - began
            began = time.monotonic()
            moved = await self.doors.sweep()
            self.seconds["doors"] += time.monotonic() - began
            if not moved and not self.aliyun.waiting and not self.doors.waiting:
                return

    async def _kill(self, minute: int) -> None:
        """Kills a worker in the middle of its work; when exactly is left to chance: the result may not depend on it."""
        await asyncio.sleep(Random().uniform(0.02, 0.6))
        await self.workers.kill(minute // 2)
        await self._note_touched(self._at(minute))

    async def _note_touched(self, now: datetime) -> None:
        """Which messages were in the hand of a worker when it was killed: they go again a minute later."""
        rows = await self.gridtalk.fetch("select notice_id from notices where state = 'sending'")
        self.touched |= {row["notice_id"]: now for row in rows}

    async def _downtime(self, minute: int) -> None:
        begins, ends = self.script.down
        if begins <= minute < ends and not self.down:
            self.workers.kill_all()
            await self._note_touched(self._at(minute))
            self.down = True
        elif minute >= ends and self.down:
            await self.workers.start()
            self.down = False

    async def _set(self, now: datetime) -> None:
        self.service.set_clock(now)

    def _at(self, minute: int) -> datetime:
        return cities.begins() + timedelta(minutes=minute)


@asynccontextmanager
async def opened(
    folder: Path, urls: dict[str, str], redis: str, seed: int, make_script: Callable[[City], Script]
) -> AsyncIterator[Day]:
    """Opens everything that takes part; `make_script` writes the script for the city that is found."""
    service = Service(
        folder, urls["utility"], {**os.environ, "UTILITY_NOTICES_TOKEN": NOTICES_TOKEN, "LOG_LEVEL": "WARNING"}
    )
    service.set_clock(cities.begins())
    clock = FileClock(service.clock_file)
    gridtalk = await postgres.connect(urls["gridtalk"], most=12, patience=300)
    books = await postgres.connect(urls["utility"], most=4, patience=600)
    city = await cities.read(books)
    script = make_script(city)
    aliyun, bus = Aliyun(seed), Bus(redis)
    connector = aiohttp.TCPConnector(limit=64)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=60)) as session:
        await aliyun.start()
        client = Client(session, service.url, TOKEN, OPERATOR, Random(seed))
        workers = Workers(folder, _environment(folder, urls, redis, service, aliyun), session)
        try:
            await service.start()
            await workers.start()
            player = Player(client, script, cities.begins())
            post, doors = Post(client, session, seed, workers.doors), Doors(gridtalk, clock, bus, seed)
            company = await open_company(books, clock)
            around = (gridtalk, books, company, service, player, post)
            yield Day(seed, script, city, *around, doors, aliyun, workers, session)
        finally:
            workers.stop()
            service.stop()
            await aliyun.stop()
            await bus.close()
            await gridtalk.close()
            await books.close()


def _environment(folder: Path, urls: dict[str, str], redis: str, service: Service, aliyun: Aliyun) -> dict[str, str]:
    table = folder / "templates.yml"
    table.write_text(templates(sorted(the_book().kinds)), encoding="utf-8")
    return {
        **os.environ,
        "DATABASE_URL": urls["gridtalk"],
        "REDIS_URL": redis,
        "UTILITY_URL": service.url,
        "UTILITY_NOTICES_TOKEN": NOTICES_TOKEN,
        "NOTICES_WEBHOOK_SECRET": SECRET,
        "NOTICES_REPORT_TOKEN": REPORT_TOKEN,
        "NOTICES_ROUND_S": "0.1",
        **{
            f"NOTICES_{way}_RATE": "1000000" for way in ("WECHAT", "ALIPAY", "SMS")
        },  # a clock that stands earns no room
        "NOTICES_WECHAT_TEMPLATE": "1",
        "NOTICES_ALIPAY_TEMPLATE": "1",
        "NOTICES_SMS": "aliyun",
        "NOTICES_ALIYUN_KEY_ID": "storm",
        "NOTICES_ALIYUN_KEY_SECRET": "storm",
        "NOTICES_ALIYUN_SIGN": "storm",
        "NOTICES_ALIYUN_TEMPLATES": str(table),
        "NOTICES_ALIYUN_URL": aliyun.url,
        "GRIDTALK_CLOCK_FILE": str(service.clock_file),
        "LOG_LEVEL": "WARNING",
    }


def _resend_before(now: datetime) -> datetime:
    """The newest of nine and three o'clock."""
    moments = [(now - timedelta(days=day)).replace(hour=hour, minute=0, second=0) for day in (0, 1) for hour in (9, 15)]
    return max(at for at in moments if at <= now)
