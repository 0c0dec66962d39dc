"""Canned replies: who owns them, their versions, the approval of shared ones, their end, and how often they are used.

A shared reply is used in the version a supervisor approved last; a newer one waits beside it and changes nothing until
it is approved. A personal one needs no approval. What has ended is hidden from who writes and kept for who manages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import asyncpg

from handoff.desk_help import pings
from handoff.desk_help.pings import Ping, PingKind
from handoff.errors import CannedRefused, UnknownCanned
from runtime.clock import SHANGHAI
from runtime.postgres import Connection

# How long before its end a reply is marked as ending.
WARN_BEFORE = timedelta(days=14)

_SELECT = """
    select r.canned_id, r.owner, r.folder, r.skill, r.shortcut, r.uses, r.used_at, r.live_version,
           v.version, v.state, v.title, v.text, v.expires_at, v.written_by, v.written_at, v.decided_by, v.reason,
           w.name as writer_name
    from canned_replies r
    join canned_versions v on v.canned_id = r.canned_id and {version}
    left join agents w on w.agent_id = v.written_by
    where r.retired_at is null
"""
_LIVE = (
    _SELECT.format(version="v.version = r.live_version")
    + """
    and (r.owner is null or r.owner = $1) and (v.expires_at is null or v.expires_at > $2)
    order by r.folder, r.shortcut
"""
)
_NEWEST = "v.version = (select max(version) from canned_versions x where x.canned_id = r.canned_id)"
_MANAGED = _SELECT.format(version=_NEWEST) + " and (r.owner is null or r.owner = $1) order by r.folder, r.shortcut"
_ONE = _SELECT.format(version=_NEWEST) + " and r.canned_id = $1"
_ONE_LIVE = _SELECT.format(version="v.version = r.live_version") + " and r.canned_id = $1"

_HEAD = """
    insert into canned_replies (owner, folder, skill, shortcut, created_by, created_at) values ($1, $2, $3, $4, $5, $6)
    returning canned_id
"""
_VERSION = """
    insert into canned_versions (canned_id, version, state, title, text, expires_at, written_by, written_at)
    select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7 from canned_versions where canned_id = $1
    returning version
"""
_DECIDE = """
    update canned_versions set state = $3, decided_by = $4, decided_at = $5, reason = $6
    where canned_id = $1 and version = $2 and state = 'pending' returning version
"""
_SUPERSEDE = """
    update canned_versions set state = 'superseded'
    where canned_id = $1 and version < $2 and state in ('pending', 'approved')
"""
_ENDING = """
    with ending as (
        select r.canned_id from canned_replies r
        join canned_versions v on v.canned_id = r.canned_id and v.version = r.live_version
        where r.warned_at is null and r.retired_at is null and v.expires_at <= $1 for update of r skip locked
    )
    update canned_replies r set warned_at = $2 from canned_versions v, ending e
    where e.canned_id = r.canned_id and v.canned_id = r.canned_id and v.version = r.live_version
    returning r.owner, r.shortcut, v.title, v.written_by
"""
_USED = "update canned_replies set uses = uses + 1, used_at = $2 where canned_id = $1"


class VersionState(str, Enum):
    """The life of one version."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Words:
    """What somebody writes: where it is found, and what it says."""

    folder: str
    skill: str
    shortcut: str
    title: str
    text: str
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Canned:
    """A canned reply in one of its versions."""

    canned_id: int
    owner: str | None
    words: Words
    version: int
    live_version: int | None
    state: VersionState
    uses: int
    written_by: str
    writer_name: str
    written_at: datetime
    decided_by: str | None
    reason: str

    def ends_soon(self, now: datetime) -> bool:
        """Whether its end is near, or behind."""
        return self.words.expires_at is not None and self.words.expires_at - now < WARN_BEFORE

    def has_ended(self, now: datetime) -> bool:
        """Whether nobody may use it any more."""
        return self.words.expires_at is not None and self.words.expires_at <= now

    def to_wire(self, now: datetime) -> dict[str, Any]:
        """Returns the `Canned` of contracts/console.openapi.yml."""
        words = self.words
        return {
            "id": self.canned_id,
            "owner": self.owner,
            "folder": words.folder,
            "skill": words.skill,
            "shortcut": words.shortcut,
            "title": words.title,
            "text": words.text,
            "expires_at": words.expires_at.isoformat(timespec="seconds") if words.expires_at else None,
            "ends_soon": self.ends_soon(now),
            "ended": self.has_ended(now),
            "version": self.version,
            "live_version": self.live_version,
            "state": self.state.value,
            "uses": self.uses,
            "written_by": {"id": self.written_by, "name": self.writer_name},
            "written_at": self.written_at.isoformat(timespec="seconds"),
            "reason": self.reason,
        }


async def usable(connection: Connection, agent_id: str, *, at: datetime) -> list[Canned]:
    """Lists what an agent may use now: approved shared ones and their own, none that has ended."""
    return [_canned(row) for row in await connection.fetch(_LIVE, agent_id, at)]


async def managed(connection: Connection, agent_id: str) -> list[Canned]:
    """Lists the newest version of every shared one and of the agent's own, ended ones too."""
    return [_canned(row) for row in await connection.fetch(_MANAGED, agent_id)]


