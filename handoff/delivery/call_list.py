"""The call list: customers whom no channel reached, with the lines they are to be told by telephone.

A conversation has one open entry at most: one call tells everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from runtime.clock import SHANGHAI
from runtime.postgres import Connection

# Why an entry needs no call any more: the customer wrote again, and the lines were delivered.
DELIVERED = "delivered"

_ADD = """
    insert into call_list as listed (conversation_id, seqs, reason, created_at) values ($1, $2, $3, $4)
    on conflict (conversation_id) where done_at is null do update set reason = excluded.reason,
        seqs = (select array_agg(distinct seq order by seq) from unnest(listed.seqs || excluded.seqs) as seq)
"""

_WITHDRAW = """
    update call_list set seqs = array(select seq from unnest(seqs) as seq where seq <> all($2) order by seq)
    where conversation_id = $1 and done_at is null and seqs && $2
    returning call_id, seqs
"""

_CLOSE = "update call_list set done_at = $2, done_by = $3 where call_id = $1"

_FINISH = """
    update call_list set done_at = $2, done_by = $3, note = $4 where call_id = $1 and done_at is null
    returning conversation_id, seqs
"""

_TOLD = """
    update messages set delivery = 'sent', sent_by = 'call', sent_at = $3, owed = false, rest = null
    where conversation_id = $1 and seq = any($2) and delivery = 'failed'
"""


@dataclass(frozen=True)
class Call:
    """One customer to be called, and the numbers of the lines to be told."""

    call_id: int
    conversation_id: str
    seqs: tuple[int, ...]
    reason: str
    created_at: datetime


async def add(connection: Connection, conversation_id: str, seqs: Sequence[int], reason: str, *, at: datetime) -> None:
    """Lists lines to be told by telephone, beside those that are listed already."""
    await connection.execute(_ADD, conversation_id, list(seqs), reason, at)


async def withdraw(connection: Connection, conversation_id: str, seqs: Sequence[int], *, at: datetime) -> None:
    """Takes lines from the list that were delivered meanwhile; an entry without lines is done."""
    for row in await connection.fetch(_WITHDRAW, conversation_id, list(seqs)):
        if not row["seqs"]:
            await connection.execute(_CLOSE, row["call_id"], at, DELIVERED)


async def waiting(connection: Connection) -> list[Call]:
    """Lists who is to be called, the oldest first."""
    rows = await connection.fetch("select * from call_list where done_at is null order by created_at")
    return [
        Call(
            row["call_id"],
            row["conversation_id"],
            tuple(row["seqs"]),
            row["reason"],
            row["created_at"].astimezone(SHANGHAI),
        )
        for row in rows
    ]


async def finish(connection: Connection, call_id: int, agent_id: str, *, at: datetime, note: str = "") -> bool:
    """Records that an agent has called: the lines are told. False: somebody was faster, or it is needless by now."""
    row = await connection.fetchrow(_FINISH, call_id, at, agent_id, note or None)
    if row is None:
        return False
    await connection.execute(_TOLD, row["conversation_id"], row["seqs"], at)
    return True
