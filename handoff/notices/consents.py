"""What a key account's people answer when they are asked whether planned work suits them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from runtime.postgres import Connection

_ANSWER = """
    update notice_consents c set answer = $2, wish = $3, answered_at = $4, person = $5, told_at = null, refusal = ''
    from notices n
    where n.notice_id = $1 and c.fact_id = n.fact_id and c.account_no = n.account_no
        and c.over_at is null and c.window_start > $4
    returning c.outage_no, c.account_no, c.fact_id, c.window_start, c.window_end, c.answer_by
"""
# Who has answered need not be called any more.
_CALLED = """
    update notice_calls set done_at = $3, done_by = 'answer', spoken_to = '', reached = true
    where fact_id = $1 and account_no = $2 and done_at is null
"""


class Answer(str, Enum):
    """What they say."""

    AGREED = "agreed"
    REFUSED = "refused"


@dataclass(frozen=True)
class Said:
    """An answer, with what they would like instead."""

    answer: Answer
    wish: str = ""


async def record(connection: Connection, notice_id: int, said: Said, person: str, *, at: datetime) -> Any:
    """Keeps an answer to a notice; a newer one takes its place. None: nothing is asked (any more)."""
    row = await connection.fetchrow(_ANSWER, notice_id, said.answer.value, said.wish, at, person)
    if row is not None:
        await connection.execute(_CALLED, row["fact_id"], row["account_no"], at)
    return row
