"""Changing one's own password, by the rules; the last ones may not come again."""

from __future__ import annotations

from console.server import audit
from console.server.errors import LoginFailed, PasswordRefused
from console.server.passwords import check_rules
from console.server.services import Services
from console.server.sessions import Session
from runtime.postgres import transaction

_LAST = "select password_hash from old_passwords where agent_id = $1 order by replaced_at desc limit $2"
_REPLACE = """
    update agents set password_hash = $2, must_change = false, password_until = null
    where agent_id = $1 and password_hash = $3 returning agent_id
"""


async def change(services: Services, session: Session, old: str, new: str) -> None:
    """Replaces an agent's password.

    Raises:
        LoginFailed: the old one is wrong.
        PasswordRefused: the new one breaks a rule.
    """
    agent = session.agent
    async with transaction(services.pool) as connection:
        stored = await connection.fetchval("select password_hash from agents where agent_id = $1", agent.agent_id)
        last = await connection.fetch(_LAST, agent.agent_id, services.login.settings.old_passwords - 1)
    passwords = services.sessions.passwords
    if not await passwords.matches(stored, old):
        raise LoginFailed(agent_id=agent.agent_id)
    check_rules(new, agent_id=agent.agent_id, name=agent.name, least=services.login.settings.password_length)
    if new == old or await passwords.used([row["password_hash"] for row in last], new):
        raise PasswordRefused("used_before")
    fresh, now = await passwords.hash_later(new), services.clock.now()
    async with transaction(services.pool) as connection:
        if await connection.fetchval(_REPLACE, agent.agent_id, fresh, stored) is None:
            raise LoginFailed(agent_id=agent.agent_id)  # somebody else has changed it meanwhile
        await connection.execute(
            "insert into old_passwords (agent_id, password_hash, replaced_at) values ($1, $2, $3)",
            agent.agent_id,
            stored,
            now,
        )
        await audit.record(connection, agent.agent_id, "password.changed", agent.agent_id, at=now)
