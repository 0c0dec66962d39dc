"""Answers suggested for a customer's line: the bot writes them, the desk says what became of each; it counts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from handoff.errors import UnknownSuggestion
from runtime.clock import SHANGHAI
from runtime.postgres import Connection

MOST = 3

_ADD = """
    insert into suggestions (conversation_id, seq, place, kind, source, title, text, intent, score, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing
"""
# Those of the customer's newest line that has some, as long as no agent has answered it.
_CURRENT = """
    select * from suggestions s where s.conversation_id = $1 and s.state in ('shown', 'accepted')
      and s.seq = (select max(seq) from suggestions where conversation_id = $1)
      and not exists (select from messages m where m.conversation_id = $1 and m.role = 'agent' and m.seq > s.seq)
    order by s.place
"""
_DECIDE = """
    update suggestions set state = $2, agent_id = $3, decided_at = $4
    where suggestion_id = $1 and state = any($5) returning suggestion_id
"""
_SENT = """
    update suggestions s set state = case when btrim(m.body ->> 'text') = btrim(s.text) then 'sent' else 'edited' end,
        agent_id = $3, decided_at = $4, sent_seq = m.seq
    from messages m
    where s.suggestion_id = $1 and s.state in ('shown', 'accepted') and m.conversation_id = s.conversation_id
      and m.seq = $2 and m.role = 'agent'
    returning s.state
"""
_FIGURES = """
    select kind, source, min(title) as title, count(*) as shown,
        count(*) filter (where state = 'sent') as sent, count(*) filter (where state = 'edited') as edited,
        count(*) filter (where state = 'rejected') as rejected, count(*) filter (where state = 'accepted') as taken
    from suggestions where created_at >= $1 group by kind, source order by count(*) desc, source limit 100
"""


class SuggestionKind(str, Enum):
    """Where a suggestion comes from."""

    KNOWLEDGE = "knowledge"
    INTENT = "intent"


@dataclass(frozen=True)
class Suggestion:
    """One answer: its words, the title and source the agent sees, and how sure the search was."""

    kind: SuggestionKind
    source: str
    title: str
    text: str
    intent: str = ""
    score: float = 0.0


async def store(
    connection: Connection, conversation_id: str, seq: int, found: Sequence[Suggestion], *, at: datetime
) -> None:
    """Keeps the suggestions of a line, once."""
    for place, one in enumerate(found[:MOST], start=1):
        values = (one.kind.value, one.source, one.title, one.text, one.intent, one.score, at)
        await connection.execute(_ADD, conversation_id, seq, place, *values)


async def current(connection: Connection, conversation_id: str) -> list[dict[str, Any]]:
    """Lists what may be suggested now: nothing once the line is answered."""
    return [_wire(row) for row in await connection.fetch(_CURRENT, conversation_id)]


async def conversation_of(connection: Connection, suggestion_id: int) -> str:
    """Whose conversation it is about. Raises UnknownSuggestion."""
    query = "select conversation_id from suggestions where suggestion_id = $1"
    conversation_id = await connection.fetchval(query, suggestion_id)
    if conversation_id is None:
        raise UnknownSuggestion("There is no such suggestion.", suggestion_id=suggestion_id)
    return str(conversation_id)


async def accept(connection: Connection, suggestion_id: int, agent_id: str, *, at: datetime) -> None:
    """The agent took it into the composer."""
    await connection.fetchval(_DECIDE, suggestion_id, "accepted", agent_id, at, ["shown"])


async def reject(connection: Connection, suggestion_id: int, agent_id: str, *, at: datetime) -> None:
    """The agent does not want it."""
    await connection.fetchval(_DECIDE, suggestion_id, "rejected", agent_id, at, ["shown", "accepted"])


async def sent(connection: Connection, suggestion_id: int, seq: int, agent_id: str, *, at: datetime) -> str | None:
    """A line was made of it: `sent` as it was, or `edited`; None where it was counted before."""
    state = await connection.fetchval(_SENT, suggestion_id, seq, agent_id, at)
    return str(state) if state else None


async def figures(connection: Connection, since: datetime) -> list[dict[str, Any]]:
    """Counts by source what became of the suggestions since a moment; who let one stand has ignored it."""
    rows = [dict(row) for row in await connection.fetch(_FIGURES, since)]
    for row in rows:
        row["ignored"] = row["shown"] - row["sent"] - row["edited"] - row["rejected"] - row["taken"]
    return rows


def _wire(row: Any) -> dict[str, Any]:
    return {
        "id": row["suggestion_id"],
        "seq": row["seq"],
        "kind": row["kind"],
        "source": row["source"],
        "title": row["title"],
        "text": row["text"],
        "intent": row["intent"],
        "state": row["state"],
        "at": row["created_at"].astimezone(SHANGHAI).isoformat(timespec="seconds"),
    }
