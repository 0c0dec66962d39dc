"""Which identities are one person, as far as bound accounts go; the company is told by the actions, at the next need.

A link is one-way: what its source has bound is known in its conversation. It is told within a day or not at all, so a
link cannot carry over what the source binds much later.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from runtime.postgres import Connection

# So long a link waits for the next question about accounts.
LINK_WAITS = timedelta(days=1)

_ADD = """
    insert into identity_links (link_id, conversation_id, source_id, way, made_at)
    select $1, $2, $3, $4, $5
    where not exists (select from identity_links where conversation_id = $2 and source_id = $3 and settled_at is null
                      and made_at > $6)
"""

_LAST_SOURCE = """
    select source_id from identity_links where conversation_id = $1 and way = 'code' and made_at > $2
    order by made_at desc limit 1
"""


async def add(connection: Connection, conversation_id: str, source_id: str, way: str, *, at: datetime) -> None:
    """Remembers a link; one that still waits is not doubled."""
    await connection.execute(_ADD, uuid.uuid4().hex, conversation_id, source_id, way, at, at - LINK_WAITS)


async def settle(connection: Connection, link_ids: Sequence[str], *, at: datetime) -> None:
    """Marks links as told."""
    query = "update identity_links set settled_at = $2 where link_id = any($1) and settled_at is null"
    await connection.execute(query, list(link_ids), at)


async def last_source(connection: Connection, conversation_id: str, *, at: datetime) -> str | None:
    """The conversation that was last taken up here, within a day."""
    source = await connection.fetchval(_LAST_SOURCE, conversation_id, at - LINK_WAITS)
    return str(source) if source else None
