"""One fingerprint of all books: two days played alike have the same, whatever died in between.

Left out is what no book means: surrogate numbers and what points at them, transaction ids, and what is drawn by lot
(salts, codes and their digests). Everything else counts, every moment too: the day's clock stands still at each step.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from runtime.postgres import Connection

DRAWN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "check_codes": frozenset({"salt", "digest"}),
        "phone_changes": frozenset({"salt", "old_digest", "new_digest"}),
        "sms_outbox": frozenset({"text"}),
        "idempotency_keys": frozenset({"digest"}),
        "application_secrets": frozenset({"secret"}),
    }
)
_COLUMNS = """
    select c.relname as name, a.attname as field from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind = 'r' and c.relname <> 'alembic_version' and a.attidentity = '' and a.atttypid <> 'xid8'::regtype
    and not exists (
        select from pg_constraint k
        join pg_attribute t on t.attrelid = k.confrelid and t.attnum = any(k.confkey) and t.attidentity <> ''
        where k.contype = 'f' and k.conrelid = c.oid and a.attnum = any(k.conkey)
    )
    order by c.relname, a.attname
"""


async def digest(connection: Connection) -> tuple[str, dict[str, str]]:
    """Returns the fingerprint of all books, and that of each table to find a difference by."""
    columns: dict[str, list[str]] = {}
    for row in await connection.fetch(_COLUMNS):
        if row["field"] not in DRAWN.get(row["name"], ()):
            columns.setdefault(row["name"], []).append(f'"{row["field"]}"')
    await connection.execute("set local time zone 'UTC'")
    tables = {name: await _table(connection, name, fields) for name, fields in columns.items()}
    whole = hashlib.sha256("\n".join(f"{name} {value}" for name, value in tables.items()).encode())
    return whole.hexdigest(), tables


async def _table(connection: Connection, name: str, fields: list[str]) -> str:
    row = f"row({', '.join(fields)})::text"
    value = await connection.fetchval(
        f"select encode(sha256(convert_to(coalesce(string_agg({row}, chr(10) order by {row} collate \"C\"), ''),"
        f" 'UTF8')), 'hex') from {name}"
    )
    return str(value)
