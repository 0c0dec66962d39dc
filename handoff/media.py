"""What customers sent as pictures and voices: a row each, the bytes in a file that no web server can reach by itself.

The bot keeps them and shows them to whoever sent them; the desk shows them to the agents of the conversation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from conversation.message import Attachment
from runtime.postgres import Connection

# The ids are made by us; anything else names no file.
MEDIA_ID = re.compile(r"[0-9a-f]{32}")

_FIND = "select media_id, conversation_id, kind, name, mime, size from media where media_id = $1"


@dataclass(frozen=True)
class Kept:
    """A picture or a voice in the store, and the conversation it belongs to."""

    attachment: Attachment
    conversation_id: str


async def add(connection: Connection, kept: Kept, *, at: datetime) -> None:
    """Writes the row of a file that lies there."""
    one = kept.attachment
    await connection.execute(
        "insert into media values ($1, $2, $3, $4, $5, $6, $7)",
        *(one.media_id, kept.conversation_id, one.kind, one.name, one.mime, one.size, at),
    )


async def find(connection: Connection, media_id: str) -> Kept | None:
    """Finds what is kept under an id; the caller checks whose it is."""
    row = await connection.fetchrow(_FIND, media_id) if MEDIA_ID.fullmatch(media_id) else None
    if row is None:
        return None
    return Kept(Attachment(row["kind"], row["media_id"], row["name"], row["mime"], row["size"]), row["conversation_id"])


async def hold(connection: Connection, conversation_id: str) -> None:
    """Lets one file after the other of a conversation be counted and entered, until the transaction ends."""
    await connection.execute("select pg_advisory_xact_lock(hashtext('media'), hashtext($1))", conversation_id)


async def count_since(connection: Connection, conversation_id: str, since: datetime) -> int:
    """Counts what a conversation has sent since a moment."""
    query = "select count(*) from media where conversation_id = $1 and created_at > $2"
    return int(await connection.fetchval(query, conversation_id, since))


def file_of(folder: Path, media_id: str) -> Path:
    """Where the bytes of an id lie."""
    return folder / media_id[:2] / media_id
