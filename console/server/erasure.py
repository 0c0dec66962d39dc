"""One customer's data: copied out on request, and deleted on request; the audit stays and tells that it was done.

Which tables hold something of a conversation is read from the database itself: every table with a `conversation_id`,
and whatever refers to those rows. A table made tomorrow is found too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from console.server import audit
from conversation.events import Owner
from handoff.errors import UnknownConversation
from runtime.errors import GridTalkError
from runtime.postgres import Connection

ROOT = "conversations"
# The audit is kept by law and tells no customer's words.
_KEPT = frozenset({"audit", "audit_head"})

_COLUMNS = """
    select table_name, column_name from information_schema.columns
    where table_schema = 'public' and column_name = 'conversation_id'
"""
_REFERENCES = """
    select child.relname as child, child_column.attname as child_column,
           parent.relname as parent, parent_column.attname as parent_column
    from pg_constraint c
    join pg_class child on child.oid = c.conrelid join pg_class parent on parent.oid = c.confrelid
    join pg_attribute child_column on child_column.attrelid = child.oid and child_column.attnum = c.conkey[1]
    join pg_attribute parent_column on parent_column.attrelid = parent.oid and parent_column.attnum = c.confkey[1]
    where c.contype = 'f' and c.connamespace = 'public'::regnamespace
"""
_COMPLAINT = """
    select max(requested_at) from escalations where conversation_id = $1 and (skill = 'complaint' or priority = 3)
"""


class Held(GridTalkError):
    """The data cannot be deleted now."""

    code = "privacy.held"
    status = 409


@dataclass(frozen=True)
class Holding:
    """Rows of one table that are a conversation's: the condition finds them by its id as $1."""

    table: str
    condition: str


async def holdings(connection: Connection) -> list[Holding]:
    """Finds what holds something of a conversation, those that refer to others first."""
    tables = {row["table_name"] for row in await connection.fetch(_COLUMNS)} - _KEPT
    found = [Holding(table, "conversation_id = $1") for table in sorted(tables)]
    references = [row for row in await connection.fetch(_REFERENCES) if row["child"] not in _KEPT]
    for row in references:
        if row["parent"] == ROOT and row["child_column"] != "conversation_id":
            found.append(Holding(row["child"], f"{row['child_column']} = $1"))
        elif row["parent"] in tables and row["child"] not in tables:
            owned = f"select {row['parent_column']} from {row['parent']} where conversation_id = $1"
            found.append(Holding(row["child"], f"{row['child_column']} in ({owned})"))
    if "identity_links" in tables:
        found.append(Holding("identity_links", "source_id = $1"))
    return _children_first(found, [(row["child"], row["parent"]) for row in references])


async def copy_out(connection: Connection, conversation_id: str) -> dict[str, list[dict[str, Any]]]:
    """Reads everything that is kept of a conversation. Raises UnknownConversation."""
    await _locked(connection, conversation_id)
    copy: dict[str, list[dict[str, Any]]] = {}
    for holding in await holdings(connection):
        rows = await connection.fetch(f"select * from {holding.table} where {holding.condition}", conversation_id)
        if rows:
            copy.setdefault(holding.table, []).extend(dict(row) for row in rows)
    return copy


async def forget(
    connection: Connection,
    conversation_id: str,
    *,
    actor: str,
    at: datetime,
    complaint_days: int,
    despite: bool = False,
) -> dict[str, int]:
    """Deletes everything of a conversation; returns how many rows of which table.

    Raises:
        UnknownConversation: there is none.
        Held: somebody serves it or waits in it, or a complaint must be kept as evidence.
    """
    owner = await _locked(connection, conversation_id)
    if owner != Owner.BOT.value:
        raise Held("Somebody serves or waits in this conversation: close it first.", owner=owner)
    complaint = await connection.fetchval(_COMPLAINT, conversation_id)
    if complaint and at - complaint < timedelta(days=complaint_days) and not despite:
        raise Held(f"A complaint of {complaint:%Y-%m-%d} is kept as evidence for {complaint_days} days.")
    deleted: dict[str, int] = {}
    for holding in await holdings(connection):
        done = await connection.execute(f"delete from {holding.table} where {holding.condition}", conversation_id)
        count = int(done.rpartition(" ")[2])
        if count:
            deleted[holding.table] = deleted.get(holding.table, 0) + count
    await audit.record(connection, actor, "privacy.forgotten", conversation_id, at=at, rows=deleted)
    return deleted


async def _locked(connection: Connection, conversation_id: str) -> str:
    owner: str | None = await connection.fetchval(
        "select owner from conversations where conversation_id = $1 for update", conversation_id
    )
    if owner is None:
        raise UnknownConversation("There is no such conversation.", conversation_id=conversation_id)
    return owner


def _children_first(found: Iterable[Holding], references: list[tuple[str, str]]) -> list[Holding]:
    """Orders by how many tables are above: whoever refers comes before whom it refers to."""
    return sorted(found, key=lambda holding: -_depth(holding.table, references, frozenset()))


def _depth(table: str, references: list[tuple[str, str]], passed: frozenset[str]) -> int:
    parents = {parent for child, parent in references if child == table} - passed - {table}
    return max((1 + _depth(parent, references, passed | {table}) for parent in parents), default=0)
