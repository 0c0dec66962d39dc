"""What was offered to whom, what they said to it, and whether a moment is calm enough: the SQL.

One person is every conversation that is linked to theirs; a cap and an opt-out count for all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handoff.extras.book import ExtraBook, Spans
from runtime.postgres import Connection

CHAT, NOTICE = "chat", "notice"
# Everybody who is one person with one of $1.
_PERSON = """
    with recursive person (id, of) as (
        select one, one from unnest($1::text[]) as one
        union
        select case when l.conversation_id = p.id then l.source_id else l.conversation_id end, p.of
        from person p join identity_links l on p.id in (l.conversation_id, l.source_id)
    )
"""
_STOPPED = f"""{_PERSON}
    select distinct p.of from person p where
        exists (select from extra_optouts o where o.conversation_id = p.id)
        or exists (select from extra_offers e where e.conversation_id = p.id
                   and e.at > case when e.name = '' then $3::timestamptz else $2::timestamptz end)
"""
_TROUBLED = f"""{_PERSON}
    select distinct p.of from person p where
        exists (select from conversations c where c.conversation_id = p.id and (c.owner <> 'bot'
                or (c.mood >= 2 and c.mood_at > $2)))
        or exists (select from trigger_marks t where t.conversation_id = p.id and t.kind = 'contact' and t.at > $3)
        or exists (select from escalations e where e.conversation_id = p.id
                   and (e.state in ('waiting', 'offered', 'serving') or e.requested_at > $3))
        or exists (select from messages m where m.conversation_id = p.id and m.created_at > $3
                   and m.body->'told'->>'kind' ~ '^(outage|supply|arrears|balance|promise|order_late|callback)')
"""
_REFUSED = f"""{_PERSON}
    select distinct e.name from person p join extra_offers e on e.conversation_id = p.id
    where e.answer = 'no' and e.at > $2
"""
_FINISHED = """
    select exists (
        select from messages m where m.conversation_id = $1 and m.role = 'bot' and m.created_at > $2
            and m.delivery is distinct from 'suppressed' and m.body->'card'->>'kind' = any($3)
    ) or exists (
        select from (select event from tracker_events where conversation_id = $1 order by position desc limit 80) v
        where v.event->>'event' = 'user' and (v.event->>'timestamp')::float > extract(epoch from $2::timestamptz)
            and v.event->'parse_data'->'intent'->>'name' = any($4)
    )
"""
_OFFERED = """
    insert into extra_offers (conversation_id, account_no, name, way, seq, at) values ($1, $2, $3, $4, $5, $6)
    returning offer_id
"""
_BEFORE = """
    select (body->'extra'->>'id')::bigint as offer_id, body->'extra'->>'name' as name, created_at from messages
    where conversation_id = $1 and seq < $2 and role in ('bot', 'agent', 'system')
        and delivery is distinct from 'suppressed'
    order by seq desc limit 1
"""
_ANSWER = "update extra_offers set answer = $2, answered_at = $3 where offer_id = $1"
_STOP = "insert into extra_optouts (conversation_id, at) values ($1, $2) on conflict (conversation_id) do nothing"


@dataclass(frozen=True)
class Offered:
    """An offer that was made in a chat."""

    offer_id: int
    name: str


async def stopped(connection: Connection, people: Collection[str], spans: Spans, at: datetime) -> set[str]:
    """Which of these conversations' people want no offers, or had one not long ago."""
    rows = await connection.fetch(_STOPPED, list(people), at - spans.again, at - spans.looked)
    return {row["of"] for row in rows}


async def troubled(connection: Connection, people: Collection[str], spans: Spans, at: datetime) -> set[str]:
    """Which of these conversations' people were annoyed lately, in trouble, or have to do with a person."""
    rows = await connection.fetch(_TROUBLED, list(people), at - spans.calm, at - spans.trouble)
    return {row["of"] for row in rows}


async def refused(connection: Connection, conversation_id: str, spans: Spans, at: datetime) -> list[str]:
    """What this person has declined."""
    return [row["name"] for row in await connection.fetch(_REFUSED, [conversation_id], at - spans.refused)]


async def finished(connection: Connection, conversation_id: str, book: ExtraBook, at: datetime) -> bool:
    """Whether a business was finished in this talk."""
    since = at - book.spans.talk
    return bool(await connection.fetchval(_FINISHED, conversation_id, since, list(book.cards), list(book.intents)))


async def offered(
    connection: Connection,
    conversation_id: str,
    name: str,
    *,
    at: datetime,
    way: str = CHAT,
    account_no: str = "",
    seq: int | None = None,
) -> int:
    """Notes an offer, or with no name that there was nothing to offer."""
    number: int = await connection.fetchval(_OFFERED, conversation_id, account_no, name, way, seq, at)
    return number


async def note_told(connection: Connection, rows: Sequence[tuple[str, str, str]], at: datetime) -> None:
    """Notes offers made as notices: conversation, account and name of each."""
    values: list[tuple[Any, ...]] = [(who, account, name, NOTICE, None, at) for who, account, name in rows]
    await connection.executemany(_OFFERED, values)


async def offered_before(connection: Connection, conversation_id: str, seq: int, *, since: datetime) -> Offered | None:
    """Which offer the line right before a message makes; none: it makes none."""
    row = await connection.fetchrow(_BEFORE, conversation_id, seq)
    if row is None or row["offer_id"] is None or row["created_at"] < since:
        return None
    return Offered(row["offer_id"], row["name"])


async def answered(connection: Connection, offer_id: int, answer: str, at: datetime) -> None:
    """Notes what was said to an offer."""
    await connection.execute(_ANSWER, offer_id, answer, at)


async def stop(connection: Connection, conversation_id: str, at: datetime) -> None:
    """This person wants no offers any more."""
    await connection.execute(_STOP, conversation_id, at)