async def get(connection: Connection, canned_id: int, *, live: bool = False) -> Canned:
    """Reads one in its newest version, or in the one that is used. Raises UnknownCanned."""
    row = await connection.fetchrow(_ONE_LIVE if live else _ONE, canned_id)
    if row is None:
        raise UnknownCanned("There is no such canned reply.", canned_id=canned_id)
    return _canned(row)


async def versions(connection: Connection, canned_id: int) -> list[dict[str, Any]]:
    """Lists every version of one, the newest first: who wrote it, who decided, why."""
    rows = await connection.fetch(
        "select version, state, title, text, written_by, written_at, decided_by, decided_at, reason"
        " from canned_versions where canned_id = $1 order by version desc",
        canned_id,
    )
    return [{key: _plain(value) for key, value in row.items()} for row in rows]


async def add(connection: Connection, words: Words, *, owner: str | None, by: str, at: datetime) -> Canned:
    """Writes a new one: a personal one is used at once, a shared one waits for a supervisor.

    Raises:
        CannedRefused: another one has this shortcut.
    """
    try:
        async with connection.transaction():
            canned_id = await connection.fetchval(_HEAD, owner, words.folder, words.skill, words.shortcut, by, at)
    except asyncpg.UniqueViolationError as error:
        raise CannedRefused("shortcut", "Another canned reply has this shortcut.") from error
    await _write(connection, canned_id, words, owner=owner, by=by, at=at)
    return await get(connection, canned_id)


async def edit(connection: Connection, canned_id: int, words: Words, *, by: str, at: datetime) -> Canned:
    """Writes the next version; of a shared one the approved version stays in use until this is approved.

    Raises:
        UnknownCanned: there is none.
        CannedRefused: another one has this shortcut.
    """
    known = await get(connection, canned_id)
    place = "update canned_replies set folder = $2, skill = $3, shortcut = $4, warned_at = null where canned_id = $1"
    try:
        async with connection.transaction():
            await connection.execute(place, canned_id, words.folder, words.skill, words.shortcut)
    except asyncpg.UniqueViolationError as error:
        raise CannedRefused("shortcut", "Another canned reply has this shortcut.") from error
    if replace(known.words, folder=words.folder, skill=words.skill, shortcut=words.shortcut) != words:
        await _write(connection, canned_id, words, owner=known.owner, by=by, at=at)
    return await get(connection, canned_id)


async def decide(
    connection: Connection, canned_id: int, version: int, *, approve: bool, by: str, reason: str, at: datetime
) -> Canned:
    """A supervisor approves a version, which is used from now on, or rejects it with a reason.

    Raises:
        UnknownCanned: there is none.
        CannedRefused: this version waits for no decision.
    """
    await get(connection, canned_id)
    state = VersionState.APPROVED if approve else VersionState.REJECTED
    done = await connection.fetchval(_DECIDE, canned_id, version, state.value, by, at, reason or None)
    if done is None:
        raise CannedRefused("decided", "This version waits for no decision; read it again.")
    if approve:
        await _use(connection, canned_id, version)
    return await get(connection, canned_id)


async def warn_ending(connection: Connection, *, warn: timedelta = WARN_BEFORE, at: datetime) -> int:
    """Tells writer and supervisors, once, of each reply in use whose end is near; returns how many there were."""
    rows = await connection.fetch(_ENDING, at + warn, at)
    for row in rows:
        told = [row["written_by"], *([] if row["owner"] else await pings.supervisors(connection))]
        await pings.send(connection, told, Ping(PingKind.CANNED_EXPIRING, f"/{row['shortcut']} {row['title']}"), at=at)
    return len(rows)


async def retire(connection: Connection, canned_id: int, *, at: datetime) -> None:
    """Takes one out of use for good; its versions stay in the books."""
    await connection.execute("update canned_replies set retired_at = $2 where canned_id = $1", canned_id, at)


async def count_use(connection: Connection, canned_id: int, *, at: datetime) -> None:
    """Counts that one was sent."""
    await connection.execute(_USED, canned_id, at)


async def _write(
    connection: Connection, canned_id: int, words: Words, *, owner: str | None, by: str, at: datetime
) -> None:
    state = VersionState.APPROVED if owner else VersionState.PENDING
    version = await connection.fetchval(
        _VERSION, canned_id, state.value, words.title, words.text, words.expires_at, by, at
    )
    if owner:
        await _use(connection, canned_id, version)


async def _use(connection: Connection, canned_id: int, version: int) -> None:
    await connection.execute(_SUPERSEDE, canned_id, version)
    await connection.execute("update canned_replies set live_version = $2 where canned_id = $1", canned_id, version)


def _canned(row: Any) -> Canned:
    ends = row["expires_at"].astimezone(SHANGHAI) if row["expires_at"] else None
    return Canned(
        canned_id=row["canned_id"],
        owner=row["owner"],
        words=Words(row["folder"], row["skill"], row["shortcut"], row["title"], row["text"], ends),
        version=row["version"],
        live_version=row["live_version"],
        state=VersionState(row["state"]),
        uses=row["uses"],
        written_by=row["written_by"],
        writer_name=row["writer_name"] or row["written_by"],
        written_at=row["written_at"].astimezone(SHANGHAI),
        decided_by=row["decided_by"],
        reason=row["reason"] or "",
    )


def _plain(value: Any) -> Any:
    return value.astimezone(SHANGHAI).isoformat(timespec="seconds") if isinstance(value, datetime) else value
