"""Takes the company's events in: each once, by webhook or from the stream; what cannot be read is kept for a person.

Nothing is decided here: an event that was taken in waits in PostgreSQL for its turn (`subjects`). One that came by
webhook and that the stream gives later says `stream` from then on: everything before it is in by then.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from backend.models import CompanyEvent
from notices.errors import Unusable
from runtime.clock import Clock
from runtime.json_text import strictly_written
from runtime.postgres import UNWRITABLE, Connection, Pool, columns, transaction

# Families that customers hear of; of the others the row alone is kept, so that the stream has no gap.
FAMILIES = frozenset({"outage", "bill", "supply", "appointment", "order", "application", "callback", "points", "usage"})
_TYPE = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}")
_NUMBER_MOST = 2**63 - 1
_BODY_KEPT = 16_384
_YEARS = range(1970, 2300)

_TAKE = """
    insert into notice_events
        (event_no, type, subject, account_no, area_ids, data, at, door, received_at, state, settled_at)
    select e.event_no, e.type, e.subject, e.account_no, array(select jsonb_array_elements_text(e.area_ids::jsonb)),
        e.data::jsonb, e.at, $8, $9, case when e.waits then 'waiting' else 'ignored' end,
        case when e.waits then null else $9::timestamptz end
    from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
        $10::boolean[]) as e (event_no, type, subject, account_no, area_ids, data, at, waits)
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
        rows: dict[int, _Row] = {}
        for event in events:
            try:
                row = _row(event)
            except Unusable as error:
                await self._keep(connection, repr(event), error.detail, self._clock.now())
            else:
                rows.setdefault(row.number, row)  # two of a number cannot be one statement
        # Workers who write the same numbers at the same time do so in one order: none waits for the other in a ring.
        await self._write(connection, [rows[number] for number in sorted(rows)], door)

    async def _write(self, connection: Connection, rows: Sequence[_Row], door: str) -> None:
        """Writes all in one statement; where one of them is refused, the halves, until that one stands alone."""
        if not rows:
            return
        try:
            async with connection.transaction():
                await connection.execute(
                    _TAKE, *columns(row.columns for row in rows), door, self._clock.now(), [row.waits for row in rows]
                )
        except UNWRITABLE as error:
            if len(rows) == 1:
                await self._keep(
                    connection, repr(rows[0].columns), f"it cannot be written: {error!r}", self._clock.now()
                )
                return
            half = len(rows) // 2
            await self._write(connection, rows[:half], door)
            await self._write(connection, rows[half:], door)

    async def keep_unreadable(self, body: bytes, reason: str) -> None:
        """Keeps a body that the company signed and that is no event, once, for a person. Raises StoreUnavailable."""
        async with transaction(self._pool) as connection:
            await self._keep(connection, body.decode("utf-8", "replace"), reason, self._clock.now())

    async def _keep(self, connection: Connection, body: str, reason: str, now: datetime) -> None:
        reason = _clean(reason)[:1000]
        digest = hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()
        self._log.warning("notices.event.unreadable", digest=digest[:12], reason=reason)
        await connection.execute(_UNREADABLE, digest, _clean(body)[:_BODY_KEPT], reason, now)


@dataclass(frozen=True)
class _Row:
    """An event as it is written; `waits`: customers may hear of it."""

    number: int
    columns: tuple[Any, ...]
    waits: bool


def _row(event: CompanyEvent) -> _Row:
    """Checks what the wire's reader leaves open. Raises Unusable."""
    number = event.event_id
    if not (isinstance(number, str) and number.isascii() and number.isdigit() and 0 < int(number[:20]) <= _NUMBER_MOST):
        raise Unusable("the event has no number")
    texts = (event.type, event.subject, event.account_no, *event.area_ids)
    if not all(isinstance(text, str) and len(text) <= 200 and _clean(text) == text for text in texts):
        raise Unusable("a field of the event is no text")
    if not _TYPE.fullmatch(event.type):
        raise Unusable("the event has no type")
    if event.at.tzinfo is None or event.at.year not in _YEARS:
        raise Unusable("the event's moment has no zone, or is none")
    waits = event.type.partition(".")[0] in FAMILIES
    areas, data = json.dumps(event.area_ids), _data(event.data) if waits else "{}"
    return _Row(int(number), (int(number), *texts[:3], areas, data, event.at), waits)


def _data(data: Mapping[str, Any]) -> str:
    """Writes data as JSON that PostgreSQL can hold. Raises Unusable."""
    try:
        text = strictly_written(dict(data))
        clean = "\\u0000" not in text and _clean(text) == text
        return text if clean else strictly_written(_writable(dict(data)))
    except (ValueError, TypeError, RecursionError) as error:
        raise Unusable(f"the data is not JSON: {type(error).__name__}") from error


def _writable(data: Any) -> Any:
    """Replaces what PostgreSQL's jsonb cannot hold."""
    if isinstance(data, dict):
        return {str(_writable(key)): _writable(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_writable(value) for value in data]
    return _clean(data) if isinstance(data, str) else data


def _clean(text: str) -> str:
    """Replaces what no text of PostgreSQL can hold."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
