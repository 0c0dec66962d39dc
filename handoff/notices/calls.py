"""Whom a person calls about a notice: no way reached them, or their care asks for a voice and somebody's yes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from runtime.privacy import mask_phone

_OPEN = """
    select c.*, f.kind, f.subject, f.words from notice_calls c join notice_facts f using (fact_id)
    where c.done_at is null order by c.call_by, c.call_id limit $1
"""
_PHONE = "select phone, account_no from notice_calls where call_id = $1 and done_at is null"
_DONE = """
    update notice_calls set done_at = $2, done_by = $3, spoken_to = $4, reached = $5
    where call_id = $1 and done_at is null returning notice_id, account_no
"""
# Somebody who was told by telephone is told: the ledger counts them, and nothing is sent again.
_REACHED = """
    update notices set state = 'final', outcome = 'delivered', reason = 'called', way = 'call', final_at = $2
    where notice_id = $1 and outcome in ('undelivered', 'unconfirmed')
"""


async def waiting(connection: Connection, now: datetime, most: int = 200) -> list[dict[str, Any]]:
    """Lists who is to be called, the most urgent first, with how late it is; the words are those of the notice."""
    rows = await connection.fetch(_OPEN, most)
    return [
        {
            "call_id": row["call_id"],
            "kind": row["kind"],
            "subject": row["subject"] if row["subject"] != row["account_no"] else "",
            "account_tail": row["account_no"][-4:],
            "phone_masked": mask_phone(row["phone"]) if row["phone"] else "",
            "care": row["care"],
            "reason": row["reason"],
            "call_by": row["call_by"].astimezone(SHANGHAI).isoformat(timespec="seconds"),
            "late_s": max(0, int((now - row["call_by"]).total_seconds())),
            "words": row["words"].get("chat", ""),
        }
        for row in rows
    ]


async def phone(connection: Connection, call_id: int) -> tuple[str, str] | None:
    """Reads the number to call, with the account; none: there is no such call, or it is done. The caller audits it."""
    row = await connection.fetchrow(_PHONE, call_id)
    return (row["phone"], row["account_no"]) if row else None


async def finish(
    connection: Connection, call_id: int, agent_id: str, *, at: datetime, spoken_to: str, reached: bool
) -> bool:
    """Records a call: whom was spoken to, and that they know. False: it is done already, or there is none."""
    row = await connection.fetchrow(_DONE, call_id, at, agent_id, spoken_to, reached)
    if row is None:
        return False
    if reached and row["notice_id"] is not None:
        await connection.execute(_REACHED, row["notice_id"], at)
    return True
