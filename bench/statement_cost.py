"""What one SQL statement costs through asyncpg and through SQLAlchemy 1.4 asyncio, on the same embedded PostgreSQL.

    python -m bench.statement_cost

One connection, one statement after the other, several rounds: it measures the client, the server does the same work.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from sqlalchemy import bindparam, column, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.sql import Executable

from runtime import embedded

ROUNDS, STATEMENTS, ROWS = 9, 1000, 1000
_TABLE = "create table line (conversation_id int, seq int, body text, primary key (conversation_id, seq))"
_FILL = f"insert into line select 1, n, repeat('x', 60) from generate_series(0, {ROWS - 1}) n"
_TEXT = "select body from line where conversation_id = :c and seq = :s"

Statement = Callable[[int], Awaitable[object]]


@dataclass(frozen=True)
class Cost:
    """What one statement took, round by round, in microseconds."""

    name: str
    rounds: list[float]

    @property
    def row(self) -> str:
        """The cost as a line of the table."""
        return (
            f"| {self.name} | {min(self.rounds):.0f} | {statistics.median(self.rounds):.0f} | {max(self.rounds):.0f} |"
        )


async def _round(statement: Statement) -> float:
    began = time.perf_counter()
    for number in range(STATEMENTS):
        await statement(number % ROWS)
    return (time.perf_counter() - began) / STATEMENTS * 1e6


async def measure(ways: dict[str, Statement]) -> list[Cost]:
    """Runs the rounds of all ways in turn, so that other work on the machine falls on each alike."""
    costs = [Cost(name, []) for name in ways]
    for statement in ways.values():
        await _round(statement)  # prepared statements and compiled SQL are cached from here on
    for _ in range(ROUNDS):
        for cost in costs:
            cost.rounds.append(await _round(ways[cost.name]))
    return costs


def through_asyncpg(connection: asyncpg.Connection) -> Statement:
    """Reads one row by its key with asyncpg."""
    query = "select body from line where conversation_id = $1 and seq = $2"
    return lambda number: connection.fetchrow(query, 1, number)


def through_sqlalchemy(connection: AsyncConnection, query: Executable) -> Statement:
    """Reads the same row with SQLAlchemy 1.4 asyncio over asyncpg."""

    async def read(number: int) -> object:
        return (await connection.execute(query, {"c": 1, "s": number})).first()

    return read


def _core() -> Executable:
    line = table("line", column("conversation_id"), column("seq"), column("body"))
    return select(line.c.body).where(line.c.conversation_id == bindparam("c"), line.c.seq == bindparam("s"))


async def _prepare(socket_folder: str) -> None:
    connection = await asyncpg.connect(host=socket_folder, user="postgres", database="cost")
    await connection.execute(_TABLE)
    await connection.execute(_FILL)
    await connection.close()


async def _measure_all(socket_folder: str) -> list[Cost]:
    await _prepare(socket_folder)
    engine = create_async_engine("postgresql+asyncpg://postgres@/cost", connect_args={"host": socket_folder})
    plain = await asyncpg.connect(host=socket_folder, user="postgres", database="cost")
    async with engine.connect() as connection:
        costs = await measure(
            {
                "asyncpg": through_asyncpg(plain),
                "SQLAlchemy asyncio, `text()`": through_sqlalchemy(connection, text(_TEXT)),
                "SQLAlchemy asyncio, Core `select()`": through_sqlalchemy(connection, _core()),
            }
        )
    await plain.close()
    await engine.dispose()
    return costs


def main() -> None:
    """Measures on a PostgreSQL of its own and prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        server = embedded.start_postgres(Path(folder) / "postgres")
        try:
            embedded.create_database(server, "cost")
            costs = asyncio.run(_measure_all(server.socket_folder))
        finally:
            embedded.stop_postgres(server)
    head = ["| one keyed select, µs | least | median | most |", "|---|---|---|---|"]
    sys.stdout.write("\n".join([*head, *(cost.row for cost in costs), ""]))


if __name__ == "__main__":
    main()
