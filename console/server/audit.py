"""The audit: who did what at the desk, appended and never changed."""

from __future__ import annotations

from datetime import datetime

from runtime.postgres import Connection
from runtime.privacy import mask_text


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
