"""What customers sent as pictures and voices, and agents as pictures and papers: a row each, the bytes in a file.

No web server reaches the files by itself. The bot keeps what customers send and shows each file to its own conversation
alone; the desk shows it to the agents of that conversation.
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


async def add(connection: Connection, kept: Kept, *, at: datetime, agent_id: str | None = None) -> None:
    """Writes the row of a file that lies there; with `agent_id` it goes to the customer, else it came from them."""
    one = kept.attachment
    await connection.execute(
        "insert into media values ($1, $2, $3, $4, $5, $6, $7, $8)",
        *(one.media_id, kept.conversation_id, one.kind, one.name, one.mime, one.size, at, agent_id),
    )


async def find(connection: Connection, media_id: str) -> Kept | None:
    """Finds what is kept under an id; the caller checks whose it is."""
    row = await connection.fetchrow(_FIND, media_id) if MEDIA_ID.fullmatch(media_id) else None
    if row is None:
        return None
    return Kept(Attachment(row["kind"], row["media_id"], row["name"], row["mime"], row["size"]), row["conversation_id"])


async def count_of_agent(connection: Connection, agent_id: str, since: datetime) -> int:
    """Counts what an agent has sent to customers since a moment."""
    query = "select count(*) from media where agent_id = $1 and created_at > $2"
    return int(await connection.fetchval(query, agent_id, since))


async def link(connection: Connection, media_id: str, token: str, *, until: datetime) -> None:
    """Lets whoever has the token see one file until a moment: for doors that show no file themselves."""
    await connection.execute("insert into media_links values ($1, $2, $3)", token, media_id, until)


async def linked(connection: Connection, token: str, *, at: datetime) -> Kept | None:
    """Finds the file a token opens, while it does."""
    query = "select media_id from media_links where token = $1 and expires_at > $2"
    media_id = await connection.fetchval(query, token, at)
    return await find(connection, str(media_id)) if media_id else None


async def hold(connection: Connection, conversation_id: str) -> None:
    """Lets one file after the other of a conversation be counted and entered, until the transaction ends."""
    await connection.execute("select pg_advisory_xact_lock(hashtext('media'), hashtext($1))", conversation_id)


async def count_since(connection: Connection, conversation_id: str, since: datetime) -> int:
    """Counts what a customer has sent since a moment."""
    query = "select count(*) from media where conversation_id = $1 and created_at > $2 and agent_id is null"
    return int(await connection.fetchval(query, conversation_id, since))


def file_of(folder: Path, media_id: str) -> Path:
    """Where the bytes of an id lie."""
    return folder / media_id[:2] / media_id
