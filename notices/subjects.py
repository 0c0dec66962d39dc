"""Applies events to what is known of their subjects, strictly in the company's own order, and plans what follows.

An event whose number is not newer than the last one of its subject, or whose subject is over, changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from handoff.notices import watches
from notices import consents, fact_store, watch_sources
from notices.errors import Unusable
from notices.facts import Fact, Happening, Past, Reading
from notices.kinds import Book
from notices.matters import read_matter
from notices.outages import read_outage
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, transaction

_AT_ONCE = 200
_Key = tuple[str, str]
_LOCK = "select pg_try_advisory_xact_lock(hashtext('notices.apply'))"
_WAITING = """
    select event_no, type, subject, account_no, area_ids, data, at from notice_events
    where state = 'waiting' and (door = 'stream' or received_at <= $2) order by event_no limit $1
"""
_SUBJECTS = """
    select s.family, s.subject, s.last_event_no, s.over, s.known from notice_subjects s
    join unnest($1::text[], $2::text[]) as asked (family, subject) using (family, subject)
"""
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


@dataclass(frozen=True)
class _Known:
    """What is known of a subject after its newest event."""

    last_event_no: int
    over: bool
    known: Mapping[str, Any]


@dataclass
class _Page:
    """One page of events: what is known of their subjects is read once before it and written once behind it."""

    known: dict[_Key, _Known]
    told: Mapping[_Key, frozenset[str]]
    fresh: dict[_Key, _Known] = field(default_factory=dict)
    settled: list[tuple[int, str, str, datetime]] = field(default_factory=list)

    @classmethod
    async def of(cls, connection: Connection, events: Sequence[Happening]) -> _Page:
        """Reads what is known of the subjects of these events."""
        keys = sorted({(event.family, _subject(event)) for event in events})
        families, subjects = [family for family, _ in keys], [subject for _, subject in keys]
        rows = await connection.fetch(_SUBJECTS, families, subjects)
        known = {
            (row["family"], row["subject"]): _Known(row["last_event_no"], row["over"], row["known"]) for row in rows
        }
        return cls(known, await fact_store.told(connection, families, subjects))

    def know(self, event: Happening, subject: str, known: _Known) -> None:
        """Keeps what is known after an event, for the next ones of this page, too."""
        self.known[event.family, subject] = self.fresh[event.family, subject] = known

    async def write(self, connection: Connection) -> None:
        """Writes what is known now, and what became of each event."""
        await connection.executemany(
            _KNOW, [(*key, one.last_event_no, one.over, one.known) for key, one in self.fresh.items()]
        )
        await connection.executemany(_SETTLE, self.settled)


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
            events = [_happening(row) for row in rows]
            page = await _Page.of(connection, events)
            for event in events:
                await self._settle(connection, page, event)
            await page.write(connection)
        return len(events)

    async def _settle(self, connection: Connection, page: _Page, event: Happening) -> None:
        now = self._clock.now()
        try:
            state, reason = await self._apply(connection, page, event, now)
        except Unusable as error:
            state, reason = "aside", error.detail
        except _ODD as error:
            state, reason = "aside", f"the data is not of its shape: {error!r}"[:500]
        if state == "aside" or reason:
            self._log.warning("notices.event.aside", event_no=event.number, type=event.type, reason=reason)
        page.settled.append((event.number, state, reason, now))

    async def _apply(self, connection: Connection, page: _Page, event: Happening, now: datetime) -> tuple[str, str]:
        subject = _subject(event)
        before = page.known.get((event.family, subject))
        if before and event.number <= before.last_event_no:
            return "stale", f"event {before.last_event_no} of the same subject is newer"
        if before and before.over and event.what != "reopened":
            return "stale", "the subject is over"
        told = page.told.get((event.family, subject), frozenset())
        past = Past(before.known if before else {}, told)
        reading = self._read(event, past, now)
        if reading is None:
            return "ignored", ""
        async with connection.transaction():  # what cannot be planned leaves the events beside it alone
            await self._plan(connection, event, subject, reading, now)
            if event.family == "outage" and event.what in _CONSENT_ENDS:
                ended = reading.over or event.what == "started"
                await consents.over(connection, subject, reading.known, ended=ended, now=now)
        page.know(event, subject, _Known(event.number, reading.over, dict(reading.known)))
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


def _subject(event: Happening) -> str:
    """Names what happened: an account's supply is one story, whatever the number of the notice."""
    return event.account_no if event.family == "supply" else event.subject
