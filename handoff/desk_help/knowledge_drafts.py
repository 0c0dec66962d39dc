"""Answers an agent found worth keeping: a question and an answer each, reviewed before they become knowledge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handoff.errors import UnknownDraft
from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from runtime.privacy import mask_text

# Where an answer may be kept, as data/knowledge files it.
INTENTS = ("ask_tariff_policy", "ask_procedure", "ask_safety_saving", "ask_channel_info")
_SELECT = """
    select d.*, a.name as writer_name from knowledge_drafts d left join agents a on a.agent_id = d.written_by
"""
_ADD = """
    insert into knowledge_drafts (conversation_id, question, answer, intent, written_by, written_at)
    values ($1, $2, $3, $4, $5, $6) returning draft_id
"""
_DECIDE = """
    update knowledge_drafts set state = $2, question = $3, answer = $4, intent = $5, decided_by = $6, decided_at = $7,
        reason = $8
    where draft_id = $1 and state = 'pending' returning draft_id
"""


@dataclass(frozen=True)
class Pair:
    """A question, its answer, and where it belongs."""

    question: str
    answer: str
    intent: str


async def add(connection: Connection, conversation_id: str | None, pair: Pair, *, by: str, at: datetime) -> int:
    """Puts a pair on the review list, without anybody's numbers."""
    masked = (mask_text(pair.question), mask_text(pair.answer), pair.intent)
    return int(await connection.fetchval(_ADD, conversation_id, *masked, by, at))


async def listed(connection: Connection, state: str | None) -> list[dict[str, Any]]:
    """Lists the drafts, those that wait first."""
    query = f"{_SELECT} where $1::text is null or d.state = $1 order by d.state <> 'pending', d.draft_id desc limit 300"
    return [_wire(row) for row in await connection.fetch(query, state)]


async def accept(connection: Connection, draft_id: int, pair: Pair, *, by: str, at: datetime) -> dict[str, Any]:
    """A supervisor takes it, in these words. Raises UnknownDraft."""
    values = ("accepted", mask_text(pair.question), mask_text(pair.answer), pair.intent, by, at, None)
    return await _decided(connection, draft_id, *values)


async def reject(connection: Connection, draft_id: int, reason: str, *, by: str, at: datetime) -> dict[str, Any]:
    """A supervisor does not take it, and says why. Raises UnknownDraft."""
    row = await connection.fetchrow(f"{_SELECT} where d.draft_id = $1", draft_id)
    if row is None:
        raise UnknownDraft("There is no such draft.", draft_id=draft_id)
    values = ("rejected", row["question"], row["answer"], row["intent"], by, at, reason)
    return await _decided(connection, draft_id, *values)


async def _decided(connection: Connection, draft_id: int, *values: object) -> dict[str, Any]:
    if await connection.fetchval(_DECIDE, draft_id, *values) is None:
        raise UnknownDraft("There is no such draft that waits for a decision.", draft_id=draft_id)
    return _wire(await connection.fetchrow(f"{_SELECT} where d.draft_id = $1", draft_id))


def _wire(row: Any) -> dict[str, Any]:
    return {
        "id": row["draft_id"],
        "conversation_id": row["conversation_id"],
        "question": row["question"],
        "answer": row["answer"],
        "intent": row["intent"],
        "state": row["state"],
        "written_by": {"id": row["written_by"], "name": row["writer_name"] or row["written_by"]},
        "written_at": row["written_at"].astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "decided_by": row["decided_by"],
        "reason": row["reason"] or "",
    }
