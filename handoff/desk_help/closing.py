"""Closing a service: what is known for the summary, from events alone, and the topic and result it is filed under.

The words around it are the desk's (its locale); here are facts only, masked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handoff.errors import UnknownConversation
from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from runtime.privacy import mask_text

# The result codes of a service, as the desk's locale names them (`result.<code>`).
RESULTS = ("solved", "explained", "ordered", "promised", "passed_on", "not_solved", "customer_left")
# An outage (E) and a payment (Y) have numbers, too, and are no work orders.
_ORDER = re.compile(r"(?<![A-Za-z0-9])(?![EY])[A-Z]{1,2}\d{8,14}(?:-\d{2})?(?!\d)")
_BARE = re.compile(r"[\d\s.,:/-]*")
_QUOTED, _ASKED, _BEFORE, _SAID = 60, 3, 2, 6

_SERVED = """
    select escalation_id, skill, reason, summary, requested_at, accepted_at from escalations
    where conversation_id = $1 order by escalation_id desc limit 1
"""
# From the customer's words just before the request, so that what was asked of the bot is there too.
_LINES = """
    select role, body ->> 'text' as text, body, created_at from messages
    where conversation_id = $1 and created_at >= $2::timestamptz - interval '10 minutes'
      and role in ('customer', 'agent', 'bot') and delivery is distinct from 'suppressed'
    order by seq limit 400
"""
_PROMISES = """
    select promise_id, text, due_at, state from promises
    where conversation_id = $1 and created_at >= $2 and state <> 'dropped' order by due_at
"""
# What was done from the customer panel (`desk_acts`), by its number or the account's tail; a check code is only a step.
_DONE = """
    select substr(name, 5) as name, coalesce(detail ->> 'number', detail ->> 'tail', '') as what from escalation_events
    where conversation_id = $1 and at >= $2 and name like 'act.%' and name <> 'act.code' order by event_id
"""
_FILE = """
    insert into closings (escalation_id, conversation_id, agent_id, topic, result, summary, at)
    values ($1, $2, $3, $4, $5, $6, $7) on conflict (escalation_id) do nothing
"""


@dataclass(frozen=True)
class Codes:
    """What a service is filed under."""

    topic: str
    result: str


async def draft(connection: Connection, conversation_id: str) -> dict[str, Any]:
    """Collects what was asked, done, promised and ordered. Raises UnknownConversation: nobody was ever asked here."""
    served = await connection.fetchrow(_SERVED, conversation_id)
    if served is None:
        raise UnknownConversation(conversation_id=conversation_id)
    lines = await connection.fetch(_LINES, conversation_id, served["requested_at"])
    promises = await connection.fetch(_PROMISES, conversation_id, served["requested_at"])
    done = await connection.fetch(_DONE, conversation_id, served["requested_at"])
    summary = served["summary"] or {}
    said = [row["text"] for row in lines if row["role"] == "agent" and _is_words(row)]
    return {
        "skill": served["skill"],
        "reason": served["reason"],
        "topic": str(summary.get("intent") or ""),
        "asked": [_quoted(text) for text in _asked(lines, served["requested_at"])],
        "answered": [_quoted(text) for text in said[-_SAID:]],
        "acts": [{"name": row["name"], "what": row["what"]} for row in done],
        "orders": _orders(summary, lines),
        "promises": [_promise(row) for row in promises],
        "results": list(RESULTS),
    }


async def file(
    connection: Connection,
    escalation_id: int,
    conversation_id: str,
    agent_id: str,
    codes: Codes,
    summary: str,
    *,
    at: datetime,
) -> None:
    """Files a closed service under its codes."""
    await connection.execute(_FILE, escalation_id, conversation_id, agent_id, codes.topic, codes.result, summary, at)


def _asked(lines: list[Any], requested_at: datetime) -> list[str]:
    """What was wanted: the last words before the request, which led to it, then the first ones after.

    Bare numbers answer a question (an account, a check code) and say nothing of the matter.
    """
    own = [row for row in lines if row["role"] == "customer" and _says_something(row["text"])]
    words = [(row["text"], row["created_at"]) for row in own if not _BARE.fullmatch(row["text"])]
    before = [text for text, at in words if at <= requested_at][-_BEFORE:]
    after = [text for text, at in words if at > requested_at]
    return [*before, *after][:_ASKED]


def _orders(summary: dict[str, Any], lines: list[Any]) -> list[str]:
    """The numbers of work orders: those the request names, and those said or shown on a card since."""
    shown = [number for row in lines if row["role"] != "customer" for number in _ORDER.findall(str(row["body"]))]
    return list(dict.fromkeys([*map(str, summary.get("orders") or ()), *shown]))


def _promise(row: Any) -> dict[str, Any]:
    due = row["due_at"].astimezone(SHANGHAI).isoformat(timespec="minutes")
    return {"id": row["promise_id"], "text": mask_text(row["text"]), "due_at": due, "state": row["state"]}


def _quoted(text: str) -> str:
    said = mask_text(" ".join(text.split()))
    return said if len(said) <= _QUOTED else f"{said[: _QUOTED - 1]}…"


def _is_words(row: Any) -> bool:
    return "attachment" not in row["body"] and _says_something(row["text"])


def _says_something(text: str | None) -> bool:
    return len((text or "").strip()) > 1
