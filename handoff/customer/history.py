"""What one person said at other doors before: the conversations linked to theirs, and their lines; it writes nothing.

The links are those of `identity_links`: they point from where somebody is now to where they proved to have been, and
are followed in this direction only.
"""

from __future__ import annotations

from conversation.message import Line
from handoff import transcript
from handoff.transcript import Place
from runtime.postgres import Connection

_MOST_DOORS = 20

_LINKED = """
    with recursive known (id, far) as (
        select source_id, 1 from identity_links where conversation_id = $1
        union
        select l.source_id, known.far + 1 from identity_links l join known on l.conversation_id = known.id
        where known.far < 4
    )
    select distinct id from known join conversations on conversation_id = id where id <> $1 order by id limit $2
"""


async def linked(connection: Connection, conversation_id: str) -> list[str]:
    """Lists the conversations in which this person has proved to have talked before."""
    rows = await connection.fetch(_LINKED, conversation_id, _MOST_DOORS)
    return [row["id"] for row in rows]


async def read(connection: Connection, conversation_id: str, before: Place | None, *, limit: int) -> list[Line]:
    """Reads the last lines of the linked conversations before a place, oldest first."""
    return await transcript.read_across(connection, await linked(connection, conversation_id), before, limit=limit)
