"""Plays a day: the company is set up, the script is played step by step, the books are audited and fingerprinted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import aiohttp

from runtime import embedded, migrate, postgres
from runtime.clock import FileClock
from runtime.embedded import EmbeddedPostgres
from runtime.postgres import Pool, transaction
from utility.books.audit import audit
from utility.books.difference import Difference
from utility.company import open_company
from utility.rounds import make_rounds
from utility.seed.city.fill import Plan, fill
from utility.seed.file import fixed_now, read_city
from utility.seed.load import load
from utility.simulate.client import Client, PlayFailed
from utility.simulate.company import OPERATOR, TOKEN, Service
from utility.simulate.digest import digest
from utility.simulate.scenes import SCENES
from utility.simulate.script import Customer, Step, read_storm, write_script
from utility.simulate.stage import Stage
from utility.simulate.story import Story, tell

MIGRATIONS = Path(__file__).parent.parent / "migrations"
PATIENCE_S = 300


@dataclass(frozen=True)
class Day:
    """Which day is wanted."""

    seed: int
    accounts: int = 300
    hours: float = 12
    kill: int = 0
    customers: int = 60


@dataclass(frozen=True)
class Played:
    """How a day went."""

    digest: str
    tables: Mapping[str, str]
    story: Story
    differences: Mapping[str, list[Difference]]
    kills: int
    seconds: float
    told: Mapping[str, int] = field(default_factory=dict)


async def play(day: Day, server: EmbeddedPostgres, name: str, folder: Path, environ: Mapping[str, str]) -> Played:
    """Plays a day against a service of its own, on a fresh database of `server`.

    Raises:
        StoreUnavailable: PostgreSQL or the service does not start.
        PlayFailed: the service answered a 5xx, or nobody answered.
    """
    began, url = time.monotonic(), server.url(name)
    embedded.create_database(server, name)
    await asyncio.get_running_loop().run_in_executor(None, migrate.upgrade, url, MIGRATIONS)
    start = fixed_now(read_city())
    service = Service(folder, url, environ)
    service.set_clock(start)
    pool = await postgres.connect(url, most=4, patience=PATIENCE_S)
    try:
        customers = await _settle(pool, service, day, start)
        await service.start()
        client, told = await _play(pool, service, day, start, customers)
        return await _close(pool, service, client, told, began)
    finally:
        service.stop()
        await pool.close()


async def _settle(pool: Pool, service: Service, day: Day, start: datetime) -> list[Customer]:
    await load(pool)
    company = await open_company(pool, FileClock(service.clock_file))
    if day.accounts:
        await fill(pool, company, Plan(day.accounts, day.seed, start), lambda _: None)
    async with transaction(pool) as connection:
        rows = await connection.fetch(
            """select account_no, name, contact_phone as phone, area_id from accounts
            where status <> 'closed' order by account_no"""
        )
    everybody = [Customer(**row) for row in rows]
    chosen = Random(day.seed).sample(everybody, k=min(day.customers, len(everybody)))
    return sorted(chosen, key=lambda customer: customer.account_no)


async def _play(
    pool: Pool, service: Service, day: Day, start: datetime, customers: list[Customer]
) -> tuple[Client, dict[str, int]]:
    random, storm = Random(day.seed), read_storm()
    script = write_script(customers, storm, random, (start, start + timedelta(hours=day.hours)))
    company = await open_company(pool, FileClock(service.clock_file))

    async def rounds() -> None:
        await make_rounds(company)

    async def kill() -> None:
        service.kill()
        await service.start()

    async with aiohttp.ClientSession() as session:
        kills = _kills(day, len(script))
        client = Client(session, service.url, TOKEN, OPERATOR, Random(day.seed + 1), kills, kill)
        stage = Stage(client, storm, day.seed, rounds, service.set_clock)
        await _scenes(stage, service, script)
        stage.told["events: read from the first to the last"] = await _read_events(client)
        return client, dict(sorted(stage.told.items()))


async def _scenes(stage: Stage, service: Service, script: list[Step]) -> None:
    for step in script:
        service.set_clock(step.at)
        await SCENES[step.scene](stage, step)


async def _read_events(client: Client) -> int:
    """Reads the outbox from its beginning, as a subscriber does that was away; every event comes once."""
    seen: list[str] = []
    query = {"limit": "200"}
    while True:
        page = (await client.read("/v1/events", query=query)).content
        seen += [event["event_id"] for event in page["events"]]
        if not page["events"]:
            break
        query = {**query, "after": page["next_cursor"]}
    if len(set(seen)) != len(seen):
        raise PlayFailed("the cursor of the events gave one of them twice")
    return len(seen)


def _kills(day: Day, steps: int) -> frozenset[int]:
    """Draws in the middle of which writes the service dies, with dice that draw nothing else."""
    writes = range(5, max(6 + day.kill, steps * 2 // 3))
    return frozenset(Random(day.seed + 2).sample(writes, k=day.kill))


async def _close(pool: Pool, service: Service, client: Client, told: dict[str, int], began: float) -> Played:
    company = await open_company(pool, FileClock(service.clock_file))
    async with transaction(pool) as connection:
        whole, tables = await digest(connection)
        story = await tell(connection)
    found = await audit(company)
    kills = len([number for number in client.kills if number <= client.writes])
    return Played(whole, tables, story, found, kills, time.monotonic() - began, told)


def failed(played: Played) -> bool:
    """Tells whether the books do not agree with themselves after the day."""
    return any(played.differences.values())


def shown(played: Played) -> dict[str, Any]:
    """Writes how a day went, for a program."""
    return {
        "digest": played.digest,
        "story": played.story.figures,
        "told": dict(played.told),
        "kills": played.kills,
        "seconds": round(played.seconds, 1),
        "differences": {name: len(rows) for name, rows in played.differences.items()},
        "tables": dict(played.tables),
    }
