"""What changes an account, and the row that remembers how it was before: the SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from runtime.postgres import Connection
from utility.actors import Actor


async def close(connection: Connection, account_no: str, day: date) -> None:
    """Writes that an account has ended."""
    await connection.execute("delete from account_cut_offs where account_no = $1", account_no)
    await connection.execute(
        """update accounts set status = 'closed', closed_on = $2, contract_state = 'terminated', contract_until = $2
        where account_no = $1""",
        account_no,
        day,
    )


async def give_to(
    connection: Connection, account_no: str, customer_id: str, *, name: str, phone: str, tags: Sequence[str]
) -> str:
    """Gives an account to a new customer of the same kind; returns who had it."""
    old = await connection.fetchrow(
        "select customer_id, kind from accounts join customers using (customer_id) where account_no = $1", account_no
    )
    await connection.execute(
        "insert into customers (customer_id, name, kind, phone, tags, note) values ($1, $2, $3, $4, $5, '')",
        *(customer_id, name, old["kind"], phone, list(tags)),
    )
    await connection.execute(
        "update accounts set customer_id = $2, name = $3, contact_phone = $4, tags = $5 where account_no = $1",
        *(account_no, customer_id, name, phone, list(tags)),
    )
    return str(old["customer_id"])


async def rename(connection: Connection, account_no: str, name: str) -> None:
    """Writes the holder's name on the customer, on everything they hold and on the contacts that stand for them."""
    customer_id = await connection.fetchval(
        "update accounts set name = $2 where account_no = $1 returning customer_id", account_no, name
    )
    await connection.execute("update customers set name = $2 where customer_id = $1", customer_id, name)
    await connection.execute(
        "update accounts set name = $2 where customer_id = $1 and status <> 'closed'", customer_id, name
    )
    await connection.execute(
        """update contacts set name = $2 where kind = 'holder' and valid_until is null
        and account_no in (select account_no from accounts where customer_id = $1)""",
        customer_id,
        name,
    )


async def unbind_everybody(connection: Connection, account_no: str) -> None:
    """Removes every binding and makes every code that was sent void: they were the old holder's."""
    await connection.execute("delete from bindings where account_no = $1", account_no)
    await void_codes(connection, account_no)


async def void_codes(connection: Connection, account_no: str) -> None:
    """Makes every code that was sent and not used void."""
    await connection.execute(
        "update check_codes set expires_at = sent_at where account_no = $1 and used_at is null", account_no
    )
    await connection.execute(
        "update phone_changes set expires_at = sent_at where account_no = $1 and done_at is null", account_no
    )


async def end_contacts(connection: Connection, account_no: str, day: date) -> None:
    """Ends the contacts that still hold."""
    await connection.execute(
        """update contacts set valid_until = greatest(valid_from, $2)
        where account_no = $1 and (valid_until is null or valid_until > $2)""",
        account_no,
        day,
    )


async def add_holder(
    connection: Connection, account_no: str, name: str, phone: str, day: date, verified_at: datetime | None = None
) -> None:
    """Writes the holder's contact that holds from `day` on."""
    await connection.execute(
        """insert into contacts (account_no, kind, name, phone, valid_from, verified_at)
        values ($1, 'holder', $2, $3, $4, $5)""",
        *(account_no, name, phone, day, verified_at),
    )


async def change_phone(
    connection: Connection, account_no: str, name: str, phone: str, now: datetime, day: date
) -> None:
    """Ends the holder's contact and writes the verified one with the new phone."""
    await connection.execute(
        """update contacts set valid_until = greatest(valid_from, $2)
        where account_no = $1 and kind = 'holder' and valid_until is null""",
        account_no,
        day,
    )
    await add_holder(connection, account_no, name, phone, day, now)
    await connection.execute("update accounts set contact_phone = $2 where account_no = $1", account_no, phone)


async def note(
    connection: Connection,
    account_no: str,
    kind: str,
    actor: Actor,
    at: datetime,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    """Remembers a change: who, when, and how it was before."""
    await connection.execute(
        "insert into account_changes (account_no, at, kind, actor, before, after) values ($1, $2, $3, $4, $5, $6)",
        *(account_no, at, kind, str(actor), before, after),
    )
