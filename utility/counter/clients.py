"""The clients in the books: name, digest of the token, scopes; the SQL. The token itself is never kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from runtime.postgres import Connection

_CLIENT = "select name, digest, scopes, created_at, revoked_at from clients"


@dataclass(frozen=True)
class ClientRow:
    """One client as the books keep it."""

    name: str
    digest: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None


async def by_digest(connection: Connection, digest: str) -> ClientRow | None:
    """Finds the client of a token that is not revoked."""
    row = await connection.fetchrow(f"{_CLIENT} where digest = $1 and revoked_at is null", digest)
    return _client(row) if row else None


async def listed(connection: Connection) -> list[ClientRow]:
    """Lists every client, revoked ones too, by name."""
    rows = await connection.fetch(f"{_CLIENT} order by name, created_at")
    return [_client(row) for row in rows]


async def add(connection: Connection, name: str, digest: str, scopes: Sequence[str], at: datetime) -> bool:
    """Writes a client; returns False when one of that name is there and not revoked."""
    added = await connection.fetchval(
        """insert into clients (name, digest, scopes, created_at) values ($1, $2, $3, $4)
        on conflict do nothing returning true""",
        *(name, digest, list(scopes), at),
    )
    return bool(added)


async def revoke(connection: Connection, name: str, at: datetime) -> bool:
    """Revokes the token of a client; returns whether there was one."""
    revoked = await connection.fetchval(
        "update clients set revoked_at = $2 where name = $1 and revoked_at is null returning true", name, at
    )
    return bool(revoked)


def _client(row: object) -> ClientRow:
    fields = dict(row)  # type: ignore[call-overload]  # asyncpg's record is a mapping, without stubs
    return ClientRow(**{**fields, "scopes": tuple(fields["scopes"])})
