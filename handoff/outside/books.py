"""The books of the seam, in PostgreSQL: cases at the other desk and what it said; it decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handoff.outside.port import OutsideEvent
from runtime.postgres import Connection

_LONGEST_PAUSE = timedelta(minutes=5)

# Requests nobody has told the other desk of yet.
_ADOPT = """
    insert into outside_cases (escalation_id, conversation_id, desk, next_try_at, begun_at)
    select escalation_id, conversation_id, $1, $2, $2 from escalations e
    where state in ('waiting', 'offered')
      and not exists (select from outside_cases c where c.escalation_id = e.escalation_id)
    on conflict do nothing
"""

_DUE = """
    select k.escalation_id, k.conversation_id, k.case_ref, k.told_seq, k.state, k.tries, k.begun_at, k.alarmed_at,
           e.state as request, e.skill, e.priority, c.last_seq, c.channel, c.profile
    from outside_cases k
    join escalations e using (escalation_id) join conversations c on c.conversation_id = k.conversation_id
    where k.desk = $1 and k.state <> 'ended' and k.next_try_at <= $2
      and (k.state = 'opening' or c.last_seq > k.told_seq or e.state in ('returned', 'closed', 'abandoned'))
    order by e.priority, k.next_try_at limit 1
    for update of k skip locked
"""

_EVENT = "insert into outside_events values ($1, $2, $3, $4, $4) on conflict do nothing returning event_id"
# One after the other of a case, in the order they came.
_EVENT_DUE = """
    select event_id, event, tries, received_at from outside_events o
    where desk = $1 and done_at is null and next_try_at <= $2
      and not exists (select from outside_events b where b.desk = o.desk and b.done_at is null
                      and b.event ->> 'case_ref' = o.event ->> 'case_ref' and b.received_at < o.received_at)
    order by received_at, event_id limit 1
    for update skip locked
"""
_CASE = "select escalation_id, conversation_id from outside_cases where desk = $1 and case_ref = $2"


@dataclass(frozen=True)
class DueCase:
    """A case of which the other desk has not heard all."""

    escalation_id: int
    conversation_id: str
    case_ref: str | None
    told_seq: int
    state: str
    tries: int
    begun_at: datetime
    alarmed_at: datetime | None
    request: str
    skill: str
    priority: int
    last_seq: int
    channel: str
    profile: dict[str, Any]

    @property
    def over(self) -> bool:
        """Whether the request has ended."""
        return self.request in ("returned", "closed", "abandoned")


@dataclass(frozen=True)
class DueEvent:
    """Something the other desk said that was not done yet."""

    event: OutsideEvent
    tries: int
    received_at: datetime


async def adopt(connection: Connection, desk: str, *, at: datetime) -> None:
    """Writes a case for every waiting request that has none."""
    await connection.execute(_ADOPT, desk, at)


async def take_case(connection: Connection, desk: str, *, at: datetime) -> DueCase | None:
    """Takes the most urgent case that is due; nobody else takes it until the transaction ends."""
    row = await connection.fetchrow(_DUE, desk, at)
    return DueCase(**row) if row else None


async def reached(connection: Connection, case: DueCase, *, case_ref: str, seq: int, ended: bool = False) -> None:
    """Writes how far the other desk has been told."""
    state = "ended" if ended else "open"
    await connection.execute(
        "update outside_cases set case_ref = $2, told_seq = $3, state = $4, tries = 0, last_error = null"
        " where escalation_id = $1",
        *(case.escalation_id, case_ref, seq, state),
    )


async def failed(connection: Connection, case: DueCase, why: str, *, at: datetime) -> None:
    """Writes that it did not go, and when to try again."""
    await connection.execute(
        "update outside_cases set tries = tries + 1, next_try_at = $2, last_error = $3 where escalation_id = $1",
        *(case.escalation_id, at + pause(case.tries), why),
    )


async def alarmed(connection: Connection, case: DueCase, *, at: datetime) -> None:
    """Writes that our own desk was told to look after it."""
    query = "update outside_cases set alarmed_at = $2 where escalation_id = $1"
    await connection.execute(query, case.escalation_id, at)


async def keep_event(connection: Connection, desk: str, event: OutsideEvent, *, at: datetime) -> bool:
    """Keeps what the other desk said; tells whether it is new."""
    return await connection.fetchval(_EVENT, desk, event.event_id, event.to_json(), at) is not None


async def take_event(connection: Connection, desk: str, *, at: datetime) -> DueEvent | None:
    """Takes the oldest event that is due; nobody else takes it until the transaction ends."""
    row = await connection.fetchrow(_EVENT_DUE, desk, at)
    return DueEvent(OutsideEvent.from_json(row["event"]), row["tries"], row["received_at"]) if row else None


async def event_done(connection: Connection, desk: str, event: OutsideEvent, outcome: str, *, at: datetime) -> None:
    """Writes what became of an event."""
    query = "update outside_events set outcome = $3, done_at = $4 where desk = $1 and event_id = $2"
    await connection.execute(query, desk, event.event_id, outcome, at)


async def event_later(connection: Connection, desk: str, due: DueEvent, why: str, *, at: datetime) -> None:
    """Writes that an event could not be done now."""
    await connection.execute(
        "update outside_events set tries = tries + 1, next_try_at = $3, outcome = $4 where desk = $1 and event_id = $2",
        *(desk, due.event.event_id, at + pause(due.tries), why),
    )


async def case_of(connection: Connection, desk: str, case_ref: str) -> tuple[int, str] | None:
    """Finds the newest request and the conversation of a case's name there."""
    row = await connection.fetchrow(_CASE + " order by escalation_id desc limit 1", desk, case_ref)
    return (row["escalation_id"], row["conversation_id"]) if row else None


async def follow(
    connection: Connection, desk: str, case_ref: str, escalation_id: int, conversation_id: str, *, at: datetime
) -> None:
    """Lets a case there stand for another request: an agent has written in it again after it had ended."""
    await connection.execute(
        "insert into outside_cases"
        " (escalation_id, conversation_id, desk, case_ref, state, told_seq, next_try_at, begun_at)"
        " select $3, $4, $1, $2, 'open', last_seq, $5, $5 from conversations where conversation_id = $4"
        " on conflict (escalation_id) do update set case_ref = excluded.case_ref, state = 'open'",
        *(desk, case_ref, escalation_id, conversation_id, at),
    )


def pause(tries: int) -> timedelta:
    """How long to wait after so many tries: one second, two, four … five minutes."""
    return min(timedelta(seconds=2 ** min(tries, 16)), _LONGEST_PAUSE)
