"""Applies events to what is known of their subjects, strictly in the company's own order, and plans what follows.

An event whose number is not newer than the last one of its subject, or whose subject is over, changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from handoff import watches
from notices import consents, fact_store, watch_sources
from notices.errors import Unusable
from notices.facts import Fact, Happening, Past, Reading
from notices.kinds import Book
from notices.matters import read_matter
from notices.outages import read_outage
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, transaction

_AT_ONCE = 200
_LOCK = "select pg_try_advisory_xact_lock(hashtext('notices.apply'))"
_WAITING = """
    select event_no, type, subject, account_no, area_ids, data, at from notice_events
    where state = 'waiting' and (door = 'stream' or received_at <= $2) order by event_no limit $1
"""
_SUBJECT = "select last_event_no, over, known from notice_subjects where family = $1 and subject = $2"
_KNOW = """
    insert into notice_subjects (family, subject, last_event_no, over, known) values ($1, $2, $3, $4, $5)
    on conflict (family, subject) do update set
        last_event_no = excluded.last_event_no, over = excluded.over, known = excluded.known
"""
# Who served the chat last is answerable for what was filed in it.
_SERVED = """
    select agent_id from escalations where conversation_id = $1 and agent_id is not null
    order by escalation_id desc limit 1
"""
_SETTLE = "update notice_events set state = $2, reason = $3, settled_at = $4 where event_no = $1"
# Whoever is told of an outage hears by it that power is back: the step of their own report would say it again.
_HEARS = """
    select exists (
        select from notice_facts f join notice_claims c on c.fact_id = f.fact_id and c.address = $1
        where f.family = 'outage' and f.area_ids && $2 and f.made_at > $3
    )
"""
_LATELY = timedelta(days=2)
# Behind these nobody is asked any more whether the old window suits them.
_CONSENT_ENDS = frozenset({"postponed", "cancelled", "restored", "started"})
# What a reader runs into when data is not of the shape that the contract says.
_ODD = (KeyError, TypeError, ValueError, AttributeError)


class Subjects:
    """Applies what waits; one worker at a time, so that order is order."""

    def __init__(self, pool: Pool, clock: Clock, book: Book, *, patience: timedelta = timedelta(0)) -> None:
        """An event by webhook waits `patience` for the stream to come by: what was lost before it is applied first."""
        self._pool = pool
        self._patience = patience
        self._clock = clock
        self._book = book
        self._log = structlog.get_logger()

    async def apply(self) -> int:
        """Applies the next events; returns how many. Raises StoreUnavailable: none of them was applied."""
        async with transaction(self._pool) as connection:
            if not await connection.fetchval(_LOCK):
                return 0
            rows = await connection.fetch(_WAITING, _AT_ONCE, self._clock.now() - self._patience)
            for row in rows:
                await self._settle(connection, _happening(row))
        return len(rows)

    async def _settle(self, connection: Connection, event: Happening) -> None:
        now = self._clock.now()
        try:
            async with connection.transaction():
                state, reason = await self._apply(connection, event, now)
        except Unusable as error:
            state, reason = "aside", error.detail
        except _ODD as error:
            state, reason = "aside", f"the data is not of its shape: {error!r}"[:500]
        if state == "aside" or reason:
            self._log.warning("notices.event.aside", event_no=event.number, type=event.type, reason=reason)
        await connection.execute(_SETTLE, event.number, state, reason, now)

    async def _apply(self, connection: Connection, event: Happening, now: datetime) -> tuple[str, str]:
        subject = event.account_no if event.family == "supply" else event.subject
        row = await connection.fetchrow(_SUBJECT, event.family, subject)
        if row and event.number <= row["last_event_no"]:
            return "stale", f"event {row['last_event_no']} of the same subject is newer"
        if row and row["over"] and event.what != "reopened":
            return "stale", "the subject is over"
        past = Past(row["known"] if row else {}, await fact_store.told(connection, event.family, subject))
        reading = self._read(event, past, now)
        if reading is None:
            return "ignored", ""
        await self._plan(connection, event, subject, reading, now)
        if event.family == "outage" and event.what in _CONSENT_ENDS:
            ended = reading.over or event.what == "started"
            await consents.over(connection, subject, reading.known, ended=ended, now=now)
        values = (event.number, reading.over, dict(reading.known))
        await connection.execute(_KNOW, event.family, subject, *values)
        return "applied", reading.note

    def _read(self, event: Happening, past: Past, now: datetime) -> Reading | None:
        if event.family == "outage":
            return read_outage(event, past, self._book.rules, now)
        return read_matter(event, past, self._book, now)

    async def _plan(
        self, connection: Connection, event: Happening, subject: str, reading: Reading, now: datetime
    ) -> None:
        if reading.drops:
            await fact_store.drop(connection, event.family, reading.drops, f"event {event.number}: {event.type}", now)
        for fact in reading.facts:
            if not await self._hears_anyway(connection, event, fact, now):
                await fact_store.plan(connection, event, subject, fact, now)
        if reading.watch_over:
            await watch_sources.over(connection, reading.watch_over, [subject], event.what, now)
        if reading.watch:
            owner = await connection.fetchval(_SERVED, reading.watch.conversation_id)
            await watches.see(connection, replace(reading.watch, owner=owner), now)

    async def _hears_anyway(self, connection: Connection, event: Happening, fact: Fact, now: datetime) -> bool:
        if event.data.get("kind") != "fault" or event.data.get("status") != "restored" or not fact.person:
            return False
        heard = await connection.fetchval(_HEARS, fact.person, list(event.area_ids), now - _LATELY)
        return bool(heard)


def _happening(row: Any) -> Happening:
    return Happening(
        number=row["event_no"],
        type=row["type"],
        at=row["at"],
        subject=row["subject"],
        account_no=row["account_no"],
        area_ids=tuple(row["area_ids"]),
        data=row["data"],
    )
