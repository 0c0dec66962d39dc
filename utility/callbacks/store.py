"""Requests to be called back: the SQL."""

from __future__ import annotations

from datetime import datetime

from runtime.postgres import Connection
from utility.accounts.values import Person
from utility.callbacks.values import Callback

_CALLBACK = "select callback_no, account_no, phone, reason, state, asked_at, done_at, note, call_by from callbacks"


async def open_of(connection: Connection, person: Person, account_no: str) -> Callback | None:
    """Reads the open request of a person about an account (or about none) and holds it."""
    row = await connection.fetchrow(
        f"""{_CALLBACK} where channel = $1 and channel_user = $2 and coalesce(account_no, '') = $3 and state = 'open'
        for update""",
        *(person.channel, person.user_id, account_no),
    )
    return Callback(**row) if row else None


async def callback(connection: Connection, callback_no: str) -> Callback | None:
    """Reads one request and holds it."""
    row = await connection.fetchrow(f"{_CALLBACK} where callback_no = $1 for update", callback_no)
    return Callback(**row) if row else None


async def of_person(connection: Connection, person: Person) -> list[Callback]:
    """Lists the requests of a person, the newest first."""
    rows = await connection.fetch(
        f"{_CALLBACK} where channel = $1 and channel_user = $2 order by asked_at desc, callback_no desc limit 50",
        *(person.channel, person.user_id),
    )
    return [Callback(**row) for row in rows]


async def waiting(connection: Connection, after: str, most: int) -> list[Callback]:
    """Lists the open requests, the oldest first."""
    rows = await connection.fetch(
        f"{_CALLBACK} where state = 'open' and callback_no > $1 order by callback_no limit $2", *(after, most)
    )
    return [Callback(**row) for row in rows]


async def save(connection: Connection, made: Callback, person: Person) -> None:
    """Writes a request, or what is new of an open one."""
    await connection.execute(
        """insert into callbacks (callback_no, account_no, phone, reason, channel, channel_user, state, asked_at,
            call_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (callback_no) do update
        set phone = excluded.phone, reason = excluded.reason, call_by = excluded.call_by""",
        *(made.callback_no, made.account_no, made.phone, made.reason),
        *(person.channel, person.user_id, made.state, made.asked_at, made.call_by),
    )


async def finish(connection: Connection, callback_no: str, at: datetime, note: str, by: str) -> None:
    """Writes that a request is done."""
    await connection.execute(
        "update callbacks set state = 'done', done_at = $2, note = $3, done_by = $4 where callback_no = $1",
        *(callback_no, at, note, by),
    )
