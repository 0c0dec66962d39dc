"""The book of errands: requests kept for later, each taken by one worker at a time; it runs none and tells nobody.

A claim counts the attempt and holds for a while. A worker that dies leaves the errand to the next one, and of two that
run it the later claim alone may write the result: the count is the fence.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from conversation.errand import WAITING, Errand
from runtime.postgres import Connection, Pool, transaction

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(hours=24)
_HOLD = timedelta(seconds=90)
_JITTER = (0.75, 1.25)

# The same request twice in a conversation is one: the first key stays.
_KEEP = """
    insert into errands (conversation_id, action, body, next_at, created_at)
    select $1, $2, $3, $4, $5
    where not exists (
        select 1 from errands
        where conversation_id = $1 and action = $2 and state = 'waiting' and body -> 'slots' = $3::jsonb -> 'slots')
    returning errand_id
"""

_DROP = """
    update errands set state = 'dropped', ended_at = $3
    where conversation_id = $1 and errand_id = any($2::bigint[]) and state = 'waiting'
"""

_CLAIM = """
    update errands set attempts = attempts + 1, claimed_until = $2 where errand_id in (
        select errand_id from errands
        where state = 'waiting' and next_at <= $1 and (claimed_until is null or claimed_until <= $1)
        order by next_at limit $3 for update skip locked)
    returning errand_id, conversation_id, body, attempts, created_at
"""

_PUT_OFF = """
    update errands set next_at = $3, claimed_until = null, last_error = $4
    where errand_id = $1 and attempts = $2 and state = 'waiting'
"""

# What was dropped while it was being done is told all the same: the company has it.
_END = """
    update errands
    set state = $3, claimed_until = null, last_error = nullif($4, ''), told = $5, owed = $6, ended_at = $7
    where errand_id = $1 and attempts = $2 and state in ('waiting', 'dropped')
    returning errand_id
"""

_OWED = """
    select distinct e.conversation_id from errands e join conversations c using (conversation_id)
    where e.owed and c.owner <> 'agent'
"""

_PAY = """
    with paid as (update errands set owed = false where conversation_id = $1 and owed returning errand_id, told)
    select told from paid order by errand_id
"""


@dataclass(frozen=True)
class Claimed:
    """An errand this worker runs now."""

    errand_id: int
    conversation_id: str
    errand: Errand
    attempt: int
    created_at: datetime


def pause(attempt: int) -> timedelta:
    """How long to wait after an attempt: twice as long each time, up to a limit, and never all at the same moment."""
    plain: timedelta = min(FIRST_PAUSE * 2 ** min(attempt - 1, 20), LONGEST_PAUSE)
    return plain * random.uniform(*_JITTER)


def waiting_metadata(waiting: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the actions are told of the errands that wait in the conversation."""
    return {WAITING: list(waiting)} if waiting else {}


async def keep(connection: Connection, conversation_id: str, errand: Errand, *, at: datetime) -> None:
    """Keeps an errand; the caller's transaction makes it durable together with the sentence that says so."""
    first = at + FIRST_PAUSE * random.uniform(*_JITTER)
    await connection.execute(_KEEP, conversation_id, errand.action, errand.to_wire(), first, at)


async def drop(connection: Connection, conversation_id: str, errand_ids: Sequence[int], *, at: datetime) -> None:
    """Lets errands go that the customer no longer wants."""
    await connection.execute(_DROP, conversation_id, list(errand_ids), at)


async def claim(pool: Pool, *, now: datetime, most: int) -> list[Claimed]:
    """Takes errands that are due; no other worker takes them while this one may still be at it."""
    async with transaction(pool) as connection:
        rows = await connection.fetch(_CLAIM, now, now + _HOLD, most)
    return [
        Claimed(
            row["errand_id"],
            row["conversation_id"],
            Errand.from_wire(row["body"]),
            row["attempts"],
            row["created_at"],
        )
        for row in rows
    ]


async def put_off(connection: Connection, claimed: Claimed, *, until: datetime, why: str) -> None:
    """Leaves an errand for another attempt."""
    await connection.execute(_PUT_OFF, claimed.errand_id, claimed.attempt, until, why)


async def end(
    connection: Connection,
    claimed: Claimed,
    state: str,
    told: Sequence[dict[str, Any]],
    *,
    owed: bool,
    why: str,
    at: datetime,
) -> bool:
    """Writes the end of an errand; False when another worker has claimed it since, and the result is theirs."""
    ended = await connection.fetchval(_END, claimed.errand_id, claimed.attempt, state, why, list(told), owed, at)
    return ended is not None


async def creditors(pool: Pool) -> list[str]:
    """Lists conversations that are owed a result and that the bot may speak in again."""
    return [row["conversation_id"] for row in await pool.fetch(_OWED)]


async def pay(connection: Connection, conversation_id: str) -> list[dict[str, Any]]:
    """Takes what a conversation is owed; the caller holds its lock and says it."""
    rows = await connection.fetch(_PAY, conversation_id)
    return [body for row in rows for body in row["told"]]
