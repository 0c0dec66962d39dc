"""Puts keys and indexes away for the load and makes them again from the database's own words.

Bills keep theirs: lines point at them, and checking the lines again would cost more than it saves.
Everything happens in the caller's transaction: when the load fails, the database takes the dropping back too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.postgres import Connection

TABLES = ("bill_lines", "payments", "ledger_moves", "meter_readings", "daily_usage")

# What points at a key comes first: a primary key that is pointed at cannot be dropped.
_CONSTRAINTS = """
    select conrelid::regclass::text as owner, quote_ident(conname) as name, pg_get_constraintdef(oid) as body
    from pg_constraint
    where (contype in ('p', 'u') and conrelid = any($1::regclass[]))
       or (contype = 'f' and confrelid = any($1::regclass[]))
    order by contype <> 'f', conname
"""
_INDEXES = """
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as body
    from pg_index where indrelid = any($1::regclass[])
    and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u')) order by 1
"""


@dataclass(frozen=True)
class PutAway:
    """The statements that make again what was dropped: indexes, primary keys, then what points at them."""

    statements: tuple[str, ...]


async def put_away(connection: Connection, tables: Sequence[str] = TABLES) -> PutAway:
    """Drops every key and index of the tables until `restore`."""
    constraints = await connection.fetch(_CONSTRAINTS, tables)
    indexes = await connection.fetch(_INDEXES, tables)
    for row in constraints:
        await connection.execute(f"alter table {row['owner']} drop constraint {row['name']}")
    for row in indexes:
        await connection.execute(f"drop index {row['name']}")
    keys = [f"alter table {row['owner']} add constraint {row['name']} {row['body']}" for row in reversed(constraints)]
    return PutAway((*(row["body"] for row in indexes), *keys))


async def restore(connection: Connection, away: PutAway) -> None:
    """Makes them again; the database checks every key as it does."""
    for statement in away.statements:
        await connection.execute(statement)
