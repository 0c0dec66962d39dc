"""Whether a PostgreSQL server has the connections that all processes of ours may come to want, wherever they run.

The server itself adds up what they say (`runtime.claims`); nobody has to add up settings. It refuses nobody: a pool
opens its connections when it needs them.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from runtime.claims import NAME_PATTERN, Claim
from runtime.postgres import Pool, at_once, connect

_ROOM = """
    with present as (select distinct application_name as name from pg_stat_activity where application_name ~ $1)
    select
        (select coalesce(sum(split_part(name, ' ', 3)::int), 0)::int from present) as claimed,
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as usable
"""


@dataclass(frozen=True)
class Room:
    """What a server gives ordinary users, and what all that are connected now may come to want."""

    usable: int
    claimed: int

    @property
    def is_short(self) -> bool:
        """Whether some of them could be refused a connection."""
        return self.claimed > self.usable


async def room_at(pool: Pool) -> Room:
    """Asks the server. Raises StoreUnavailable or StoreBusy."""
    async with at_once(pool) as connection:
        row = await connection.fetchrow(_ROOM, NAME_PATTERN)
    return Room(row["usable"], row["claimed"])


async def warn_when_short(pool: Pool) -> None:
    """Says in the log that the processes at this server may want more connections than it has.

    Raises StoreUnavailable or StoreBusy.
    """
    room = await room_at(pool)
    if room.is_short:
        structlog.get_logger().warning(
            "postgres.connections.short", claimed=room.claimed, usable=room.usable, see="docs/operations.md"
        )


async def open_pool(url: str, process: str, most: int) -> Pool:
    """Opens the one pool of a process, and says when the server is short. Raises StoreUnavailable or StoreBusy."""
    pool = await connect(url, most=most, claim=Claim(process, most))
    await warn_when_short(pool)
    return pool
