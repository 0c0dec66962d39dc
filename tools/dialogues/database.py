"""One connection to one database, kept open between the runner's looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg2
import psycopg2.extras

Row = Mapping[str, Any]


class Database:
    """Reads and writes; every statement is a transaction of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection: Any = None

    def read(self, query: str, values: Sequence[object] = ()) -> list[Row]:
        """Returns the rows of a query."""
        with self._open().cursor() as cursor:
            cursor.execute(query, values or None)
            return list(cursor.fetchall())

    def write(self, statement: str, values: Sequence[object] = ()) -> None:
        """Runs a statement."""
        with self._open().cursor() as cursor:
            cursor.execute(statement, values or None)

    def has(self, table: str) -> bool:
        """Whether there is such a table."""
        return self.read("select to_regclass(%s) is not null as there", (f"public.{table}",))[0]["there"] is True

    def close(self) -> None:
        """Lets the connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> Any:
        if self._connection is None or self._connection.closed:
            factory = psycopg2.extras.RealDictCursor
            self._connection = psycopg2.connect(self.url, cursor_factory=factory)
            self._connection.autocommit = True
        return self._connection
