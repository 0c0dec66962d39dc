"""Promises an agent made to a customer: watched from the line they stand in until they are kept, broken or dropped.

A promise found in a line is watched at once; the agent's click confirms it, moves its time or drops it. Its agent is
reminded before it is due and the supervisors when it is late; what nobody marks as kept is broken in the end. Each step
is a row of the timeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from handoff.desk_help import pings
from handoff.desk_help.pings import Ping, PingKind
from handoff.errors import UnknownPromise
from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from runtime.privacy import mask_text

_SELECT = """
    select p.*, a.name as agent_name, c.profile, c.channel
    from promises p join conversations c on c.conversation_id = p.conversation_id
    left join agents a on a.agent_id = p.agent_id
"""
_ADD = """
    insert into promises (conversation_id, seq, agent_id, text, due_at, said_due_at, confirmed_at, created_at)
    values ($1, $2, $3, $4, $5, $5, $6, $7) on conflict (conversation_id, seq, text) do nothing returning promise_id
"""
_RECORD = """
    insert into escalation_events (escalation_id, conversation_id, name, actor, detail, at)
    select max(escalation_id), $1, $2, $3, $4, $5 from escalations where conversation_id = $1
"""
_END = """
    update promises set state = $2, ended_at = $3, ended_by = $4 where promise_id = $1 and state = 'watching'
    returning promise_id
"""
_CONFIRM = """
    update promises set confirmed_at = $2, due_at = coalesce($3, due_at),
        said_due_at = case when confirmed_at is null then coalesce($3, said_due_at) else said_due_at end,
        reminded_at = case when $3 is null then reminded_at end, raised_at = case when $3 is null then raised_at end
    where promise_id = $1 and state = 'watching' returning promise_id
"""
_SOON = """
    select * from promises where state = 'watching' and reminded_at is null and due_at <= $1
    order by due_at limit $2 for update skip locked
"""
_LATE = """
    select * from promises where state = 'watching' and raised_at is null and due_at <= $1
    order by due_at limit $2 for update skip locked
"""
_GIVEN_UP = """
    select * from promises where state = 'watching' and raised_at is not null and due_at <= $1
    order by due_at limit $2 for update skip locked
