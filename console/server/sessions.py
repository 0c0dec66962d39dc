"""Who is at the desk: one live session per agent, idle and absolute ends, only a keyed hash of the token stored."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from console.server import audit
from console.server.errors import SessionExpired, SessionMissing, SessionReplaced
from console.server.passwords import Passwords
from console.server.rights import RIGHTS, DeskRole
from conversation.events import DESK_TOPIC
from conversation.identity import AgentIdentity
from runtime.bus import Bus
from runtime.clock import SHANGHAI, Clock
from runtime.postgres import Connection, Pool, transaction

_ID_CHARACTERS = 16
_BROWSER_CHARACTERS = 200
_LISTED = 20
# A hand on the desk is written down at most this often.
_SEEN_EVERY = timedelta(seconds=60)

_FIND = """
    select s.token_hash, s.csrf, s.created_at, s.expires_at, s.seen_at, s.confirmed_at, s.ended_at, s.ended_why, s.way,
           a.agent_id, a.name, a.role, a.skills, a.max_chats, a.active, a.must_change, a.totp_required,
           t.confirmed_at is not null as has_totp
    from agent_sessions s join agents a on a.agent_id = s.agent_id left join agent_totp t on t.agent_id = a.agent_id
    where s.token_hash = $1
"""
_LIVE = """
    select agent_id, token_hash from agent_sessions
    where agent_id = any($1) and ended_at is null and expires_at > $2 and coalesce(seen_at, created_at) > $3
"""
_INSERT = """
    insert into agent_sessions
        (token_hash, agent_id, csrf, created_at, expires_at, seen_at, confirmed_at, address, browser, way, id_token)
    values ($1, $2, $3, $4, $5, $4, $4, $6, $7, $8, $9)
"""
_OWN = """
    select token_hash, created_at, seen_at, expires_at, ended_at, ended_why, address, browser, way
    from agent_sessions where agent_id = $1 order by created_at desc limit $2
