"""Logging in: a password, then the second factor where there is one; guesses are counted by account and by address.

Whoever is refused never learns which part was wrong, nor whether the account exists or is locked.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from console.server import audit
from console.server.errors import CodeWrong, ConsoleError, LoginFailed, TicketOver, TooManyLogins
from console.server.login_settings import LoginSettings
from console.server.second_factor import SecondFactor
from console.server.sessions import Caller, Proof, Session, Sessions
from runtime.postgres import Connection, transaction

WRONG_PASSWORDS = 5
LOCKED_FOR = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=24)
ADDRESS_FORGETS = timedelta(hours=1)
TICKET_FOR = timedelta(minutes=5)
TICKET_TRIES = 5

# The guess is counted before the password is looked at, so that guesses made at once are counted too.
_COUNT_GUESS = """
    update agents set
        failed_logins = case when locked_until <= $2 then 1 else failed_logins + 1 end,
        locks = locks + case when locked_until is null and failed_logins + 1 >= $3 then 1 else 0 end,
        locked_until = case
            when locked_until <= $2 then null
            when failed_logins + 1 >= $3
                then $2::timestamptz + least($4::interval * power(2, least(locks, 10)), $5::interval)
        end
    where agent_id = $1 and active and (locked_until is null or locked_until <= $2)
    returning password_hash, password_until
"""
_ADDRESS_WAITS = "select locked_until from login_addresses where address = $1 and locked_until > $2"
_COUNT_ADDRESS = """
    insert into login_addresses (address, failed, failed_at) values ($1, 1, $2)
    on conflict (address) do update set
        failed = case when login_addresses.failed_at < $6 or login_addresses.failed >= $3 then 1
                      else login_addresses.failed + 1 end,
        locks = case when login_addresses.failed_at < $7 then 0
                     when login_addresses.failed + 1 = $3 then login_addresses.locks + 1
                     else login_addresses.locks end,
        locked_until = case when login_addresses.failed + 1 = $3
            then $2::timestamptz + least($4::interval * power(2, least(login_addresses.locks, 10)), $5::interval) end,
        failed_at = $2
"""
_TRY_TICKET = """
    update login_tickets set tries = tries + 1
    where ticket_hash = $1 and kind = 'totp' and expires_at > $2 and tries < $3 returning agent_id, detail
