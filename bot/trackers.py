"""Rasa's tracker store on PostgreSQL: reads the events of the running session, keeps new ones for the turn's commit.

Rasa saves whenever it likes; here saving only sets the new events aside, and the reception appends them in the same
transaction as the replies. So a turn is remembered exactly when it is answered. Events are never rewritten.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker

from runtime.postgres import Connection, Pool

_SESSION = """
    select position, event from tracker_events
    where conversation_id = $1 and position >= coalesce(
        (select max(position) from tracker_events where conversation_id = $1 and session_start), 0)
    order by position
"""

_APPEND = """
    insert into tracker_events (conversation_id, position, session_start, event) values ($1, $2, $3, $4)
"""


@dataclass(frozen=True)
class NewEvents:
    """Events a turn made, and the position of the last one stored before it."""

    base: int
    events: tuple[dict[str, Any], ...]


class TurnTrackerStore(SerializedTrackerAsText, TrackerStore):
    """Hands trackers to Rasa and holds back what they gain until `take` is called."""

    def __init__(self, pool: Pool, domain: Domain | None = None) -> None:
        self._pool = pool
        self._read: dict[str, tuple[int, int]] = {}
        self._gained: dict[str, NewEvents] = {}
        super().__init__(domain, None)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """See base class; only the events since the last session start are read."""
        rows = await self._pool.fetch(_SESSION, sender_id)
        base = rows[-1]["position"] if rows else 0
        self._read[sender_id] = (base, len(rows))
        self._gained.pop(sender_id, None)
        if not rows or self.domain is None:
            return None
        return DialogueStateTracker.from_dict(sender_id, [row["event"] for row in rows], self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """See base class; the new events wait for the turn's commit."""
        base, known = self._read.get(tracker.sender_id, (0, 0))
        gained = itertools.islice(tracker.events, known, None)
        self._gained[tracker.sender_id] = NewEvents(base, tuple(event.as_dict() for event in gained))

    async def keys(self) -> Iterable[str]:
        """See base class."""
        rows = await self._pool.fetch("select distinct conversation_id from tracker_events")
        return [row["conversation_id"] for row in rows]

    def take(self, sender_id: str) -> NewEvents:
        """Gives what the turn of `sender_id` gained, once."""
        self._read.pop(sender_id, None)
        return self._gained.pop(sender_id, NewEvents(0, ()))


async def read_session(connection: Connection, conversation_id: str) -> list[dict[str, Any]]:
    """Reads the events of the running session, the newest last."""
    return [row["event"] for row in await connection.fetch(_SESSION, conversation_id)]


async def append_events(connection: Connection, conversation_id: str, gained: NewEvents) -> None:
    """Appends a turn's events; a position that is already taken breaks the turn's transaction."""
    rows: Sequence[tuple[str, int, bool, dict[str, Any]]] = [
        (conversation_id, gained.base + number, event.get("event") == SessionStarted.type_name, event)
        for number, event in enumerate(gained.events, start=1)
    ]
    if rows:
        await connection.executemany(_APPEND, rows)
