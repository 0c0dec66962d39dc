"""Fills GridTalk's database up with conversations: copies of one that was really held, each under its own name."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import psycopg2

# In the order of their foreign keys.
_TABLES = ("conversations", "messages", "tracker_events")
_COLUMNS = """
    select column_name from information_schema.columns
    where table_schema = 'public' and table_name = %s and is_generated = 'NEVER' and is_identity = 'NO'
    order by ordinal_position
"""
# What must not be copied as it is: the name, and what a name must be alone with.
_RENAMED = {
    "conversation_id": "t.conversation_id || '-' || n",
    "channel_user": "t.channel_user || '-' || n",
    "channel_message_id": "t.channel_message_id || '-' || n",
}


def stored(database: str) -> int:
    """Returns how many conversations are stored."""
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        return _count(cursor)


def fill_up(database: str, template: str, until: int) -> None:
    """Copies the conversation `template` until so many are stored, then lets PostgreSQL learn what it has."""
    with closing(psycopg2.connect(database)) as connection:
        with connection, connection.cursor() as cursor:
            first = _count(cursor)
            for table in _TABLES if first < until else ():
                _copy(cursor, table, template, first, until)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"vacuum analyze {', '.join(_TABLES)}")


def _copy(cursor: Any, table: str, template: str, first: int, until: int) -> None:
    cursor.execute(_COLUMNS, (table,))
    columns = [name for (name,) in cursor.fetchall()]
    values = ", ".join(_RENAMED.get(name, f"t.{name}") for name in columns)
    cursor.execute(
        f"insert into {table} ({', '.join(columns)}) select {values} from {table} t, generate_series(%s, %s) n"
        " where t.conversation_id = %s",
        (first + 1, until, template),
    )


def _count(cursor: Any) -> int:
    cursor.execute("select count(*) from conversations")
    return int(cursor.fetchone()[0])
