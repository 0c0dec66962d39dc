"""Notices as lines of a conversation: which one a line is, and that it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.postgres import Connection

_READ = "update notices set read_at = coalesce(read_at, $2) where notice_id = $1"


@dataclass(frozen=True)
class Told:
    """A notice as it stands in a chat: its number, its kind, and the outage, order or bill it is about."""

    notice_id: int
    kind: str
    subject: str

    @classmethod
    def from_body(cls, told: dict[str, Any]) -> Told:
        """Reads what the line of a notice says of itself (`body.told`)."""
        return cls(int(told["id"]), str(told["kind"]), str(told["subject"]))

    def to_wire(self) -> dict[str, str]:
        """Returns `{"kind", "subject"}`, as the actions get it."""
        return {"kind": self.kind, "subject": self.subject}


async def read(connection: Connection, told: Told, at: datetime) -> None:
    """Notes that the customer has read it: they answered."""
    await connection.execute(_READ, told.notice_id, at)
