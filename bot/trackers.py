"""Rasa's tracker store on PostgreSQL: reads the events of the running session, keeps new ones for the turn's commit.

Rasa saves whenever it likes; here saving only sets the new events aside, and the reception appends them in the same
transaction as the replies. So a turn is remembered exactly when it is answered. Events are never rewritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker

from bot.checkpoints import CHECKPOINT, checkpoint, is_worth_it, known_before, opened, place_of, slim
from runtime.postgres import Connection, Pool

# The last row that opens a session; a checkpoint (bot/checkpoints.py) opens one from the position it names.
_SESSION = """
    with opening as (
        select coalesce((event ->> 'resumes_at')::bigint, position) as position from tracker_events
        where conversation_id = $1 and session_start order by position desc limit 1)
    select position, event from tracker_events
    where conversation_id = $1 and position >= coalesce((select position from opening), 0)
    order by position
"""

_APPEND = """
    insert into tracker_events (conversation_id, position, session_start, event) values ($1, $2, $3, $4)
"""

_OPENS = frozenset({SessionStarted.type_name, CHECKPOINT})


@dataclass(frozen=True)
class NewEvents:
    """Events a turn made, the position of the last one stored before it, and the form that was open then."""

    base: int
    events: tuple[dict[str, Any], ...]
    form: str = ""

    @property
    def opens(self) -> list[bool]:
        """Whether each is a place that a later reading may begin at."""
        return [event.get("event") in _OPENS for event in self.events]


@dataclass(frozen=True)
class _Read:
    """What was read of a conversation: the last position stored, that of each event of its tracker, the open form."""

    base: int = 0
    positions: tuple[int, ...] = ()
    form: str = ""

    @property
    def known(self) -> int:
        """How many events the last checkpoint told; they have no position of their own."""
        return self.positions.count(0)

    def position(self, index: int) -> int:
        """Where an event of the tracker stands, or will stand once the turn is committed."""
        read = len(self.positions)
        return self.positions[index] if index < read else self.base + index - read + 1


class TurnTrackerStore(SerializedTrackerAsText, TrackerStore):
    """Hands trackers to Rasa and holds back what they gain until `take` is called."""

    def __init__(self, pool: Pool, domain: Domain | None = None) -> None:
        self._pool = pool
        self._read: dict[str, _Read] = {}
        self._gained: dict[str, NewEvents] = {}
        super().__init__(domain, None)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """See base class; read is the running session, of a long one what its checkpoint knew and what came after."""
        rows = await self._pool.fetch(_SESSION, sender_id)
        stored = opened(rows)
        read = _Read(rows[-1]["position"] if rows else 0, tuple(place for place, _ in stored))
        self._read[sender_id] = read
        self._gained.pop(sender_id, None)
        if not stored or self.domain is None:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, [event for _, event in stored], self.domain.slots)
        self._read[sender_id] = replace(read, form=tracker.active_loop_name or "")
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """See base class; the new events wait for the turn's commit."""
        read = self._read.get(tracker.sender_id, _Read())
        events = list(tracker.events)
        gained = events[len(read.positions) :]
        stored = [slim(event.as_dict()) for event in gained]
        if not any(isinstance(event, SessionStarted) for event in gained):
            stored += self._checkpoint(read, events)
        self._gained[tracker.sender_id] = NewEvents(read.base, tuple(stored), read.form)

    def _checkpoint(self, read: _Read, events: Sequence[Event]) -> list[dict[str, Any]]:
        """The checkpoint that is due after this turn, if one is."""
        place = place_of(events)
        if place is None or not is_worth_it(place, read.known) or self.domain is None:
            return []
        known = known_before(events, place, self.domain.slots)
        return [checkpoint(known, read.position(place), events[-1].timestamp)]

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
    return [event for _, event in opened(await connection.fetch(_SESSION, conversation_id))]


async def append_events(connection: Connection, conversation_id: str, gained: NewEvents) -> None:
    """Appends a turn's events; a position that is already taken breaks the turn's transaction."""
    rows: Sequence[tuple[str, int, bool, dict[str, Any]]] = [
        (conversation_id, gained.base + number, opens, event)
        for number, (event, opens) in enumerate(zip(gained.events, gained.opens, strict=True), start=1)
    ]
    if rows:
        await connection.executemany(_APPEND, rows)