"""


@dataclass(frozen=True)
class LoggedIn:
    """A session and the token of its cookie."""

    token: str
    session: Session


@dataclass(frozen=True)
class CodeDue:
    """The password was right; the second factor comes next, with this ticket."""

    ticket: str


@dataclass(frozen=True)
class LogIn:
    """The steps of logging in."""

    sessions: Sessions
    factor: SecondFactor
    settings: LoginSettings

    async def with_password(self, agent_id: str, password: str, caller: Caller) -> LoggedIn | CodeDue:
        """Opens a session, or asks for the second factor.

        Raises:
            LoginFailed: wrong name or password, locked, or a one-time code whose time is over.
            TooManyLogins: the address has guessed too often.
        """
        now = self.sessions.clock.now()
        async with transaction(self.sessions.pool) as connection:
            await _check_address(connection, caller, now)
            row = await connection.fetchrow(_COUNT_GUESS, agent_id, now, WRONG_PASSWORDS, LOCKED_FOR, LONGEST_LOCK)
        stored = row["password_hash"] if row else None
        right = await self.sessions.passwords.matches(stored, password)
        over = row is not None and row["password_until"] is not None and row["password_until"] <= now
        if not right or over:
            await self._refuse(agent_id, caller, LoginFailed())
        fresh = await self._rehashed(str(stored), password)
        async with transaction(self.sessions.pool) as connection:
            return await self._after_password(connection, agent_id, fresh, caller)

    async def with_code(self, ticket: str, code: str, caller: Caller) -> LoggedIn:
        """Opens the session of a ticket by its second factor.

        Raises:
            TicketOver: too late or too many tries.
            CodeWrong: the code does not fit, or was used.
        """
        now = self.sessions.clock.now()
        async with transaction(self.sessions.pool) as connection:
            await _check_address(connection, caller, now)
            row = await connection.fetchrow(_TRY_TICKET, self._hash(ticket), now, TICKET_TRIES)
            known = row and await connection.fetchrow(
                _COUNT_GUESS, row["agent_id"], now, WRONG_PASSWORDS, LOCKED_FOR, LONGEST_LOCK
            )
        if not known:
            raise TicketOver()
        try:
            return await self._open_by_code(row["agent_id"], ticket, code, caller)
        except CodeWrong as error:
            await self._refuse(row["agent_id"], caller, error)

    async def confirm(self, token: str, session: Session, password: str, caller: Caller) -> None:
        """Checks the password once more before a dangerous act.

        Raises:
            LoginFailed: it is wrong; it counts as a wrong log-in.
        """
        now, agent_id = self.sessions.clock.now(), session.agent.agent_id
        async with transaction(self.sessions.pool) as connection:
            row = await connection.fetchrow(_COUNT_GUESS, agent_id, now, WRONG_PASSWORDS, LOCKED_FOR, LONGEST_LOCK)
        if not await self.sessions.passwords.matches(row["password_hash"] if row else None, password):
            await self._refuse(agent_id, caller, LoginFailed(), action="confirm.failed")
        async with transaction(self.sessions.pool) as connection:
            await connection.execute("update agents set failed_logins = 0, locks = 0 where agent_id = $1", agent_id)
        await self.sessions.confirm_now(token)

    async def _after_password(
        self, connection: Connection, agent_id: str, fresh: str | None, caller: Caller
    ) -> LoggedIn | CodeDue:
        now = self.sessions.clock.now()
        if fresh:
            await connection.execute("update agents set password_hash = $2 where agent_id = $1", agent_id, fresh)
        # A one-time code opens one session.
        await connection.execute(
            "update agents set password_until = $2 where agent_id = $1 and password_until is not null", agent_id, now
        )
        if await connection.fetchval(
            "select 1 from agent_totp where agent_id = $1 and confirmed_at is not null", agent_id
        ):
            return CodeDue(await self._ticket(connection, agent_id, now))
        return await self._opened(connection, agent_id, Proof("password", caller))

    async def _open_by_code(self, agent_id: str, ticket: str, code: str, caller: Caller) -> LoggedIn:
        now = self.sessions.clock.now()
        async with transaction(self.sessions.pool) as connection:
            way = await self.factor.check(connection, agent_id, code, at=now)
            await connection.execute("delete from login_tickets where ticket_hash = $1", self._hash(ticket))
            return await self._opened(connection, agent_id, Proof(way, caller))

    async def _opened(self, connection: Connection, agent_id: str, proof: Proof) -> LoggedIn:
        token, session = await self.sessions.open(connection, agent_id, proof)
        return LoggedIn(token, session)

    async def _ticket(self, connection: Connection, agent_id: str, now: datetime) -> str:
        ticket = secrets.token_urlsafe(32)
        await connection.execute("delete from login_tickets where expires_at < $1", now)
        await connection.execute(
            "insert into login_tickets (ticket_hash, kind, agent_id, expires_at) values ($1, 'totp', $2, $3)",
            self._hash(ticket),
            agent_id,
            now + TICKET_FOR,
        )
        return ticket

    async def _refuse(
        self, agent_id: str, caller: Caller, error: ConsoleError, *, action: str = "login.failed"
    ) -> NoReturn:
        now = self.sessions.clock.now()
        async with transaction(self.sessions.pool) as connection:
            await connection.execute(
                _COUNT_ADDRESS,
                caller.address,
                now,
                self.settings.address_guesses,
                LOCKED_FOR,
                LONGEST_LOCK,
                now - ADDRESS_FORGETS,
                now - LONGEST_LOCK,
            )
            await audit.record(connection, agent_id, action, "session", at=now, address=caller.address)
        raise error

    async def _rehashed(self, stored: str, password: str) -> str | None:
        if not self.sessions.passwords.outdated(stored):
            return None
        return await self.sessions.passwords.hash_later(password)

    def _hash(self, ticket: str) -> str:
        told = f"ticket {ticket}".encode("utf-8", "replace")
        return hmac.new(self.sessions.secret.encode(), told, hashlib.sha256).hexdigest()


async def _check_address(connection: Connection, caller: Caller, now: datetime) -> None:
    until = await connection.fetchval(_ADDRESS_WAITS, caller.address, now)
    if until is not None:
        raise TooManyLogins(address=caller.address, retry_after=math.ceil((until - now).total_seconds()))
