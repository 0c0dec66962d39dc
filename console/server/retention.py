"""What is kept too long is deleted, table by table; the lines of a chat stay as lines, without their words."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from console.server import audit
from console.server.retention_settings import RetentionSettings
from handoff.media import file_of
from runtime.postgres import Connection

# One round takes this many rows, so that a first sweep of a large table holds no lock for long.
BATCH = 5_000
FORGOTTEN = {"text": "…", "forgotten": True}

_COMPLAINS = """
    exists (select from escalations e where e.conversation_id = {table}.conversation_id
            and (e.skill = 'complaint' or e.priority = 3) and e.requested_at > $2)
"""
_WORDS = f"""
    update messages set body = $3 where (conversation_id, seq) in (
        select conversation_id, seq from messages m
        where m.created_at < $1 and not m.body ? 'forgotten' and m.turn is distinct from 'pending'
          and m.delivery is distinct from 'pending' and not {_COMPLAINS.format(table="m")}
        limit $4 for update skip locked)
"""
_MEDIA = f"""
    delete from media where media_id in (
        select media_id from media d where d.created_at < $1 and not {_COMPLAINS.format(table="d")} limit $3
    ) returning media_id
"""
_DIALOGUE = """
    delete from tracker_events where conversation_id in (
        select conversation_id from conversations where updated_at < $1 and owner = 'bot')
"""
_SESSIONS = "delete from agent_sessions where coalesce(ended_at, expires_at) < $1"
_ADDRESSES = "delete from login_addresses where failed_at < $1"


async def sweep(connection: Connection, settings: RetentionSettings, *, at: datetime) -> dict[str, int]:
    """Deletes one round of what is over its time; returns how many rows of which table, and writes it down."""
    evidence = at - timedelta(days=settings.complaint_days)
    done = {
        "messages": _count(
            await connection.execute(_WORDS, at - timedelta(days=settings.chat_days), evidence, FORGOTTEN, BATCH)
        ),
        "media": await _drop_media(connection, settings, at, evidence),
        "tracker_events": _count(await connection.execute(_DIALOGUE, at - timedelta(days=settings.dialogue_days))),
        "agent_sessions": _count(await connection.execute(_SESSIONS, at - timedelta(days=settings.session_days))),
        "login_addresses": _count(await connection.execute(_ADDRESSES, at - timedelta(days=1))),
    }
    if any(done.values()):
        await audit.record(connection, "retention", "privacy.swept", "retention", at=at, rows=done)
    return done


async def _drop_media(connection: Connection, settings: RetentionSettings, at: datetime, evidence: datetime) -> int:
    rows = await connection.fetch(_MEDIA, at - timedelta(days=settings.media_days), evidence, BATCH)
    drop_files(settings.media_dir, [row["media_id"] for row in rows])
    return len(rows)


def drop_files(folder: Path, media_ids: list[str]) -> None:
    """Deletes the files of pictures and voices; one that is gone already is as good."""
    for media_id in media_ids:
        file_of(folder, media_id).unlink(missing_ok=True)


def _count(done: str) -> int:
    return int(done.rpartition(" ")[2])
