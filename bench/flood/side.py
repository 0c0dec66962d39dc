"""One side of the comparison: a tree's whole `python -m notices` on a database of its own, flooded and looked at."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import aiohttp

from bench import consumption
from bench.flood.company import HOMES, company
from bench.flood.sending import SECRET, Sender, Sent
from bench.notices_wire import listening
from runtime import embedded, migrate, postgres
from runtime.clock import SHANGHAI, SystemClock
from runtime.embedded import EmbeddedPostgres, EmbeddedRedis
from runtime.postgres import Pool

_WAITING = "select count(*) from notice_events where state = 'waiting'"
_SUMS = "select state, count(*) as many from notice_events group by state order by state"
_TOLD = """
    select count(*) as many, count(distinct person) as homes, max(sent_at) as last from notices
    where sent_at is not null
"""
# Behind a flood: how long the homes may take to hear of their outage.
_TELL_S = 10.0
_HEALTH_EVERY_S = 0.25


@dataclass(frozen=True)
class Plan:
    """What is done to a side."""

    name: str
    tree: Path
    bodies: Callable[[int, datetime], list[bytes]]
    events: int
    batch: int
    send_s: float
    apply_s: float
    connections: int = 64
    rate: float = 0.0


@dataclass
class Figures:
    """What was measured of one side."""

    name: str
    sent: int
    seconds: float
    answers: dict[str, int]
    slowest_ms: float
    process_cpu_s: float
    postgres_cpu_s: float
    lost: int
    applied: int = 0
    applied_s: float = 0.0
    whole_cpu_s: float = 0.0
    memory_mb: float = 0.0
    states: dict[str, int] = field(default_factory=dict)
    health_ms: list[float] = field(default_factory=list)
    homes_told: int = 0
    told_s: float = 0.0
    messages: int = 0


async def measure(plan: Plan, server: EmbeddedPostgres, redis: EmbeddedRedis, number: int) -> Figures:
    """Starts the side, floods it, waits until everything is applied or the time is over, ends it."""
    name, stack = f"flood_{number}", server.folder.parent
    embedded.create_database(server, name)
    migrate.upgrade(server.url(name), plan.tree / "migrations")
    bodies = plan.bodies(plan.events, SystemClock().now().astimezone(SHANGHAI))
    pool = await postgres.connect(server.url(name), most=2, patience=60)
    try:
        async with (
            company(bodies) as (told, url),
            _process(plan, stack / f"sandbox-{number}", server.url(name), redis.url, url) as (pid, port),
        ):
            cpu = _Cpu(pid, stack)
            began, health = time.time(), asyncio.create_task(_look(port))
            sender = Sender(f"http://127.0.0.1:{port}", plan.batch, plan.connections, plan.rate, plan.send_s)
            sent = await sender.send(bodies, told)
            figures = await _figures(plan, pool, sent, cpu)
            await _apply(plan, pool, figures, sent)
            figures.whole_cpu_s, figures.memory_mb = sum(cpu.spent()), _most_memory(pid)
            health.cancel()
            figures.health_ms = sorted(await health)
            await _told(pool, figures, began)
    finally:
        await pool.close()
    return figures


class _Cpu:
    """Processor seconds of the process and of PostgreSQL since it was made."""

    def __init__(self, pid: int, stack: Path) -> None:
        self._pid, self._stack = pid, stack
        self._before = self._now()

    def spent(self) -> tuple[float, float]:
        now = self._now()
        return now[0] - self._before[0], now[1] - self._before[1]

    def _now(self) -> tuple[float, float]:
        return consumption.cpu_seconds(self._pid), consumption.postgres_seconds(self._stack)


@asynccontextmanager
async def _process(
    plan: Plan, scratch: Path, database: str, redis: str, utility: str
) -> AsyncIterator[tuple[int, int]]:
    port = embedded.free_port()
    given = {"DATABASE_URL": database, "REDIS_URL": redis, "UTILITY_URL": utility, "UTILITY_NOTICES_TOKEN": "a-token"}
    given |= {"NOTICES_PORT": str(port), "NOTICES_WEBHOOK_SECRET": SECRET, "LOG_LEVEL": "ERROR"}
    given |= {"NOTICES_SMS_FOLDER": str(scratch / "sms"), "NOTICES_SMS_RATE": "1000"}
    given |= {"PYTHONPATH": str(plan.tree), "NOTICES_MAIL_FOLDER": str(scratch / "mail")}
    command = (sys.executable, "-W", "ignore", "-m", "notices")
    process = await asyncio.create_subprocess_exec(
        *command, cwd=plan.tree, env={**os.environ, **given}, stdout=subprocess.DEVNULL
    )
    try:
        await listening(port)
        yield process.pid, port
    finally:
        process.terminate()
        await process.wait()


async def _look(port: int) -> list[float]:
    """Asks how the process is, again and again, until it is cancelled; returns how long each answer took."""
    took: list[float] = []
    try:
        async with aiohttp.ClientSession() as session:
            while True:
                asked = time.monotonic()
                async with session.get(f"http://127.0.0.1:{port}/health") as answer:
                    await answer.read()
                took.append(1000 * (time.monotonic() - asked))
                await asyncio.sleep(_HEALTH_EVERY_S)
    except asyncio.CancelledError:
        return took


async def _figures(plan: Plan, pool: Pool, sent: Sent, cpu: _Cpu) -> Figures:
    kept = {row["event_no"] for row in await pool.fetch("select event_no from notice_events")}
    lost = len(sent.acknowledged - kept)
    mine, stores = cpu.spent()
    shown = (sent.events, sent.seconds, dict(sent.answers), sent.slowest_ms)
    return Figures(plan.name, *shown, process_cpu_s=mine, postgres_cpu_s=stores, lost=lost)


async def _apply(plan: Plan, pool: Pool, figures: Figures, sent: Sent) -> None:
    began = time.monotonic()
    while time.monotonic() - began < plan.apply_s:
        if not await pool.fetchval(_WAITING):
            break
        await asyncio.sleep(0.25)
    figures.applied_s = sent.seconds + time.monotonic() - began
    figures.states = {row["state"]: row["many"] for row in await pool.fetch(_SUMS)}
    figures.applied = sum(many for state, many in figures.states.items() if state != "waiting")


async def _told(pool: Pool, figures: Figures, began: float) -> None:
    until = time.monotonic() + _TELL_S
    row = await pool.fetchrow(_TOLD)
    while row["homes"] < HOMES and time.monotonic() < until:
        await asyncio.sleep(0.25)
        row = await pool.fetchrow(_TOLD)
    figures.messages, figures.homes_told = row["many"], row["homes"]
    figures.told_s = row["last"].timestamp() - began if row["last"] else 0.0


def _most_memory(pid: int) -> float:
    lines: Sequence[str] = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