"""


@dataclass(frozen=True)
class Session:
    """A logged-in agent."""

    session_id: str
    agent: AgentIdentity
    role: DeskRole
    skills: tuple[str, ...]
    max_chats: int
    csrf: str
    # What is due before anything else: `password` or `totp`.
    must: str | None = None
    # Whether the password was given a short while ago.
    confirmed: bool = False
    has_totp: bool = False

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
        rights = list(RIGHTS.of(self.role))
        return {"agent": agent, "csrf": self.csrf, "rights": rights, "must": self.must, "totp": self.has_totp}


@dataclass(frozen=True)
class Caller:
    """Where a log-in comes from."""

    address: str = ""
    browser: str = ""


@dataclass(frozen=True)
class Proof:
    """How somebody proved who they are, and from where."""

    way: str
    caller: Caller = field(default_factory=Caller)
    id_token: str | None = None


@dataclass(frozen=True)
class Sessions:
    """Opens, finds and ends sessions."""

    pool: Pool
    bus: Bus
    clock: Clock
    passwords: Passwords
    secret: str
    lifetime: timedelta
    idle: timedelta = timedelta(hours=1)
    confirm: timedelta = timedelta(minutes=10)
    totp_roles: frozenset[DeskRole] = frozenset()

    async def open(self, connection: Connection, agent_id: str, proof: Proof) -> tuple[str, Session]:
        """Opens a session and ends the agent's other one; returns the token for the cookie."""
        now, token = self.clock.now(), secrets.token_urlsafe(32)
        # The row lock of the agent makes two log-ins at once follow one another.
        await connection.execute(
            "update agents set failed_logins = 0, locked_until = null, locks = 0 where agent_id = $1", agent_id
        )
        await end_sessions(connection, agent_id, "replaced", at=now)
        await connection.execute(
            _INSERT,
            self._hash(token),
            agent_id,
            secrets.token_urlsafe(24),
            now,
            now + self.lifetime,
            proof.caller.address,
            proof.caller.browser[:_BROWSER_CHARACTERS],
            proof.way,
            proof.id_token,
        )
        await audit.record(connection, agent_id, "login", "session", at=now, way=proof.way)
        row = await connection.fetchrow(_FIND, self._hash(token))
        return token, self._session(row, now)

    async def tell(self, session: Session) -> None:
        """Tells the open desks that this is the agent's session now."""
        await self.bus.publish(
            DESK_TOPIC, {"kind": "session", "agent_id": session.agent.agent_id, "session": session.session_id}
        )

    async def find(self, token: str, *, active: bool = False) -> Session:
        """Reads the session of a token; `active`: a hand is on the desk, which keeps it from going idle.

        Raises:
            SessionMissing, SessionReplaced, SessionExpired: why there is none.
        """
        now = self.clock.now()
        async with transaction(self.pool) as connection:
            row = await connection.fetchrow(_FIND, self._hash(token))
            self._check(row, now)
            if active and now - _seen(row) > _SEEN_EVERY:
                await connection.execute(
                    "update agent_sessions set seen_at = $2 where token_hash = $1", row["token_hash"], now
                )
        return self._session(row, now)

    async def live_of(self, agent_ids: Iterable[str]) -> dict[str, str]:
        """Reads the id of the live session of each agent that has one."""
        now = self.clock.now()
        async with transaction(self.pool) as connection:
            rows = await connection.fetch(_LIVE, list(agent_ids), now, now - self.idle)
        return {row["agent_id"]: row["token_hash"][:_ID_CHARACTERS] for row in rows}

    async def log_out(self, token: str, session: Session) -> str | None:
        """Ends a session; returns the provider's token of one that came by single sign-on."""
        async with transaction(self.pool) as connection:
            now = self.clock.now()
            id_token: str | None = await connection.fetchval(
                "update agent_sessions set ended_at = $2, ended_why = 'logout'"
                " where token_hash = $1 and ended_at is null returning id_token",
                self._hash(token),
                now,
            )
            await audit.record(connection, session.agent.agent_id, "logout", "session", at=now)
        return id_token

    async def confirm_now(self, token: str) -> None:
        """Writes down that the password was given once more."""
        async with transaction(self.pool) as connection:
            await connection.execute(
                "update agent_sessions set confirmed_at = $2 where token_hash = $1", self._hash(token), self.clock.now()
            )

    async def own(self, session: Session) -> list[dict[str, Any]]:
        """Reads an agent's last sessions, the newest first."""
        async with transaction(self.pool) as connection:
            rows = await connection.fetch(_OWN, session.agent.agent_id, _LISTED)
        now = self.clock.now()
        return [_listed(row, session, live=self._live(row, now)) for row in rows]

    async def end(self, session: Session, session_id: str) -> bool:
        """Ends one of an agent's own sessions; tells whether there was one."""
        async with transaction(self.pool) as connection:
            now = self.clock.now()
            ended = await connection.fetchval(
                "update agent_sessions set ended_at = $3, ended_why = 'logout'"
                " where agent_id = $1 and left(token_hash, $4) = $2 and ended_at is null returning token_hash",
                session.agent.agent_id,
                session_id,
                now,
                _ID_CHARACTERS,
            )
            if ended:
                await audit.record(connection, session.agent.agent_id, "session.ended", session_id, at=now)
        return ended is not None

    def _check(self, row: Any, now: datetime) -> None:
        if row is None or not row["active"] or (row["ended_at"] and row["ended_why"] != "replaced"):
            raise SessionMissing()
        if row["ended_at"]:
            raise SessionReplaced(agent_id=row["agent_id"])
        if not self._live(row, now):
            raise SessionExpired(agent_id=row["agent_id"])

    def _live(self, row: Any, now: datetime) -> bool:
        return row["ended_at"] is None and row["expires_at"] > now and now - _seen(row) < self.idle

    def _session(self, row: Any, now: datetime) -> Session:
        role = DeskRole(row["role"])
        return Session(
            session_id=row["token_hash"][:_ID_CHARACTERS],
            agent=AgentIdentity(row["agent_id"], row["name"]),
            role=role,
            skills=tuple(row["skills"]),
            max_chats=row["max_chats"],
            csrf=row["csrf"],
            must=self._due(row, role),
            confirmed=row["confirmed_at"] is not None and now - row["confirmed_at"] < self.confirm,
            has_totp=row["has_totp"],
        )

    def _due(self, row: Any, role: DeskRole) -> str | None:
        if row["way"] == "sso":
            return None  # passwords and factors are the provider's
        if row["must_change"]:
            return "password"
        required = row["totp_required"] or role in self.totp_roles
        return "totp" if required and not row["has_totp"] else None

    def _hash(self, token: str) -> str:
        return hmac.new(self.secret.encode(), token.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


async def end_sessions(connection: Connection, agent_id: str, why: str, *, at: datetime) -> None:
    """Ends every session of an agent."""
    await connection.execute(
        "update agent_sessions set ended_at = $2, ended_why = $3 where agent_id = $1 and ended_at is null",
        agent_id,
        at,
        why,
    )


def _seen(row: Any) -> datetime:
    seen: datetime = row["seen_at"] or row["created_at"]
    return seen


def _listed(row: Any, session: Session, *, live: bool) -> dict[str, Any]:
    return {
        "id": row["token_hash"][:_ID_CHARACTERS],
        "current": row["token_hash"].startswith(session.session_id),
        "live": live,
        "began": row["created_at"].astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "seen": _seen(row).astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "ended_why": row["ended_why"],
        "address": row["address"],
        "browser": row["browser"],
        "way": row["way"],
    }
