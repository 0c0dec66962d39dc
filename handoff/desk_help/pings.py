"""Pings: what one agent is told in the desk (named in a note, a promise that is due, a reply that ends), until read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from conversation.message import Line
from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from runtime.privacy import mask_text

_SHOWN = 100
_QUOTED = 120

_ADD = """
    insert into pings (agent_id, kind, conversation_id, seq, promise_id, by_agent, about, text, at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_LIST = """
    select p.*, a.name as by_name from pings p left join agents a on a.agent_id = p.by_agent
    where p.agent_id = $1 order by p.read_at is not null, p.ping_id desc limit $2
"""
_READ = """
    update pings set read_at = $3 where agent_id = $1 and read_at is null and ($2::bigint is null or ping_id = $2)
"""


class PingKind(str, Enum):
    """Why somebody is told."""

    MENTION = "mention"
    PROMISE_DUE = "promise_due"
    PROMISE_LATE = "promise_late"
    CANNED_EXPIRING = "canned_expiring"
    WATCH_OWNER = "watch_owner"
    WATCH_LEAD = "watch_lead"
    WATCH_DUTY = "watch_duty"


@dataclass(frozen=True)
class Ping:
    """What somebody is told, and where it leads; `about`: what kind of thing runs out (`handoff.notices.watches`)."""

    kind: PingKind
    text: str
    conversation_id: str | None = None
    seq: int | None = None
    promise_id: int | None = None
    by_agent: str | None = None
    about: str = ""


async def send(connection: Connection, agents: Iterable[str], ping: Ping, *, at: datetime) -> None:
    """Tells several agents one thing."""
    text = mask_text(ping.text)[:_QUOTED]
    for agent_id in dict.fromkeys(agents):
        values = (ping.kind.value, ping.conversation_id, ping.seq, ping.promise_id, ping.by_agent)
        await connection.execute(_ADD, agent_id, *values, ping.about, text, at)


async def listed(connection: Connection, agent_id: str) -> list[dict[str, Any]]:
    """Lists what an agent was told, the unread first, then the newest."""
    return [_wire(row) for row in await connection.fetch(_LIST, agent_id, _SHOWN)]


async def unread(connection: Connection, agent_id: str) -> int:
    """Counts what an agent has not read."""
    query = "select count(*) from pings where agent_id = $1 and read_at is null"
    return int(await connection.fetchval(query, agent_id))


async def mark_read(connection: Connection, agent_id: str, ping_id: int | None, *, at: datetime) -> None:
    """Marks one as read, or all; somebody else's stays."""
    await connection.execute(_READ, agent_id, ping_id, at)


async def supervisors(connection: Connection) -> list[str]:
    """The numbers of the supervisors who work here."""
    rows = await connection.fetch("select agent_id from agents where role = 'supervisor' and active order by agent_id")
    return [row["agent_id"] for row in rows]


async def mention(connection: Connection, line: Line) -> list[str]:
    """Tells the colleagues whom a note names by `@name` or `@number`; returns their numbers. Nobody names himself."""
    if "@" not in line.text:
        return []
    rows = await connection.fetch("select agent_id, name from agents where active")
    writer = line.agent.agent_id if line.agent else None
    named = [one for one in mentioned(line.text, {row["agent_id"]: row["name"] for row in rows}) if one != writer]
    ping = Ping(PingKind.MENTION, line.text, line.conversation_id, line.seq, by_agent=writer)
    await send(connection, named, ping, at=line.at)
    return named


def mentioned(text: str, agents: Mapping[str, str]) -> Sequence[str]:
    """The numbers of the agents a text names; of names that begin alike the longest counts."""
    spoken: dict[str, list[str]] = {}
    for agent_id, name in agents.items():
        spoken.setdefault(agent_id.lower(), []).append(agent_id)
        spoken.setdefault(name.lower(), []).append(agent_id)
    words = "|".join(sorted(map(re.escape, spoken), key=len, reverse=True))
    found = re.findall(rf"@({words})", text.lower()) if words else []
    return tuple(dict.fromkeys(agent_id for word in found for agent_id in spoken[word]))


def _wire(row: Any) -> dict[str, Any]:
    return {
        "id": row["ping_id"],
        "kind": row["kind"],
        "conversation_id": row["conversation_id"],
        "seq": row["seq"],
        "promise_id": row["promise_id"],
        "by": {"id": row["by_agent"], "name": row["by_name"] or row["by_agent"]} if row["by_agent"] else None,
        "about": row["about"],
        "text": row["text"],
        "at": row["at"].astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "read": row["read_at"] is not None,
    }
