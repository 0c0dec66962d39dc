"""Who is at the desk: what each agent has chosen, and when a socket of theirs was last seen; one row per agent.

Several console processes write here, each for the sockets it holds. An agent whose sockets are gone counts as away
from the desk after `seen_s` (`handoff/routing/rules.yml`), whatever they have chosen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from runtime.clock import SHANGHAI
from runtime.postgres import Connection


class Status(str, Enum):
    """What an agent has chosen; `busy` serves on and takes nothing new, `away` is a break."""

    ONLINE = "online"
    BUSY = "busy"
    AWAY = "away"
    OFFLINE = "offline"


@dataclass(frozen=True)
class Presence:
    """What an agent has chosen, since when, and when their desk was last seen."""

    status: Status
    since: datetime
    seen_at: datetime

    def now(self, at: datetime, seen_s: float) -> Status:
        """What holds at this moment: who is not seen is offline."""
        return self.status if self.seen_at + timedelta(seconds=seen_s) > at else Status.OFFLINE

    @classmethod
    def of_row(cls, row: Any) -> Presence | None:
        """Reads `status`, `since` and `seen_at` of a row; None: never at the desk."""
        if row is None or row["status"] is None:
            return None
        return cls(Status(row["status"]), row["since"].astimezone(SHANGHAI), row["seen_at"].astimezone(SHANGHAI))


# Who had logged out comes back online; who had chosen a break keeps it through a reload of the page.
_ARRIVE = """
    insert into presences as p (agent_id, status, since, seen_at, idle_since) values ($1, 'online', $2, $2, $2)
    on conflict (agent_id) do update set seen_at = $2,
        since = case when p.status = 'offline' then $2 else p.since end,
        status = case when p.status = 'offline' then 'online' else p.status end
"""

_CHOOSE = """
    insert into presences as p (agent_id, status, since, seen_at, idle_since) values ($1, $2, $3, $3, $3)
    on conflict (agent_id) do update set seen_at = $3, status = $2,
        since = case when p.status = $2 then p.since else $3 end
"""

# In one order, so that two processes never wait for one another; who is locked is written by somebody else anyway.
_BEAT = """
    update presences set seen_at = $2 where agent_id in (
        select agent_id from presences where agent_id = any($1) and seen_at < $3 and status <> 'offline'
        order by agent_id for update skip locked)
"""


def takes_work(now: str, seen_s: str) -> str:
    """The SQL of whether agent `a` is there and takes new conversations; both arguments are parameters such as `$2`."""
    return (
        "exists (select from presences p where p.agent_id = a.agent_id and p.status = 'online'"
        f" and p.seen_at > {now}::timestamptz - make_interval(secs => {seen_s}::float8))"
    )


async def arrive(connection: Connection, agent_id: str, *, at: datetime) -> None:
    """Marks that a desk of this agent has opened."""
    await connection.execute(_ARRIVE, agent_id, at)


async def beat(connection: Connection, agent_ids: Iterable[str], *, at: datetime, every_s: float) -> None:
    """Marks that the desks of these agents are open, at most once in `every_s`."""
    await connection.execute(_BEAT, list(agent_ids), at, at - timedelta(seconds=every_s))


async def choose(connection: Connection, agent_id: str, status: Status, *, at: datetime) -> None:
    """Writes what an agent has chosen; logging out chooses `offline`."""
    await connection.execute(_CHOOSE, agent_id, status.value, at)


async def mark_given(connection: Connection, agent_id: str, *, at: datetime) -> None:
    """Marks that the agent has just got or ended a conversation: the others have been idle for longer."""
    await connection.execute("update presences set idle_since = $2 where agent_id = $1", agent_id, at)


async def of(connection: Connection, agent_id: str) -> Presence | None:
    """Reads the presence of an agent who has been at the desk at all."""
    row = await connection.fetchrow("select status, since, seen_at from presences where agent_id = $1", agent_id)
    return Presence.of_row(row)
