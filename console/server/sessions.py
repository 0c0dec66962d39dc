"""Who is at the desk: log-in with lockout, one live session per agent, only a keyed hash of the token stored."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from console.server import audit
from console.server.errors import LoginFailed, SessionExpired, SessionMissing, SessionReplaced
from console.server.passwords import Passwords
from conversation.events import DESK_TOPIC
from conversation.identity import AgentIdentity
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, transaction

WRONG_PASSWORDS = 5
LOCKED_FOR = timedelta(minutes=15)
_ID_CHARACTERS = 16

# The guess is counted before the password is looked at, so that guesses made at once are counted too.
_COUNT_GUESS = """
    update agents set
        failed_logins = case when locked_until <= $2 then 1 else failed_logins + 1 end,
        locked_until = case when locked_until <= $2 then null when failed_logins + 1 >= $4 then $3::timestamptz end
    where agent_id = $1 and active and (locked_until is null or locked_until <= $2)
    returning password_hash
"""

_FIND = """
    select s.token_hash, s.csrf, s.expires_at, s.ended_at, s.ended_why,
           a.agent_id, a.name, a.role, a.skills, a.max_chats, a.active
    from agent_sessions s join agents a on a.agent_id = s.agent_id where s.token_hash = $1
"""


class DeskRole(str, Enum):
    """What a person at the desk may be."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True)
class Session:
    """A logged-in agent."""

    session_id: str
    agent: AgentIdentity
    role: DeskRole
    skills: tuple[str, ...]
    max_chats: int
    csrf: str

    @property
    def supervises(self) -> bool:
        """Whether this session sees every conversation."""
        return self.role is DeskRole.SUPERVISOR

    def to_wire(self) -> dict[str, Any]:
        """Returns the answer of `/api/login` and `/api/me`."""
        agent = {
            **self.agent.to_wire(),
            "role": self.role.value,
            "skills": list(self.skills),
            "max_chats": self.max_chats,
        }
        return {"agent": agent, "csrf": self.csrf}


@dataclass(frozen=True)
class Sessions:
    """Opens, finds and ends sessions."""

    pool: Pool
    bus: Bus
    clock: Clock
    passwords: Passwords
    secret: str
    lifetime: timedelta

    async def log_in(self, username: str, password: str) -> tuple[str, Session]:
        """Opens a session and ends the agent's other one; returns the token for the cookie.

        Raises:
            LoginFailed: wrong name or password, or locked; the answer and its time do not tell which.
        """
        async with transaction(self.pool) as connection:
            now = self.clock.now()
            stored = await connection.fetchval(_COUNT_GUESS, username, now, now + LOCKED_FOR, WRONG_PASSWORDS)
        if not await self.passwords.matches(stored, password):
            async with transaction(self.pool) as connection:
                await audit.record(connection, username, "login.failed", "session", at=self.clock.now())
            raise LoginFailed()
        token = secrets.token_urlsafe(32)
        async with transaction(self.pool) as connection:
            session = await self._open(connection, username, token)
        await self.bus.publish(DESK_TOPIC, {"kind": "session", "agent_id": username, "session": session.session_id})
        return token, session

    async def find(self, token: str) -> Session:
        """Reads the session of a token.

        Raises:
            SessionMissing, SessionReplaced, SessionExpired: why there is none.
        """
        async with transaction(self.pool) as connection:
            row = await connection.fetchrow(_FIND, self._hash(token))
        if row is None or not row["active"] or (row["ended_at"] and row["ended_why"] != "replaced"):
            raise SessionMissing()
        if row["ended_at"]:
            raise SessionReplaced(agent_id=row["agent_id"])
        if row["expires_at"] <= self.clock.now():
            raise SessionExpired(agent_id=row["agent_id"])
        return _session(row)

    async def live_of(self, agent_ids: Iterable[str]) -> dict[str, str]:
        """Reads the id of the live session of each agent that has one."""
        async with transaction(self.pool) as connection:
            rows = await connection.fetch(
                "select agent_id, token_hash from agent_sessions"
                " where agent_id = any($1) and ended_at is null and expires_at > $2",
                list(agent_ids),
                self.clock.now(),
            )
        return {row["agent_id"]: row["token_hash"][:_ID_CHARACTERS] for row in rows}

    async def log_out(self, token: str, session: Session) -> None:
        """Ends a session."""
        async with transaction(self.pool) as connection:
            now = self.clock.now()
            await connection.execute(
                "update agent_sessions set ended_at = $2, ended_why = 'logout'"
                " where token_hash = $1 and ended_at is null",
                self._hash(token),
                now,
            )
            await audit.record(connection, session.agent.agent_id, "logout", "session", at=now)

    async def _open(self, connection: Connection, agent_id: str, token: str) -> Session:
        now = self.clock.now()
        # The row lock of the agent makes two log-ins at once follow one another.
        await connection.execute(
            "update agents set failed_logins = 0, locked_until = null where agent_id = $1", agent_id
        )
        await connection.execute(
            "update agent_sessions set ended_at = $2, ended_why = 'replaced' where agent_id = $1 and ended_at is null",
            agent_id,
            now,
        )
        await connection.execute(
            "insert into agent_sessions (token_hash, agent_id, csrf, created_at, expires_at)"
            " values ($1, $2, $3, $4, $5)",
            self._hash(token),
            agent_id,
            secrets.token_urlsafe(24),
            now,
            now + self.lifetime,
        )
        await audit.record(connection, agent_id, "login", "session", at=now)
        return _session(await connection.fetchrow(_FIND, self._hash(token)))

    def _hash(self, token: str) -> str:
        return hmac.new(self.secret.encode(), token.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _session(row: Any) -> Session:
    return Session(
        session_id=row["token_hash"][:_ID_CHARACTERS],
        agent=AgentIdentity(row["agent_id"], row["name"]),
        role=DeskRole(row["role"]),
        skills=tuple(row["skills"]),
        max_chats=row["max_chats"],
        csrf=row["csrf"],
    )
