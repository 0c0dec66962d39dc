"""The audit: who did what at the desk, appended and never changed.

The database numbers and chains each row under one lock (migration 0013), so several processes may write; whoever has
other locks to take takes them first, because the audit's is held until the commit.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from runtime.privacy import mask_text

_PAGE = """
    select audit_id, actor, action, subject, detail, at, hash from audit
    where ($1::text is null or actor = $1) and ($2::text is null or action like $2)
      and ($3::text is null or subject = $3) and ($4::timestamptz is null or at >= $4)
      and ($5::timestamptz is null or at < $5) and audit_id < $6
    order by audit_id desc limit $7
"""
_MOST_ID = 2**63 - 1
EXPORT_BATCH = 500


@dataclass(frozen=True)
class Filter:
    """Which rows are asked for; what is empty asks for all."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def record(
    connection: Connection, actor: str, action: str, subject: str, *, at: datetime, **detail: object
) -> None:
    """Appends one row; the actor of a failed log-in is whatever was typed, so it is masked."""
    await connection.execute(
        "insert into audit (actor, action, subject, detail, at) values ($1, $2, $3, $4, $5)",
        mask_text(actor),
        action,
        subject,
        detail,
        at,
    )


async def read(
    connection: Connection, wanted: Filter, *, before: int | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """Reads rows, the newest first, `before` a number."""
    action = f"{_escaped(wanted.action)}%" if wanted.action else None
    rows = await connection.fetch(
        _PAGE,
        wanted.actor,
        action,
        wanted.subject,
        wanted.since,
        wanted.until,
        _MOST_ID if before is None else before,
        limit,
    )
    return [_wire(row) for row in rows]


async def read_all(connection: Connection, wanted: Filter) -> AsyncIterator[dict[str, Any]]:
    """Reads every row, the newest first, in batches."""
    before: int | None = None
    while rows := await read(connection, wanted, before=before, limit=EXPORT_BATCH):
        for row in rows:
            yield row
        before = rows[-1]["id"]


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _wire(row: Any) -> dict[str, Any]:
    return {
        "id": row["audit_id"],
        "actor": row["actor"],
        "action": row["action"],
        "subject": row["subject"],
        "detail": row["detail"],
        "at": row["at"].astimezone(SHANGHAI).isoformat(timespec="milliseconds"),
        "hash": row["hash"],
    }
