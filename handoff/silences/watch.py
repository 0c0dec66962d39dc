"""Writes down who is waited for in every served conversation, and when the next step is due; it does no step.

The last word of customer or agent tells who is waited for. A customer who writes three lines waits since the first of
them. What is written is only what the transcript says, so a sweep that was down for an hour finds it all again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handoff.silences.rules import Side, SilenceRules
from runtime.postgres import Connection

# Served conversations with the words that began the present silence: the first line after the other side's last.
_QUIET = """
    with served as (
        select c.conversation_id, e.escalation_id, e.skill, s.since_seq as known, s.waits_for as known_side,
               s.escalation_id as known_escalation, (
                   select max(v.at) from escalation_events v
                   where v.conversation_id = c.conversation_id and v.detail ->> 'owner' = 'agent') as served_since
        from conversations c
        join escalations e on e.conversation_id = c.conversation_id and e.state = 'serving'
        left join silences s on s.conversation_id = c.conversation_id
        where c.owner = 'agent' and ($1::text is null or c.conversation_id = $1)
    ), spoken as (
        select served.*, last.role, coalesce((
            select max(o.seq) from messages o where o.conversation_id = served.conversation_id
              and o.role in ('customer', 'agent') and o.role <> last.role), 0) as before
        from served join lateral (
            select m.role from messages m
            where m.conversation_id = served.conversation_id and m.role in ('customer', 'agent')
            order by m.seq desc limit 1) last on true
    )
    select spoken.*, first.seq, first.created_at from spoken join lateral (
        select m.seq, m.created_at from messages m
        where m.conversation_id = spoken.conversation_id and m.role = spoken.role and m.seq > spoken.before
        order by case when spoken.role = 'customer' then m.seq else -m.seq end limit 1) first on true
    order by spoken.conversation_id
"""

_WRITE = """
    insert into silences (conversation_id, escalation_id, waits_for, since_seq, since, step, due_at)
    values ($1, $2, $3, $4, $5, 0, $6)
    on conflict (conversation_id) do update set escalation_id = excluded.escalation_id,
        waits_for = excluded.waits_for, since_seq = excluded.since_seq, since = excluded.since, step = 0,
        due_at = excluded.due_at
    where (silences.escalation_id, silences.waits_for, silences.since_seq)
        is distinct from (excluded.escalation_id, excluded.waits_for, excluded.since_seq)
"""

_TIDY = """
    delete from silences s where not exists (
        select from conversations c join escalations e on e.conversation_id = c.conversation_id and e.state = 'serving'
        where c.conversation_id = s.conversation_id and c.owner = 'agent' and e.escalation_id = s.escalation_id)
"""


@dataclass(frozen=True)
class Quiet:
    """A silence: who is waited for, since which line, and when that was said."""

    conversation_id: str
    escalation_id: int
    skill: str
    side: Side
    since_seq: int
    since: datetime
    new: bool


async def note_silences(connection: Connection, rules: SilenceRules) -> None:
    """Writes down what the transcript says of every served conversation, and forgets those no longer served."""
    for quiet in await read_quiet(connection):
        if quiet.new:
            steps = rules.of(quiet.skill, quiet.side)
            due = quiet.since + steps[0].after if steps else None
            await connection.execute(
                _WRITE, quiet.conversation_id, quiet.escalation_id, quiet.side.value, quiet.since_seq, quiet.since, due
            )
    await connection.execute(_TIDY)


async def read_quiet(connection: Connection, conversation_id: str | None = None) -> list[Quiet]:
    """Reads who is waited for, everywhere or in one conversation."""
    rows = await connection.fetch(_QUIET, conversation_id)
    return [_quiet(row) for row in rows]


def next_due(quiet: Quiet, rules: SilenceRules, taken: int, at: datetime) -> datetime | None:
    """When the step after `taken` is due: as planned, but after downtime never at once with the one before."""
    steps = rules.of(quiet.skill, quiet.side)
    if taken >= len(steps):
        return None
    apart = steps[taken].after - steps[taken - 1].after if taken else timedelta()
    planned = quiet.since + steps[taken].after
    return planned if planned > at else at + min(apart, timedelta(minutes=2))


def _quiet(row: Any) -> Quiet:
    side = Side.AGENT if row["role"] == "customer" else Side.CUSTOMER
    # An agent has the time of a fresh question for what stood there before they came.
    since = (
        max(row["created_at"], row["served_since"] or row["created_at"]) if side is Side.AGENT else row["created_at"]
    )
    known = (row["known_escalation"], row["known_side"], row["known"])
    new = known != (row["escalation_id"], side.value, row["seq"])
    return Quiet(row["conversation_id"], row["escalation_id"], row["skill"], side, row["seq"], since, new)
