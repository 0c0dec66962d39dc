"""Accounts of the desk, made, changed and closed by administrators: each change one transaction, one audit row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from console.server import audit
from console.server.passwords import one_time_code
from console.server.rights import DeskRole
from console.server.services import Services
from console.server.sessions import end_sessions
from conversation.identity import AgentIdentity
from handoff.errors import UnknownConversation
from runtime.clock import SHANGHAI
from runtime.errors import BadRequest
from runtime.postgres import Connection, transaction

_LIST = """
    select a.agent_id, a.name, a.role, a.skills, a.max_chats, a.active, a.must_change, a.totp_required, a.locked_until,
           t.confirmed_at is not null as totp,
           (select max(coalesce(seen_at, s.created_at)) from agent_sessions s where s.agent_id = a.agent_id) as seen_at
    from agents a left join agent_totp t on t.agent_id = a.agent_id
"""
_CREATE = """
    insert into agents (agent_id, name, role, skills, max_chats, password_hash, must_change, password_until, created_at)
    values ($1, $2, $3, $4, $5, $6, true, $7, $8) on conflict do nothing returning agent_id
"""
_CHANGE = """
    update agents set name = $2, role = $3, active = $4, totp_required = $5,
           failed_logins = case when $4 and not active then 0 else failed_logins end
    where agent_id = $1
"""
_RESET = """
    update agents set password_hash = $2, must_change = true, password_until = $3, failed_logins = 0, locks = 0,
           locked_until = null where agent_id = $1 returning agent_id
"""
_SERVES = "select conversation_id, skill from escalations where agent_id = $1 and state = 'serving'"
_OTHER_ADMINISTRATORS = "select count(*) from agents where role = 'administrator' and active and agent_id <> $1"


@dataclass(frozen=True)
class NewAccount:
    """What an administrator says about somebody new."""

    agent_id: str
    name: str
    role: DeskRole
    skills: tuple[str, ...]
    max_chats: int


@dataclass(frozen=True)
class Wanted:
    """How an account shall be."""

    name: str
    role: DeskRole
    active: bool
    totp_required: bool


async def list_all(services: Services) -> list[dict[str, Any]]:
    """Reads every account, those who work here first."""
    async with transaction(services.pool) as connection:
        rows = await connection.fetch(_LIST + " order by a.active desc, a.agent_id")
    now = services.clock.now()
    return [_wire(row, now) for row in rows]


async def create(services: Services, actor: str, new: NewAccount) -> str:
    """Makes an account; returns the one-time code of the first log-in.

    Raises:
        BadRequest: the number is taken.
    """
    code, now = one_time_code(), services.clock.now()
    stored = await services.sessions.passwords.hash_later(code)
    async with transaction(services.pool) as connection:
        made = await connection.fetchval(
            _CREATE,
            new.agent_id,
            new.name,
            new.role.value,
            list(new.skills),
            new.max_chats,
            stored,
            now + _code_lifetime(services),
            now,
        )
        if made is None:
            raise BadRequest("console.account.taken", "There is an account with this number.", 409, field="agent_id")
        await audit.record(connection, actor, "account.created", new.agent_id, at=now, role=new.role.value)
    return code


async def change(services: Services, administrator: AgentIdentity, agent_id: str, wanted: Wanted) -> int:
    """Changes an account; whoever loses a role or the account is logged out. Returns the chats that went to the queue.

    Raises:
        UnknownConversation: there is no such account.
        BadRequest: it would leave the desk without an administrator.
    """
    async with transaction(services.pool) as connection:
        row = await _locked(connection, agent_id)
        await _keep_an_administrator(connection, row, wanted)
        now = services.clock.now()
        await connection.execute(_CHANGE, agent_id, wanted.name, wanted.role.value, wanted.active, wanted.totp_required)
        if not wanted.active or wanted.role.value != row["role"]:
            await end_sessions(connection, agent_id, "account", at=now)
        before = {"role": row["role"], "active": row["active"], "totp_required": row["totp_required"]}
        after = {"role": wanted.role.value, "active": wanted.active, "totp_required": wanted.totp_required}
        actor = administrator.agent_id
        await audit.record(connection, actor, "account.changed", agent_id, at=now, before=before, after=after)
    serves = wanted.role in {DeskRole.AGENT, DeskRole.SUPERVISOR}
    if wanted.active and serves:
        return 0
    moved = await services.reassigning.reassign_all(agent_id, administrator, "", "")
    return sum(not one.code for one in moved)


async def reset_password(services: Services, actor: str, agent_id: str) -> str:
    """Ends the sessions of an account and makes the one-time code of its next log-in. Raises UnknownConversation."""
    code, now = one_time_code(), services.clock.now()
    stored = await services.sessions.passwords.hash_later(code)
    async with transaction(services.pool) as connection:
        if await connection.fetchval(_RESET, agent_id, stored, now + _code_lifetime(services)) is None:
            raise _unknown()
        await end_sessions(connection, agent_id, "account", at=now)
        await audit.record(connection, actor, "account.password_reset", agent_id, at=now)
    return code


async def reset_factor(services: Services, actor: str, agent_id: str) -> None:
    """Takes the second factor of somebody who lost it. Raises UnknownConversation."""
    async with transaction(services.pool) as connection:
        await _locked(connection, agent_id)
        now = services.clock.now()
        await services.login.factor.forget(connection, agent_id)
        await end_sessions(connection, agent_id, "account", at=now)
        await audit.record(connection, actor, "account.totp_reset", agent_id, at=now)


async def _locked(connection: Connection, agent_id: str) -> Any:
    row = await connection.fetchrow("select * from agents where agent_id = $1 for update", agent_id)
    if row is None:
        raise _unknown()
    return row


async def _keep_an_administrator(connection: Connection, row: Any, wanted: Wanted) -> None:
    leaves = not wanted.active or wanted.role is not DeskRole.ADMINISTRATOR
    if row["role"] != DeskRole.ADMINISTRATOR.value or not row["active"] or not leaves:
        return
    if await connection.fetchval(_OTHER_ADMINISTRATORS, row["agent_id"]) == 0:
        raise BadRequest("console.account.last_administrator", "The desk needs an administrator.", 409)


def _code_lifetime(services: Services) -> timedelta:
    return timedelta(hours=services.login.settings.code_hours)


def _unknown() -> UnknownConversation:
    return UnknownConversation("There is no such account.")


def _wire(row: Any, now: datetime) -> dict[str, Any]:
    seen = row["seen_at"]
    return {
        "id": row["agent_id"],
        "name": row["name"],
        "role": row["role"],
        "skills": list(row["skills"]),
        "max_chats": row["max_chats"],
        "active": row["active"],
        "must_change": row["must_change"],
        "totp": row["totp"],
        "totp_required": row["totp_required"],
        "locked": row["locked_until"] is not None and row["locked_until"] > now,
        "seen": seen.astimezone(SHANGHAI).isoformat(timespec="seconds") if seen else None,
    }
