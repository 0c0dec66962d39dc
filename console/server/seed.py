"""`python -m console.server.seed`: makes the demo city's agents, once; what somebody changed of them stays."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import structlog
import yaml

from console.server.passwords import Passwords
from console.server.settings import SeedSettings
from runtime import log
from runtime.errors import GridTalkError
from runtime.postgres import Pool, connect, transaction

DEMO_AGENTS = Path(__file__).with_name("demo_agents.yml")

_SEED = """
    insert into agents (agent_id, name, role, skills, max_chats, password_hash, languages)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (agent_id) do update set name = excluded.name, role = excluded.role
"""


async def seed(pool: Pool, password: str, passwords: Passwords) -> int:
    """Writes the demo agents; those already there keep their password, skills and load. Returns how many there are."""
    agents = yaml.safe_load(DEMO_AGENTS.read_text(encoding="utf-8"))["agents"]
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


async def _run(settings: SeedSettings) -> None:
    pool = await connect(settings.database_url, most=1)
    try:
        count = await seed(pool, settings.demo_password, Passwords())
    finally:
        await pool.close()
    structlog.get_logger().info("console.agents.seeded", count=count)


def main() -> None:
    """Seeds the database named by DATABASE_URL."""
    log.configure("console.seed")
    try:
        asyncio.run(_run(SeedSettings.from_env(os.environ)))
    except GridTalkError as error:
        sys.exit(f"console.server.seed: {error}")


if __name__ == "__main__":
    main()
