"""The book of evaluations: one for each line that is asked about or evaluated, changed in its place.

A service is asked about once, by the line that ends it (`survey` in its body, `handoff.escalations`); an answer is any
line of the bot that the customer has seen. It decides nothing about time: the caller does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conversation.evaluation import Evaluation, EvaluationKind, Fault, Opinion
from runtime.clock import SHANGHAI
from runtime.postgres import Connection

_SUBJECT = """
    select m.role, m.delivery, (m.body -> 'survey' ->> 'escalation')::bigint as escalation_id, e.at
    from messages m left join evaluations e on e.conversation_id = m.conversation_id and e.seq = m.seq
    where m.conversation_id = $1 and m.seq = $2
"""

_PUT = """
    insert into evaluations (conversation_id, seq, escalation_id, kind, value, reason, comment, at, changed_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
    on conflict (conversation_id, seq) do update
    set value = excluded.value, reason = excluded.reason, comment = excluded.comment, changed_at = excluded.changed_at
    returning seq, escalation_id, kind, value, reason, comment, at
"""

_READ = "select seq, escalation_id, kind, value, reason, comment, at from evaluations where conversation_id = $1"


@dataclass(frozen=True)
class Subject:
    """What a line can be evaluated as, and since when it is (nothing: not yet)."""

    kind: EvaluationKind
    escalation_id: int | None
    since: datetime | None


async def subject_of(connection: Connection, conversation_id: str, seq: int) -> Subject | None:
    """Tells what a line can be evaluated as; None: not at all, or there is none."""
    row = await connection.fetchrow(_SUBJECT, conversation_id, seq)
    if row is None or row["delivery"] == "suppressed":
        return None
    if row["escalation_id"] is not None:
        return Subject(EvaluationKind.SERVICE, row["escalation_id"], row["at"])
    return Subject(EvaluationKind.ANSWER, None, row["at"]) if row["role"] == "bot" else None


async def put(
    connection: Connection, conversation_id: str, seq: int, subject: Subject, opinion: Opinion, *, at: datetime
) -> Evaluation:
    """Writes an opinion, or over the one that stands there; when it was first given stays."""
    row = await connection.fetchrow(
        _PUT,
        conversation_id,
        seq,
        subject.escalation_id,
        subject.kind.value,
        opinion.value,
        opinion.fault.value if opinion.fault else None,
        opinion.comment,
        at,
    )
    return _evaluation(row)


async def of_lines(connection: Connection, conversation_id: str, seqs: Sequence[int]) -> list[Evaluation]:
    """Reads the evaluations of some lines."""
    rows = await connection.fetch(_READ + " and seq = any($2) order by seq", conversation_id, list(seqs))
    return [_evaluation(row) for row in rows]


async def latest(connection: Connection, conversation_id: str, *, most: int) -> list[Evaluation]:
    """Reads the evaluations that changed last."""
    rows = await connection.fetch(_READ + " order by changed_at desc limit $2", conversation_id, most)
    return [_evaluation(row) for row in rows]


def _evaluation(row: Any) -> Evaluation:
    fault = Fault(row["reason"]) if row["reason"] else None
    opinion = Opinion(row["value"], fault, row["comment"])
    kind, at = EvaluationKind(row["kind"]), row["at"].astimezone(SHANGHAI)
    return Evaluation(row["seq"], kind, opinion, at, row["escalation_id"])
