"""Accounts, who is bound to them and who asked for them: the SQL."""

from __future__ import annotations

from datetime import datetime

from runtime.postgres import Connection
from utility.accounts.values import Account, Person

_ACCOUNT = """
    select account_no, name, plan, billing, status, area_id, city, region, street, estate, building, address,
           contact_phone, tags, opening_balance, closed_on
    from accounts
"""


def _account(row: object) -> Account:
    fields = dict(row)  # type: ignore[call-overload]  # asyncpg's record is a mapping, without stubs
    return Account(**{**fields, "tags": tuple(fields["tags"])})


async def account(connection: Connection, account_no: str, *, hold: bool = False) -> Account | None:
    """Reads an account, closed ones too; `hold` keeps it as it is until the transaction ends."""
    row = await connection.fetchrow(f"{_ACCOUNT} where account_no = $1{' for update' if hold else ''}", account_no)
    return _account(row) if row else None


async def bound_accounts(connection: Connection, person: Person) -> list[Account]:
    """Lists the open accounts bound to `person`, first bound first."""
    rows = await connection.fetch(
        f"""{_ACCOUNT} join bindings using (account_no)
        where channel = $1 and channel_user = $2 and status <> 'closed' order by bound_at, account_no""",
        person.channel,
        person.user_id,
    )
    return [_account(row) for row in rows]


async def bound_account(
    connection: Connection, person: Person, account_no: str, *, ended: bool = False
) -> Account | None:
    """Reads an account if it is bound to `person`; with `ended` also one that is closed."""
    row = await connection.fetchrow(
        f"""{_ACCOUNT} join bindings using (account_no)
        where channel = $1 and channel_user = $2 and account_no = $3{"" if ended else " and status <> 'closed'"}""",
        person.channel,
        person.user_id,
        account_no,
    )
    return _account(row) if row else None


async def hold_person(connection: Connection, person: Person) -> None:
    """Makes `person` known and holds them to the end of the transaction: their tries and asks are counted right."""
    await connection.execute(
        "insert into channel_users values ($1, $2) on conflict do nothing", person.channel, person.user_id
    )
    await connection.execute(
        "select from channel_users where channel = $1 and channel_user = $2 for update", person.channel, person.user_id
    )


async def bind(connection: Connection, person: Person, account_no: str, at: datetime) -> None:
    """Writes a binding; an existing one stays as it is."""
    await connection.execute(
        "insert into bindings values ($1, $2, $3, $4) on conflict do nothing",
        person.channel,
        person.user_id,
        account_no,
        at,
    )


async def unbind(connection: Connection, person: Person, account_no: str) -> None:
    """Removes a binding."""
    await connection.execute(
        "delete from bindings where channel = $1 and channel_user = $2 and account_no = $3",
        person.channel,
        person.user_id,
        account_no,
    )


async def accounts_asked(connection: Connection, person: Person, since: datetime) -> set[str]:
    """Returns the account numbers `person` has asked for since then and is not bound to."""
    rows = await connection.fetch(
        """select account_no from account_asks a where channel = $1 and channel_user = $2 and asked_at > $3
        and not exists (select from bindings b
                        where (b.channel, b.channel_user, b.account_no) = (a.channel, a.channel_user, a.account_no))""",
        person.channel,
        person.user_id,
        since,
    )
    return {row["account_no"] for row in rows}


async def note_ask(connection: Connection, person: Person, account_no: str, at: datetime) -> None:
    """Remembers that `person` asked for an account, known or not."""
    await connection.execute(
        """insert into account_asks values ($1, $2, $3, $4)
        on conflict (channel, channel_user, account_no) do update set asked_at = excluded.asked_at""",
        person.channel,
        person.user_id,
        account_no,
        at,
    )
