"""The book of supervisors at a chat: who looks at it, who speaks in it beside its agent; it decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from conversation.identity import AgentIdentity
from runtime.clock import SHANGHAI
from runtime.postgres import Connection

_BEGIN = """
    insert into attendances (conversation_id, escalation_id, supervisor_id, kind, began_at) values ($1, $2, $3, $4, $5)
    on conflict (conversation_id, supervisor_id, kind) where ended_at is null do nothing returning attendance_id
"""

_END = """
    update attendances set ended_at = $4
    where conversation_id = $1 and supervisor_id = $2 and kind = $3 and ended_at is null returning attendance_id
"""

# Who joined a request that has ended since, or that the supervisor took over, is there no more.
_PRESENT = """
    select t.supervisor_id, a.name, t.kind, t.began_at
    from attendances t
    join agents a on a.agent_id = t.supervisor_id
    join conversations c on c.conversation_id = t.conversation_id
    left join escalations e on e.escalation_id = t.escalation_id
    where t.conversation_id = $1 and t.ended_at is null
      and (t.kind = 'watch' or (e.state = 'serving' and c.agent_id is distinct from t.supervisor_id))
    order by t.began_at
"""


class Kind(str, Enum):
    """How a supervisor is there."""

    WATCH = "watch"
    JOIN = "join"


@dataclass(frozen=True)
class Attendance:
    """One supervisor at a chat."""

    supervisor: AgentIdentity
    kind: Kind
    since: datetime

    def to_wire(self) -> dict[str, Any]:
        """Returns `{"agent", "kind", "since"}`."""
        since = self.since.isoformat(timespec="milliseconds")
        return {"agent": self.supervisor.to_wire(), "kind": self.kind.value, "since": since}


async def begin(
    connection: Connection,
    conversation_id: str,
    escalation_id: int | None,
    supervisor: str,
    kind: Kind,
    *,
    at: datetime,
) -> bool:
    """Writes that a supervisor comes; returns whether they were not there before."""
    row = await connection.fetchval(_BEGIN, conversation_id, escalation_id, supervisor, kind.value, at)
    return row is not None


async def end(connection: Connection, conversation_id: str, supervisor: str, kind: Kind, *, at: datetime) -> bool:
    """Writes that a supervisor goes; returns whether they were there."""
    return await connection.fetchval(_END, conversation_id, supervisor, kind.value, at) is not None


async def present(connection: Connection, conversation_id: str) -> list[Attendance]:
    """Reads who is there now."""
    rows = await connection.fetch(_PRESENT, conversation_id)
    return [
        Attendance(
            AgentIdentity(row["supervisor_id"], row["name"]), Kind(row["kind"]), row["began_at"].astimezone(SHANGHAI)
        )
        for row in rows
    ]
