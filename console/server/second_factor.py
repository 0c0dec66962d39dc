"""The second factor: time-based codes (RFC 6238) and recovery codes; a code counts once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken

from console.server.errors import CodeWrong
from runtime.errors import SettingsError
from runtime.postgres import Connection

ISSUER = "GridTalk"
STEP_S = 30
# A clock half a minute off is everyday.
DRIFT_STEPS = 1
RECOVERY_CODES = 10
_RECOVERY_BYTES = 5
_DIGITS = 6

_USE_STEP = """
    update agent_totp set last_step = $2, confirmed_at = coalesce(confirmed_at, $3)
    where agent_id = $1 and last_step < $2 returning agent_id
"""
_ENROL = """
    insert into agent_totp (agent_id, sealed) values ($1, $2)
    on conflict (agent_id) do update set sealed = excluded.sealed, last_step = 0 where agent_totp.confirmed_at is null
    returning agent_id
"""
_USE_RECOVERY = """
    update recovery_codes set used_at = $3 where agent_id = $1 and code_hash = $2 and used_at is null
    returning agent_id
"""


@dataclass(frozen=True)
class Enrolment:
    """What an agent's telephone is shown."""

    secret: str
    uri: str
    qr: str


@dataclass(frozen=True)
class SecondFactor:
    """Keeps the secrets sealed with a key made from the session secret, and checks codes."""

    secret: str

    async def enrol(self, connection: Connection, agent_id: str) -> Enrolment | None:
        """Makes a new secret, which counts once a code has confirmed it; nothing when one is confirmed already."""
        secret = pyotp.random_base32()
        kept = await connection.fetchval(_ENROL, agent_id, self._seal(secret))
        if kept is None:
            return None
        uri = pyotp.TOTP(secret).provisioning_uri(name=agent_id, issuer_name=ISSUER)
        return Enrolment(secret, uri, _drawn(uri))

    async def confirm(self, connection: Connection, agent_id: str, code: str, *, at: datetime) -> list[str]:
        """Confirms a new secret by its first code; returns the recovery codes, told this once.

        Raises:
            CodeWrong: the code does not fit.
        """
        code = _typed(code)
        if not _is_totp(code):
            raise CodeWrong(agent_id=agent_id)
        await self._check_totp(connection, agent_id, code, at=at)
        codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
        await connection.execute("delete from recovery_codes where agent_id = $1", agent_id)
        await connection.executemany(
            "insert into recovery_codes (agent_id, code_hash) values ($1, $2)",
            [(agent_id, self._hash(code)) for code in codes],
        )
        return codes

    async def check(self, connection: Connection, agent_id: str, code: str, *, at: datetime) -> str:
        """Uses up a code of the telephone or a recovery code; returns which: `totp` or `recovery`.

        Raises:
            CodeWrong: it does not fit, or was used.
        """
        code = _typed(code)
        if _is_totp(code):
            await self._check_totp(connection, agent_id, code, at=at)
            return "totp"
        if await connection.fetchval(_USE_RECOVERY, agent_id, self._hash(code), at) is None:
            raise CodeWrong(agent_id=agent_id)
        return "recovery"

    async def forget(self, connection: Connection, agent_id: str) -> None:
        """Takes the second factor away."""
        await connection.execute("delete from agent_totp where agent_id = $1", agent_id)
        await connection.execute("delete from recovery_codes where agent_id = $1", agent_id)

    async def left(self, connection: Connection, agent_id: str) -> int:
        """Counts the recovery codes that are left."""
        count = await connection.fetchval(
            "select count(*) from recovery_codes where agent_id = $1 and used_at is null", agent_id
        )
        return int(count)

    async def _check_totp(self, connection: Connection, agent_id: str, code: str, *, at: datetime) -> None:
        sealed = await connection.fetchval("select sealed from agent_totp where agent_id = $1", agent_id)
        step = self._step_of(self._unseal(sealed), code, at) if sealed else None
        # The statement is the judge: of two requests with one code, one finds the step unused.
        if step is None or await connection.fetchval(_USE_STEP, agent_id, step, at) is None:
            raise CodeWrong(agent_id=agent_id)

    def _step_of(self, secret: str, code: str, at: datetime) -> int | None:
        now, totp = int(at.timestamp()) // STEP_S, pyotp.TOTP(secret)
        fitting = None
        for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
            if hmac.compare_digest(totp.generate_otp(step), code):
                fitting = step
        return fitting

    def _fernet(self) -> Fernet:
        key = hmac.new(self.secret.encode(), b"gridtalk totp", hashlib.sha256).digest()
        return Fernet(base64.urlsafe_b64encode(key))

    def _seal(self, secret: str) -> str:
        return self._fernet().encrypt(secret.encode()).decode()

    def _unseal(self, sealed: str) -> str:
        try:
            return self._fernet().decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SettingsError(
                "CONSOLE_SESSION_SECRET has changed: second factors must be set up anew",
                setting="CONSOLE_SESSION_SECRET",
            ) from error

    def _hash(self, code: str) -> str:
        plain = code.replace("-", "")
        return hmac.new(
            self.secret.encode(), f"recovery {plain}".encode("utf-8", "replace"), hashlib.sha256
        ).hexdigest()


def _recovery_code() -> str:
    drawn = secrets.token_hex(_RECOVERY_BYTES)
    return f"{drawn[:5]}-{drawn[5:]}"


def _drawn(uri: str) -> str:
    picture = BytesIO()
    segno.make(uri, error="m").save(picture, kind="png", scale=5, border=2)
    return "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode()


def _typed(code: str) -> str:
    """A code as people type it: with blanks or dashes, in capitals."""
    return code.replace(" ", "").replace("-", "").lower()


def _is_totp(code: str) -> bool:
    return len(code) == _DIGITS and code.isascii() and code.isdigit()
