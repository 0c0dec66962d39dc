"""`python -m console.server.seed`: makes the demo city's agents, once; what somebody changed of them stays."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from console.server.passwords import Passwords
from console.server.settings import SeedSettings
from handoff.desk_help import canned
from handoff.desk_help.canned import Words
from runtime import log
from runtime.clock import Clock, clock_from_environ
from runtime.errors import GridTalkError
from runtime.postgres import Pool, connect, transaction
from runtime.yaml_files import read_yaml

DEMO_AGENTS = Path(__file__).with_name("demo_agents.yml")
DEMO_CANNED = Path(__file__).with_name("demo_canned.yml")

_SEED = """
    insert into agents (agent_id, name, role, skills, max_chats, password_hash, languages)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (agent_id) do update set name = excluded.name, role = excluded.role
"""


async def seed(pool: Pool, password: str, passwords: Passwords) -> int:
    """Writes the demo agents; those already there keep their password, skills and load. Returns how many there are."""
    agents = read_yaml(DEMO_AGENTS)["agents"]
    async with transaction(pool) as connection:
        for agent in agents:
            await connection.execute(
                _SEED,
                agent["agent_id"],
                agent["name"],
                agent["role"],
                agent["skills"],
                agent["max_chats"],
                passwords.hash(password),
                agent.get("languages", ["zh"]),
            )
    return len(agents)


async def seed_canned(pool: Pool, at: datetime) -> int:
    """Writes the demo's canned replies where there is none yet, approved by its first supervisor. Returns how many."""
    listed = read_yaml(DEMO_CANNED)["canned"]
    async with transaction(pool) as connection:
        if await connection.fetchval("select exists (select from canned_replies)"):
            return 0
        by = await connection.fetchval("select agent_id from agents order by role desc, agent_id limit 1")
        for one in listed:
            ends = at + timedelta(days=one["expires"]) if "expires" in one else None
            words = Words(one["folder"], one.get("skill", ""), one["shortcut"], one["title"], one["text"], ends)
            made = await canned.add(connection, words, owner=None, by=by, at=at)
            await canned.decide(connection, made.canned_id, made.version, approve=True, by=by, reason="", at=at)
    return len(listed)


async def _run(settings: SeedSettings, clock: Clock) -> None:
    pool = await connect(settings.database_url, most=1)
    try:
        count = await seed(pool, settings.demo_password, Passwords())
        replies = await seed_canned(pool, clock.now())
    finally:
        await pool.close()
    structlog.get_logger().info("console.agents.seeded", count=count, canned=replies)


def main() -> None:
    """Seeds the database named by DATABASE_URL."""
    log.configure("console.seed")
    try:
        asyncio.run(_run(SeedSettings.from_env(os.environ), clock_from_environ(os.environ)))
    except GridTalkError as error:
        sys.exit(f"console.server.seed: {error}")


if __name__ == "__main__":
    main()
