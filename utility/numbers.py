"""Ticket numbers: a letter, the day, five digits; taken inside the transaction that uses them, so none is lost."""

from __future__ import annotations

from datetime import date

from runtime.postgres import Connection


async def next_number(connection: Connection, letter: str, day: date) -> str:
    """Takes the next ticket number of a day: letter, yymmdd, five digits."""
    number = await connection.fetchval(
        """insert into number_sequences values ($1, $2, 1)
        on conflict (letter, day) do update set last = number_sequences.last + 1 returning last""",
        letter,
        day,
    )
    return f"{letter}{day:%y%m%d}{number:05d}"
