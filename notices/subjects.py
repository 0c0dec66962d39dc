"""Applies events to what is known of their subjects, strictly in the company's order, and plans what follows.

Subjects lie in parts; a worker takes a part that nobody else has and a page of its events: workers share a flood, and
the order within a subject is kept. An event whose number is not newer than the last one of its subject, or whose
subject is over, changes nothing. What cannot be written leaves the events beside it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from handoff.notices import watches
from notices import consents, watch_sources
from notices.errors import Unusable
from notices.facts import Fact, Happening, Past, Reading
from notices.kinds import Book
from notices.matters import read_matter
from notices.outages import read_outage
from notices.planning import Known, Page, subject_of
from runtime.clock import Clock
from runtime.postgres import UNWRITABLE, Connection, Pool, transaction

PARTS = 4
_AT_ONCE = 500
# The first part of these with something to apply that no other worker has.
_PART = """
    select p from unnest($1::smallint[]) with ordinality as parts (p, place)
    where case when exists (
            select from notice_events where state = 'waiting' and part = p and (door = 'stream' or received_at <= $2))
        then pg_try_advisory_xact_lock(hashtext('notices.apply'), p) else false end limit 1
"""
_WAITING = """
    select event_no, type, subject, account_no, area_ids, data, at from notice_events
    where state = 'waiting' and part = $3 and (door = 'stream' or received_at <= $2) order by event_no limit $1
"""
# Who served the chat last is answerable for what was filed in it.
_SERVED = """
    select agent_id from escalations where conversation_id = $1 and agent_id is not null
    order by escalation_id desc limit 1
"""
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
    """Applies what waits; one worker at a time has a part, so that order is order."""

    def __init__(self, pool: Pool, clock: Clock, book: Book, *, patience: timedelta = timedelta(0)) -> None:
        """An event by webhook waits `patience` for the stream to come by: what was lost before it is applied first."""
        self._pool = pool
        self._patience = patience
        self._clock = clock
        self._book = book
        self._next = 0
        self._log = structlog.get_logger()

    async def apply(self) -> int:
        """Applies the next events of a part; returns how many. Raises StoreUnavailable: none of them was applied."""
        self._next = (self._next + 1) % PARTS
        parts = [(self._next + step) % PARTS for step in range(PARTS)]
        async with transaction(self._pool) as connection:
            since = self._clock.now() - self._patience
            part = await connection.fetchval(_PART, parts, since)
            if part is None:
                return 0
            rows = await connection.fetch(_WAITING, _AT_ONCE, since, part)
            events = [_happening(row) for row in rows]
            try:
                await self._apply_all(connection, events)
            except UNWRITABLE:
                for event in events:
                    await self._apply_alone(connection, event)
        return len(events)

    async def _apply_all(self, connection: Connection, events: Sequence[Happening]) -> None:
        async with connection.transaction():
            page = await Page.of(connection, events, self._clock.now())
            for event in events:
                await self._settle(connection, page, event)
            await page.write(connection)

    async def _apply_alone(self, connection: Connection, event: Happening) -> None:
        """Applies an event of a page of which one could not be written; that one is kept aside."""
        try:
            await self._apply_all(connection, [event])
        except UNWRITABLE as error:
            page = await Page.of(connection, [], self._clock.now())
            self._note(page, event, "aside", f"it cannot be written: {error!r}"[:500])
            await page.write(connection)

    async def _settle(self, connection: Connection, page: Page, event: Happening) -> None:
        try:
            state, reason = await self._apply(connection, page, event)
        except Unusable as error:
            state, reason = "aside", error.detail
        self._note(page, event, state, reason)

    def _note(self, page: Page, event: Happening, state: str, reason: str) -> None:
        if state == "aside":  # of the others the reason stands beside the event
            self._log.warning("notices.event.aside", event_no=event.number, type=event.type, reason=reason)
        page.settle(event, state, reason)

    async def _apply(self, connection: Connection, page: Page, event: Happening) -> tuple[str, str]:
        key = (event.family, subject_of(event))
        before = page.known.get(key)
        if before and event.number <= before.last_event_no:
            return "stale", f"event {before.last_event_no} of the same subject is newer"
        if before and before.over and event.what != "reopened":
            return "stale", "the subject is over"
        reading = self._read(event, Past(before.known if before else {}, page.told.get(key, frozenset())), page.now)
        if reading is None:
            return "ignored", ""
        page.drop(key, reading.drops, f"event {event.number}: {event.type}")
        for fact in reading.facts:
            if not await self._hears_anyway(connection, event, fact, page.now):
                page.plan(key, event, fact)
        await self._around(connection, event, reading, page.now)
        page.know(key, Known(event.number, reading.over, dict(reading.known)))
        return "applied", reading.note

    def _read(self, event: Happening, past: Past, now: datetime) -> Reading | None:
        try:
            if event.family == "outage":
                return read_outage(event, past, self._book.rules, now)
            return read_matter(event, past, self._book, now)
        except _ODD as error:
            raise Unusable(f"the data is not of its shape: {error!r}"[:500]) from error

    async def _around(self, connection: Connection, event: Happening, reading: Reading, now: datetime) -> None:
        """Notes what runs against a clock since, or has ended, and who is asked about a window no more."""
        subject = subject_of(event)
        if reading.watch_over:
            await watch_sources.over(connection, reading.watch_over, [subject], event.what, now)
        if reading.watch:
            owner = await connection.fetchval(_SERVED, reading.watch.conversation_id)
            await watches.see(connection, replace(reading.watch, owner=owner), now)
        if event.family == "outage" and event.what in _CONSENT_ENDS:
            ended = reading.over or event.what == "started"
            await consents.over(connection, subject, reading.known, ended=ended, now=now)

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
