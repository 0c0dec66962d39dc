"""What the takeover card is read from: four short queries, each by an index; it decides nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from runtime.privacy import mask_text

MOST_LINES, MOST_EVENTS, MOST_SHOWN = 60, 240, 3
_NUMBER = re.compile(r"(?<![0-9A-Za-z])([A-Z])\d{9,14}(?!\d)")
_OUTAGE_LETTER, _ORDER_LETTERS = "E", frozenset("FTRJOP")
_NOT_UNDERSTOOD = "nlu_fallback"
_SKIPPED_INTENTS = frozenset({_NOT_UNDERSTOOD, "affirm", "deny", "request_human", "small_talk", "correct_info"})

MAIN = """
    select c.conversation_id, c.channel, c.profile, c.mood, e.summary, e.priority, e.reason, asked.text as asked,
           past.state as past_state, past.ended_at as past_at, past.note as past_note, past.name as past_agent
    from conversations c
    left join lateral (
        select summary, priority, reason from escalations
        where conversation_id = c.conversation_id order by escalation_id desc limit 1
    ) e on true
    left join lateral (
        select body ->> 'text' as text from messages
        where conversation_id = c.conversation_id and role = 'customer' order by seq desc limit 1
    ) asked on true
    left join lateral (
        select s.state, s.ended_at, s.note, a.name from escalations s join agents a on a.agent_id = s.agent_id
        where s.conversation_id = c.conversation_id and s.state in ('returned', 'closed')
        order by s.escalation_id desc limit 1
    ) past on true
    where c.conversation_id = $1
"""

# What the bot has said it will still do.
_KEPT = """
    select body ->> 'wish' as wish, created_at from errands
    where conversation_id = $1 and state = 'waiting' order by errand_id
"""

_CARDS = """
    select card from (
        select body -> 'card' as card, role, delivery, created_at from messages
        where conversation_id = $1 order by seq desc limit $3
    ) newest
    where card is not null and role = 'bot' and delivery is distinct from 'suppressed'
      and ($2::timestamptz is null or created_at > $2)
"""

_HEARD = """
    select intent, message_id from (
        select event ->> 'event' as kind, event -> 'parse_data' -> 'intent' ->> 'name' as intent,
               event -> 'metadata' ->> 'message_id' as message_id,
               (event ->> 'timestamp')::float8 as at
        from tracker_events where conversation_id = $1 order by position desc limit $3
    ) newest
    where kind = 'user' and ($2::float8 is null or at is null or at > $2)
"""


@dataclass(frozen=True)
class Tried:
    """What the bot did for this matter: messages heard, how many it did not understand, what they were about."""

    heard: int = 0
    missed: int = 0
    intents: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()

    def to_wire(self) -> dict[str, Any]:
        """Returns `{"heard", "missed", "intents", "shown"}`."""
        return {
            "heard": self.heard,
            "missed": self.missed,
            "intents": list(self.intents),
            "shown": list(self.shown),
        }


@dataclass(frozen=True)
class Told:
    """One thing that the system has said in this chat, as its card said it."""

    kind: str
    title: str
    detail: str

    def to_wire(self) -> dict[str, str]:
        """Returns `{"kind", "title", "detail"}`."""
        return {"kind": self.kind, "title": self.title, "detail": self.detail}


@dataclass(frozen=True)
class PastContact:
    """The last time a person served this customer here."""

    agent: str
    state: str
    at: datetime
    note: str

    def to_wire(self) -> dict[str, str]:
        """Returns `{"agent", "state", "at", "note"}`."""
        at = self.at.astimezone(SHANGHAI).isoformat(timespec="seconds")
        return {"agent": self.agent, "state": self.state, "at": at, "note": self.note}


async def kept_errands(connection: Connection, conversation_id: str) -> list[tuple[str, datetime]]:
    """Reads what the bot keeps for later: the wish, and since when."""
    return [(row["wish"], row["created_at"]) for row in await connection.fetch(_KEPT, conversation_id)]


async def told_by_system(connection: Connection, conversation_id: str, since: datetime | None) -> tuple[Told, ...]:
    """Reads the cards the customer has been shown in this matter, the newest first, each title once."""
    rows = await connection.fetch(_CARDS, conversation_id, since, MOST_LINES)
    told = {one.title: one for one in reversed([_told(row["card"]) for row in rows])}
    return tuple(reversed(told.values()))[:MOST_SHOWN]


async def tried_by_bot(
    connection: Connection, conversation_id: str, since: datetime | None, told: Iterable[Told]
) -> Tried:
    """Counts what the bot heard in this matter and what it missed."""
    after = since.timestamp() if since else None
    rows = await connection.fetch(_HEARD, conversation_id, after, MOST_EVENTS)
    # A message that was handed back to the dialogue stands there twice, and came once.
    sent = {row["message_id"] or number: row["intent"] or "" for number, row in enumerate(rows)}
    intents = list(reversed(sent.values()))
    about = tuple(dict.fromkeys(one for one in intents if one and one not in _SKIPPED_INTENTS))
    missed = sum(one == _NOT_UNDERSTOOD for one in intents)
    return Tried(len(intents), missed, about[-MOST_SHOWN:], tuple(one.title for one in told))


def numbers_in(told: Iterable[Told]) -> tuple[list[str], list[str]]:
    """Finds the numbers of orders and of outages in what was told."""
    found = [match for one in told for match in _NUMBER.finditer(f"{one.title} {one.detail}")]
    orders = [match[0] for match in found if match[1] in _ORDER_LETTERS]
    return orders, [match[0] for match in found if match[1] == _OUTAGE_LETTER]


def past_contact(row: Any) -> PastContact | None:
    """Reads the last contact from the main row."""
    if row["past_agent"] is None or row["past_at"] is None:
        return None
    return PastContact(row["past_agent"], row["past_state"], row["past_at"], mask_text(row["past_note"] or ""))


def _told(card: dict[str, Any]) -> Told:
    rows = card.get("rows") or [{"label": "", "value": ""}]
    said = card.get("total") or rows[0]
    detail = f"{said.get('label', '')} {said.get('value', '')}".strip()
    return Told(str(card.get("kind", "")), mask_text(str(card.get("title", ""))), mask_text(detail))
