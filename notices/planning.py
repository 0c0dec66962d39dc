"""One page of events on its way to PostgreSQL: what is known of their subjects is read before and written behind it.

Facts that the page plans, drops or folds stay here until its end: a thousand events are a handful of statements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from notices import fact_store, folding
from notices.fact_store import Dropped
from notices.facts import Fact, Happening
from notices.folding import Planned
from runtime.json_text import strictly_written
from runtime.postgres import Connection, columns

Key = tuple[str, str]
_SUBJECTS = """
    select s.family, s.subject, s.last_event_no, s.over, s.known from notice_subjects s
    join unnest($1::text[], $2::text[]) as asked (family, subject) using (family, subject)
"""
_KNOW = """
    insert into notice_subjects (family, subject, last_event_no, over, known)
    select k.family, k.subject, k.last_event_no, k.over, k.known::jsonb
    from unnest($1::text[], $2::text[], $3::bigint[], $4::boolean[], $5::text[])
        as k (family, subject, last_event_no, over, known)
    on conflict (family, subject) do update set
        last_event_no = excluded.last_event_no, over = excluded.over, known = excluded.known
"""
_SETTLE = """
    update notice_events e set state = s.state, reason = s.reason, settled_at = $4
    from unnest($1::bigint[], $2::text[], $3::text[]) as s (event_no, state, reason) where e.event_no = s.event_no
"""


def subject_of(event: Happening) -> str:
    """Names what happened: an account's supply is one story, whatever the number of the notice."""
    return event.account_no if event.family == "supply" else event.subject


@dataclass(frozen=True)
class Known:
    """What is known of a subject after its newest event."""

    last_event_no: int
    over: bool
    known: Mapping[str, Any]


@dataclass
class Page:
    """What is known, was told and is still to be told of the subjects of some events."""

    now: datetime
    known: dict[Key, Known]
    told: Mapping[Key, frozenset[str]]
    untold: dict[Key, list[Planned]]
    _fresh: dict[Key, Known] = field(default_factory=dict)
    _drops: list[Dropped] = field(default_factory=list)
    _settled: list[tuple[int, str, str]] = field(default_factory=list)

    @classmethod
    async def of(cls, connection: Connection, events: Sequence[Happening], now: datetime) -> Page:
        """Reads what is known of the subjects of these events."""
        keys = sorted({(event.family, subject_of(event)) for event in events})
        families, subjects = [family for family, _ in keys], [subject for _, subject in keys]
        rows = await connection.fetch(_SUBJECTS, families, subjects)
        known = {
            (row["family"], row["subject"]): Known(row["last_event_no"], row["over"], row["known"]) for row in rows
        }
        told = await fact_store.told(connection, families, subjects)
        return cls(now, known, told, await fact_store.untold(connection, families, subjects))

    def know(self, key: Key, known: Known) -> None:
        """Keeps what is known after an event, for the next ones of this page, too."""
        self.known[key] = self._fresh[key] = known

    def settle(self, event: Happening, state: str, reason: str) -> None:
        """Keeps what became of an event."""
        self._settled.append((event.number, state, reason))

    def drop(self, key: Key, names: Sequence[str], reason: str) -> None:
        """Drops planned facts of a subject, those of this page, too."""
        for name in names:
            dropped = Dropped(*key, name, reason)
            self._drops.append(dropped)
            for one in self.untold.get(key, ()):
                if one.state == folding.PLANNED and dropped.names(one.fact.key):
                    one.end(folding.VOID, reason)

    def plan(self, key: Key, event: Happening, fact: Fact) -> None:
        """Plans a fact; one of that key stands there already: nothing."""
        before, new = self.untold.setdefault(key, []), Planned(fact, event.number, fresh=True)
        if any(one.fact.key == fact.key for one in before):
            return
        folding.fold(before, new, self.now)
        before.append(new)

    async def write(self, connection: Connection) -> None:
        """Writes all of it."""
        await fact_store.drop(connection, self._drops, self.now)
        whole = [(*key, one) for key, facts in self.untold.items() for one in facts]
        folded = [one for *_, one in whole if not one.fresh and one.touched and one.state == folding.FOLDED]
        await fact_store.fold(connection, folded, self.now)
        fresh = sorted((one for one in whole if one[2].fresh), key=lambda one: one[2].event_no)
        await fact_store.plan(connection, fresh, self.now)
        if self._fresh:
            rows = [
                (*key, one.last_event_no, one.over, strictly_written(dict(one.known)))
                for key, one in self._fresh.items()
            ]
            await connection.execute(_KNOW, *columns(rows))
        if self._settled:
            await connection.execute(_SETTLE, *columns(self._settled), self.now)
