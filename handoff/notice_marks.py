"""Notices as lines of a conversation: which one the customer's message comes right after, and that it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runtime.postgres import Connection

# The last line that anybody of the house has said before the message, if that is a notice.
_BEFORE = """
    select body->'told' as told, created_at from messages
    where conversation_id = $1 and seq < $2 and role in ('bot', 'agent', 'system')
        and delivery is distinct from 'suppressed'
    order by seq desc limit 1
"""
_READ = "update notices set read_at = coalesce(read_at, $2) where notice_id = $1"


@dataclass(frozen=True)
class Told:
    """A notice as it stands in a chat: its number, its kind, and the outage, order or bill it is about."""

    notice_id: int
    kind: str
    subject: str

    def to_wire(self) -> dict[str, str]:
        """Returns `{"kind", "subject"}`, as the actions get it."""
        return {"kind": self.kind, "subject": self.subject}


async def before(connection: Connection, conversation_id: str, seq: int, *, since: datetime) -> Told | None:
    """The notice right before a line, if one is there and not older than `since`."""
    row = await connection.fetchrow(_BEFORE, conversation_id, seq)
    if row is None or row["told"] is None or row["created_at"] < since:
        return None
    told = row["told"]
    return Told(int(told["id"]), str(told["kind"]), str(told["subject"]))


async def read(connection: Connection, told: Told, at: datetime) -> None:
    """Notes that the customer has read it: they answered."""
    await connection.execute(_READ, told.notice_id, at)
