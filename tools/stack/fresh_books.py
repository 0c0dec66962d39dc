"""Puts a test database back as it was: every table has a copy, and triggers note which tables were written since.

Only those are filled again, with foreign keys and triggers asleep, so that a test that wrote three rows costs little.
"""

from __future__ import annotations

from typing import Any

import psycopg2

_COPY = """
create schema fresh;
create table fresh.touched (name text not null);
create function fresh.note() returns trigger language plpgsql security definer as $$
begin insert into fresh.touched values (tg_table_name); return null; end $$;
create table fresh.sequences as select sequencename::text as name, last_value from pg_sequences
    where schemaname = 'public';
"""
_TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"
_COLUMNS = """
    select column_name from information_schema.columns
    where table_schema = 'public' and table_name = %s and is_generated = 'NEVER' order by ordinal_position
"""
_SEQUENCES = """
    select setval(format('public.%I', s.name), coalesce(f.last_value, 1), f.last_value is not null)
    from (select sequencename::text as name, last_value from pg_sequences where schemaname = 'public') s
    join fresh.sequences f using (name) where s.last_value is distinct from f.last_value
"""


def keep(database_url: str) -> None:
    """Remembers the books as they are now."""
    _run(database_url, _keep)


def restore(database_url: str) -> None:
    """Puts the books back as they were remembered."""
    _run(database_url, _restore)


def _keep(cursor: Any) -> None:
    cursor.execute(_COPY)
    cursor.execute(_TABLES)
    for (table,) in cursor.fetchall():
        cursor.execute(f"create table fresh.{table} as table public.{table}")
        cursor.execute(
            f"""create trigger fresh_note after insert or update or delete or truncate on public.{table}
            for each statement execute function fresh.note()"""
        )


def _restore(cursor: Any) -> None:
    cursor.execute("set local session_replication_role = replica")
    cursor.execute("delete from fresh.touched returning name")
    for table in sorted({name for (name,) in cursor.fetchall()}):
        cursor.execute(_COLUMNS, (table,))
        columns = ", ".join(name for (name,) in cursor.fetchall())
        cursor.execute(f"delete from public.{table}")
        cursor.execute(
            f"insert into public.{table} ({columns}) overriding system value select {columns} from fresh.{table}"
        )
    cursor.execute(_SEQUENCES)


def _run(database_url: str, work: Any) -> None:
    connection = psycopg2.connect(database_url)
    try:
        with connection, connection.cursor() as cursor:
            work(cursor)
    finally:
        connection.close()
