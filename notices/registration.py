"""The installation's own subscription to the company's webhooks: made once for all workers, looked after, renewed.

The secret stands in PostgreSQL, encrypted with a key that is derived from the token the process has anyway. A worker
that is killed between the company's answer and the record asks again under the same key and gets the same secret.
"""

from __future__ import annotations

import asyncio
import base64
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Protocol

import structlog
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend.models import EventSubscriber
from notices.intake import FAMILIES
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, transaction

_EVERY = timedelta(minutes=10)
_LOOK_AGAIN_S = 5.0
# How many events one webhook may bring; what was registered with another figure is registered anew.
BATCH = 100
_LOCK = "select pg_advisory_xact_lock(hashtext('notices.registration'))"
_ROW = "select * from notice_registration"
_ATTEMPT = """
    insert into notice_registration (url, attempt) values ($1, $2)
    on conflict (one) do update set url = excluded.url, attempt = excluded.attempt, subscriber_id = null,
        old_secret = notice_registration.secret, secret = null, checked_at = null
"""
_REGISTERED = """
    update notice_registration set subscriber_id = $1, secret = $2, registered_at = $3, checked_at = $3
"""
_CHECKED = "update notice_registration set checked_at = $1"


class Company(Protocol):
    """What is asked of the company."""

    async def subscribers(self) -> list[EventSubscriber]:
        """See `backend.protocol.events`."""

    async def subscribe(
        self, url: str, types: Sequence[str], *, batch: int = 1, idempotency_key: str
    ) -> EventSubscriber:
        """See `backend.protocol.events`."""

    async def unsubscribe(self, subscriber_id: str) -> None:
        """See `backend.protocol.events`."""


class Registration:
    """Keeps one subscription at the company, and tells the door by which secrets it is signed."""

    def __init__(self, pool: Pool, clock: Clock, company: Company, *, url: str, given: str, token: str) -> None:
        """Keeps what it works with.

        Args:
            pool: the store.
            clock: the time.
            company: the company.
            url: where the company reaches this installation; empty: nothing is registered.
            given: a secret that a person has set; nothing is registered then.
            token: what the encryption's key is derived from.
        """
        self._pool = pool
        self._clock = clock
        self._company = company
        self._url = "" if given else url
        self._given = given
        self._box = Fernet(_key(token))
        self._held: tuple[str, ...] = (given,) if given else ()
        self._looked_at = -_LOOK_AGAIN_S
        self._log = structlog.get_logger()

    @property
    def expected(self) -> bool:
        """Whether webhooks are taken at all."""
        return bool(self._given or self._url)

    async def secrets(self, *, anew: bool = False) -> tuple[str, ...]:
        """Returns what webhooks may be signed with; `anew` looks into the store, though not more often than needed.

        Raises:
            StoreUnavailable: it cannot be looked up.
        """
        now = asyncio.get_running_loop().time()
        if self._given or (self._held and not anew) or now - self._looked_at < _LOOK_AGAIN_S:
            return self._held
        self._looked_at = now
        async with transaction(self._pool) as connection:
            row = await connection.fetchrow(_ROW)
        if row:
            self._held = tuple(filter(None, (self._open(row["secret"]), self._open(row["old_secret"]))))
        return self._held

    async def look_after(self) -> None:
        """Registers where nothing stands, or not at this address any more; looks every ten minutes whether it stands.

        Raises:
            BackendError: the company does not answer; the stream is read meanwhile.
            StoreUnavailable: nothing was written.
        """
        if not self._url:
            return
        async with transaction(self._pool) as connection:
            await connection.execute(_LOCK)
            row, now = await connection.fetchrow(_ROW), self._clock.now()
            if row and row["url"] == self._url and row["checked_at"] and now - row["checked_at"] < _EVERY:
                return
            old = row["subscriber_id"] if row else None
            ours = [
                one for one in await self._company.subscribers() if self._url == one.url or one.subscriber_id == old
            ]
            if row and await self._stands(row, ours):
                await connection.execute(_CHECKED, now)
                return
            attempt = row["attempt"] if row and self._unfinished(row) else await self._begin(connection)
        await self._register(attempt, ours)

    async def _stands(self, row: Any, ours: Sequence[EventSubscriber]) -> bool:
        known = {one.subscriber_id for one in ours if one.batch == BATCH}
        return row["url"] == self._url and row["subscriber_id"] in known and bool(self._open(row["secret"]))

    def _unfinished(self, row: Any) -> bool:
        return bool(row["url"] == self._url and row["subscriber_id"] is None)

    async def _begin(self, connection: Connection) -> str:
        """Writes down under which key it is asked for, before it is asked for."""
        attempt = uuid.uuid4().hex
        await connection.execute(_ATTEMPT, self._url, attempt)
        return attempt

    async def _register(self, attempt: str, before: Sequence[EventSubscriber]) -> None:
        made = await self._company.subscribe(
            self._url,
            [f"{family}.*" for family in sorted(FAMILIES)],
            batch=BATCH,
            idempotency_key=f"notices-{BATCH}-{attempt}",
        )
        secret = self._box.encrypt(made.secret.encode()).decode()
        async with transaction(self._pool) as connection:
            await connection.execute(_LOCK)
            if not await self._is_mine(connection, attempt):
                return
            await connection.execute(_REGISTERED, made.subscriber_id, secret, self._clock.now())
        self._looked_at = -_LOOK_AGAIN_S
        await self.secrets(anew=True)
        self._log.info("notices.webhook.registered", subscriber_id=made.subscriber_id, url=self._url)
        for one in before:
            if one.subscriber_id != made.subscriber_id:
                await self._company.unsubscribe(one.subscriber_id)

    async def _is_mine(self, connection: Connection, attempt: str) -> bool:
        row = await connection.fetchrow(_ROW)
        return bool(row and row["attempt"] == attempt)

    def _open(self, kept: str | None) -> str:
        """Decrypts a secret; one of another token is none: a new one is asked for."""
        if not kept:
            return ""
        try:
            return self._box.decrypt(kept.encode()).decode()
        except InvalidToken:
            return ""


def _key(token: str) -> bytes:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"gridtalk.notices.registration").derive(token.encode())
    return base64.urlsafe_b64encode(derived)
