"""Takes the company's events in: each once, by webhook or from the stream; what cannot be read is kept for a person.

Nothing is decided here: an event that was taken in waits in PostgreSQL for its turn (`subjects`). One that came by
webhook and that the stream gives later says `stream` from then on: everything before it is in by then.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog

from backend.models import CompanyEvent
from notices.errors import Unusable
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, transaction

# Families that customers hear of; of the others the row alone is kept, so that the stream has no gap.
FAMILIES = frozenset({"outage", "bill", "supply", "appointment", "order", "application", "callback", "points", "usage"})
_TYPE = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}")
_NUMBER_MOST = 2**63 - 1
_BODY_KEPT = 16_384

_TAKE = """
    insert into notice_events
        (event_no, type, subject, account_no, area_ids, data, at, door, received_at, state, settled_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (event_no) do update set door = 'stream'
        where notice_events.state = 'waiting' and notice_events.door <> 'stream' and excluded.door = 'stream'
"""
_UNREADABLE = """
    insert into notice_unreadable (digest, body, reason, received_at) values ($1, $2, $3, $4)
    on conflict (digest) do update set times = notice_unreadable.times + 1
"""


class Intake:
    """Writes what comes in; a repeat changes nothing."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._log = structlog.get_logger()

    async def take(self, events: Sequence[CompanyEvent], door: str) -> None:
        """Makes events durable.

        Raises:
            StoreUnavailable: they are not kept; the company sends them again.
        """
        async with transaction(self._pool) as connection:
            await self.take_in(connection, events, door)

    async def take_in(self, connection: Connection, events: Sequence[CompanyEvent], door: str) -> None:
        """Makes events durable in the caller's transaction; one that is no event is kept for a person beside them."""
        rows, now = [], self._clock.now()
        for event in events:
            try:
                rows.append(_row(event, door, now))
            except Unusable as error:
                await self._keep(connection, repr(event), error.detail, now)
        await connection.executemany(_TAKE, rows)

    async def keep_unreadable(self, body: bytes, reason: str) -> None:
        """Keeps a body that the company signed and that is no event, once, for a person. Raises StoreUnavailable."""
        async with transaction(self._pool) as connection:
            await self._keep(connection, body.decode("utf-8", "replace"), reason, self._clock.now())

    async def _keep(self, connection: Connection, body: str, reason: str, now: datetime) -> None:
        digest = hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()
        self._log.warning("notices.event.unreadable", digest=digest[:12], reason=reason)
        writable = body.replace("\x00", "\ufffd")[:_BODY_KEPT]
        await connection.execute(_UNREADABLE, digest, writable, reason, now)


def _row(event: CompanyEvent, door: str, now: datetime) -> tuple[Any, ...]:
    """Checks what the wire's reader leaves open. Raises Unusable."""
    number = event.event_id
    if not (isinstance(number, str) and number.isascii() and number.isdigit() and 0 < int(number) <= _NUMBER_MOST):
        raise Unusable("the event has no number")
    texts = (event.type, event.subject, event.account_no, *event.area_ids)
    if not all(isinstance(text, str) and "\x00" not in text and len(text) <= 200 for text in texts):
        raise Unusable("a field of the event is no text")
    if not _TYPE.fullmatch(event.type):
        raise Unusable("the event has no type")
    if event.at.tzinfo is None:
        raise Unusable("the event's moment has no zone")
    waits = event.type.partition(".")[0] in FAMILIES
    state, settled = ("waiting", None) if waits else ("ignored", now)
    data = _writable(dict(event.data)) if waits else {}
    areas = list(event.area_ids)
    return (int(number), *texts[:3], areas, data, event.at, door, now, state, settled)


def _writable(data: Any) -> Any:
    """Replaces what PostgreSQL's jsonb cannot hold."""
    if isinstance(data, dict):
        return {str(_writable(key)): _writable(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_writable(value) for value in data]
    return data.replace("\x00", "\ufffd").encode("utf-8", "replace").decode() if isinstance(data, str) else data
