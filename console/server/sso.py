"""Single sign-on by OpenID Connect: authorization code with PKCE, state and nonce; signed tokens only, checked in full.

It makes no account: whoever comes must have one at the desk, by the number a claim holds.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
import jwt
import structlog
from jwt.exceptions import PyJWTError
from jwt.types import Options

from console.server import audit
from console.server.errors import SsoRefused
from console.server.login import LoggedIn
from console.server.login_settings import SsoSettings
from console.server.sessions import Caller, Proof, Sessions
from runtime.errors import StoreUnavailable
from runtime.postgres import Connection, transaction

STATE_FOR = timedelta(minutes=10)
_TIME_LIMIT_S = 8
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384")
_LEEWAY_S = 30
# Times are compared with our own clock, below.
_CHECKS: Options = {
    "require": ["exp", "iat", "iss", "aud", "sub"],
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}

_USE_STATE = """
    delete from login_tickets where ticket_hash = $1 and kind = 'oidc' and expires_at > $2 returning detail
"""


@dataclass(frozen=True)
class Departure:
    """Where the browser is sent, and the word its cookie keeps."""

    url: str
    binding: str


@dataclass
class SingleSignOn:
    """Talks to one provider; what is underway stands in PostgreSQL, so that any process may take the return."""

    settings: SsoSettings
    sessions: Sessions
    _http: aiohttp.ClientSession | None = field(default=None, init=False)

    async def close(self) -> None:
        """Ends the connections."""
        if self._http is not None:
            await self._http.close()

    async def depart(self) -> Departure:
        """Begins a log-in at the provider. Raises SsoRefused, StoreUnavailable."""
        found = await self._discover()
        state, binding, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(4))
        now = self.sessions.clock.now()
        async with transaction(self.sessions.pool) as connection:
            await connection.execute("delete from login_tickets where expires_at < $1", now)
            await connection.execute(
                "insert into login_tickets (ticket_hash, kind, detail, expires_at) values ($1, 'oidc', $2, $3)",
                self._hash(state, binding),
                {"nonce": nonce, "verifier": verifier},
                now + STATE_FOR,
            )
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.settings.callback,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        return Departure(_with_query(found["authorization_endpoint"], asked), binding)

    async def arrive(self, state: str, binding: str, code: str, caller: Caller) -> LoggedIn:
        """Ends a log-in: the code is changed for tokens, the ID token is checked, the account is found.

        Raises:
            SsoRefused: the state is not this browser's or was used, the token is not good, or there is no account.
            StoreUnavailable: the provider does not answer.
        """
        async with transaction(self.sessions.pool) as connection:
            detail = await connection.fetchval(_USE_STATE, self._hash(state, binding), self.sessions.clock.now())
        if detail is None:
            raise SsoRefused(why="state")
        id_token = await self._redeem(code, detail["verifier"])
        claims = await self._read(id_token, detail["nonce"])
        async with transaction(self.sessions.pool) as connection:
            agent_id = await self._account(connection, claims)
            token, session = await self.sessions.open(connection, agent_id, Proof("sso", caller, id_token))
        return LoggedIn(token, session)

    async def logout_url(self, id_token: str) -> str | None:
        """Names where the browser logs out at the provider, if it has such a place."""
        if not self.settings.on:
            return None
        try:
            end = (await self._discover()).get("end_session_endpoint")
        except (SsoRefused, StoreUnavailable) as error:
            structlog.get_logger().warning("console.sso.logout_unknown", error_code=error.code)
            return None
        asked = {"id_token_hint": id_token, "post_logout_redirect_uri": self.settings.public_url}
        return _with_query(end, {**asked, "client_id": self.settings.client_id}) if end else None

    async def _redeem(self, code: str, verifier: str) -> str:
        found = await self._discover()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.settings.callback,
            "client_id": self.settings.client_id,
            "client_secret": self.settings.client_secret,
            "code_verifier": verifier,
        }
        answer = await self._call("POST", str(found["token_endpoint"]), form)
        id_token = answer.get("id_token")
        if not isinstance(id_token, str):
            raise SsoRefused(why="token")
        return id_token

    async def _read(self, id_token: str, nonce: str) -> dict[str, Any]:
        found = await self._discover()
        keys = await self._call("GET", str(found["jwks_uri"]))
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                _key_of(id_token, keys),
                algorithms=list(_ALGORITHMS),
                audience=self.settings.client_id,
                issuer=self.settings.issuer,
                options=_CHECKS,
            )
        except (PyJWTError, ValueError, KeyError, TypeError) as error:
            raise SsoRefused(why="token", error=type(error).__name__) from error
        now = self.sessions.clock.now().timestamp()
        if not _in_time(claims, now):
            raise SsoRefused(why="time")
        if not hmac.compare_digest(str(claims.get("nonce") or "").encode(), nonce.encode()):
            raise SsoRefused(why="nonce")
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self.settings.client_id:
            raise SsoRefused(why="audience")
        return claims

    async def _account(self, connection: Connection, claims: dict[str, Any]) -> str:
        agent_id = str(claims.get(self.settings.agent_claim) or "")
        row = await connection.fetchrow(
            "select agent_id, role from agents where agent_id = $1 and active for update", agent_id
        )
        if row is None:
            raise SsoRefused(why="account")
        if self.settings.role_claim:
            await self._take_role(connection, row, claims)
        return agent_id

    async def _take_role(self, connection: Connection, row: Any, claims: dict[str, Any]) -> None:
        told = claims.get(self.settings.role_claim)
        theirs = set(map(str, told)) if isinstance(told, list) else {str(told)}
        ours = next((role for name, role in self.settings.roles if name in theirs), None)
        if ours is None:
            raise SsoRefused(why="role")
        if ours.value != row["role"]:
            await connection.execute("update agents set role = $2 where agent_id = $1", row["agent_id"], ours.value)
            now, before = self.sessions.clock.now(), {"role": row["role"]}
            await audit.record(
                connection, "sso", "account.changed", row["agent_id"], at=now, before=before, after={"role": ours.value}
            )

    async def _discover(self) -> dict[str, Any]:
        if not self.settings.on:
            raise SsoRefused(why="off")
        found = await self._call("GET", f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.settings.issuer:
            raise SsoRefused(why="issuer")
        return found

    async def _call(self, method: str, url: str, form: dict[str, str] | None = None) -> dict[str, Any]:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIME_LIMIT_S))
        try:
            async with self._http.request(method, url, data=form, allow_redirects=False) as response:
                answer = json.loads(await response.text())
                if response.status != 200 or not isinstance(answer, dict):
                    raise SsoRefused(why="provider", status=response.status)
                return answer
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise StoreUnavailable(f"The OpenID provider does not answer: {error}") from error
        except ValueError as error:
            raise SsoRefused(why="provider") from error

    def _hash(self, state: str, binding: str) -> str:
        told = f"sso {state} {binding}".encode("utf-8", "replace")
        return hmac.new(self.sessions.secret.encode(), told, hashlib.sha256).hexdigest()


def _key_of(id_token: str, keys: dict[str, Any]) -> Any:
    """Finds the key the token names; a token signed with a shared secret or not at all has none."""
    header = jwt.get_unverified_header(id_token)
    if header.get("alg") not in _ALGORITHMS:
        raise ValueError("algorithm")
    named = [key for key in keys["keys"] if key.get("use", "sig") == "sig" and key.get("kid") == header.get("kid")]
    return jwt.PyJWK(named[0], algorithm=header["alg"]).key if named else _no_key()


def _in_time(claims: dict[str, Any], now: float) -> bool:
    times = [claims["exp"], claims["iat"], claims.get("nbf", claims["iat"])]
    if not all(isinstance(each, int | float) for each in times):
        return False
    return bool(claims["exp"] + _LEEWAY_S > now and max(times[1:]) - _LEEWAY_S <= now)


def _no_key() -> Any:
    raise ValueError("key")


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _with_query(url: str, query: dict[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"