"""
_AT_ONCE = 50
SYSTEM = "system"


class PromiseState(str, Enum):
    """The life of a promise."""

    WATCHING = "watching"
    KEPT = "kept"
    BROKEN = "broken"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Patience:
    """How long before a promise is due its agent is reminded, and how long after it nobody believes in it any more."""

    remind: timedelta = timedelta(minutes=30)
    give_up: timedelta = timedelta(hours=2)


@dataclass(frozen=True)
class Promise:
    """What was promised to whom, by whom, until when."""

    promise_id: int
    conversation_id: str
    seq: int | None
    agent_id: str
    agent_name: str
    text: str
    due_at: datetime
    state: PromiseState
    confirmed: bool
    reminded: bool
    raised: bool

    def to_wire(self, now: datetime) -> dict[str, Any]:
        """Returns the `Promise` of contracts/console.openapi.yml."""
        return {
            "id": self.promise_id,
            "conversation_id": self.conversation_id,
            "seq": self.seq,
            "agent": {"id": self.agent_id, "name": self.agent_name},
            "text": mask_text(self.text),
            "due_at": self.due_at.isoformat(timespec="seconds"),
            "state": self.state.value,
            "confirmed": self.confirmed,
            "reminded": self.reminded,
            "late": self.state is PromiseState.WATCHING and self.due_at <= now,
        }


async def make(
    connection: Connection,
    conversation_id: str,
    agent_id: str,
    text: str,
    due_at: datetime,
    *,
    at: datetime,
    seq: int | None = None,
    confirmed: bool = False,
) -> int | None:
    """Watches a promise from now on; returns its number, None where the same words of the line are watched already."""
    confirmed_at = at if confirmed else None
    promise_id = await connection.fetchval(_ADD, conversation_id, seq, agent_id, text, due_at, confirmed_at, at)
    if promise_id is not None:
        due = due_at.isoformat(timespec="minutes")
        await _record(connection, conversation_id, "promise.made", agent_id, at, promise=promise_id, text=text, due=due)
    return int(promise_id) if promise_id is not None else None


async def get(connection: Connection, promise_id: int) -> Promise:
    """Reads one. Raises UnknownPromise."""
    row = await connection.fetchrow(f"{_SELECT} where p.promise_id = $1", promise_id)
    if row is None:
        raise UnknownPromise("There is no such promise.", promise_id=promise_id)
    return _promise(row)


async def of_conversation(connection: Connection, conversation_id: str) -> list[Promise]:
    """Lists those of a conversation, the open ones first, then by their time."""
    rows = await connection.fetch(
        f"{_SELECT} where p.conversation_id = $1 order by p.state <> 'watching', p.due_at", conversation_id
    )
    return [_promise(row) for row in rows]


async def for_card(connection: Connection, conversation_id: str) -> list[dict[str, str]]:
    """The open promises as the takeover card shows them: the words, and until when."""
    query = "select text, due_at from promises where conversation_id = $1 and state = 'watching' order by due_at"
    rows = await connection.fetch(query, conversation_id)
    return [{"text": row["text"], "at": row["due_at"].astimezone(SHANGHAI).isoformat()} for row in rows]


async def watched(connection: Connection, agent_id: str | None) -> list[Promise]:
    """Lists what is open, of one agent or of all, the most urgent first."""
    mine = "p.state = 'watching' and ($1::text is null or p.agent_id = $1)"
    rows = await connection.fetch(f"{_SELECT} where {mine} order by p.due_at limit 200", agent_id)
    return [_promise(row) for row in rows]


async def confirm(
    connection: Connection, promise_id: int, *, due_at: datetime | None, by: str, at: datetime
) -> Promise:
    """The agent stands by it, perhaps at another time; a moved time is reminded of anew. Raises UnknownPromise."""
    if await connection.fetchval(_CONFIRM, promise_id, at, due_at) is None:
        raise UnknownPromise("This promise has ended.", promise_id=promise_id)
    promise = await get(connection, promise_id)
    due = promise.due_at.isoformat(timespec="minutes")
    await _record(connection, promise.conversation_id, "promise.confirmed", by, at, promise=promise_id, due=due)
    return promise


async def end(connection: Connection, promise_id: int, state: PromiseState, *, by: str, at: datetime) -> Promise:
    """It was kept, was broken, or was none. Raises UnknownPromise when it has ended already."""
    if await connection.fetchval(_END, promise_id, state.value, at, by) is None:
        raise UnknownPromise("This promise has ended.", promise_id=promise_id)
    promise = await get(connection, promise_id)
    await _record(connection, promise.conversation_id, f"promise.{state.value}", by, at, promise=promise_id)
    return promise


async def sweep(connection: Connection, patience: Patience, *, at: datetime) -> int:
    """Reminds of what is due soon, raises what is late, gives up what nobody kept; returns how many it touched.

    Several sweepers at once take different rows; what fell due while none ran is taken by the next.
    """
    soon = await connection.fetch(_SOON, at + patience.remind, _AT_ONCE)
    for row in soon:
        await connection.execute("update promises set reminded_at = $2 where promise_id = $1", row["promise_id"], at)
        await pings.send(connection, [row["agent_id"]], _ping(row, PingKind.PROMISE_DUE), at=at)
    late = await connection.fetch(_LATE, at, _AT_ONCE)
    for row in late:
        await connection.execute("update promises set raised_at = $2 where promise_id = $1", row["promise_id"], at)
        told = [row["agent_id"], *await pings.supervisors(connection)]
        await pings.send(connection, told, _ping(row, PingKind.PROMISE_LATE), at=at)
    given_up = await connection.fetch(_GIVEN_UP, at - patience.give_up, _AT_ONCE)
    for row in given_up:
        await end(connection, row["promise_id"], PromiseState.BROKEN, by=SYSTEM, at=at)
    return len(soon) + len(late) + len(given_up)


def _ping(row: Any, kind: PingKind) -> Ping:
    return Ping(kind, row["text"], row["conversation_id"], row["seq"], row["promise_id"])


async def _record(
    connection: Connection, conversation_id: str, name: str, actor: str, at: datetime, **detail: object
) -> None:
    await connection.execute(_RECORD, conversation_id, name, actor, detail, at)


def _promise(row: Any) -> Promise:
    return Promise(
        promise_id=row["promise_id"],
        conversation_id=row["conversation_id"],
        seq=row["seq"],
        agent_id=row["agent_id"],
        agent_name=row["agent_name"] or row["agent_id"],
        text=row["text"],
        due_at=row["due_at"].astimezone(SHANGHAI),
        state=PromiseState(row["state"]),
        confirmed=row["confirmed_at"] is not None,
        reminded=row["reminded_at"] is not None,
        raised=row["raised_at"] is not None,
    )
