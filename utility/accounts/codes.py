"""Check codes and the messages that carry them: the SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from runtime.postgres import Connection
from utility.accounts.values import Person, SentCode


@dataclass(frozen=True)
class KeptCode:
    """The latest code sent to a person for an account."""

    check_code_id: int
    salt: str
    digest: str
    sent_at: datetime
    expires_at: datetime
    wrong_tries: int
    used_at: datetime | None


@dataclass(frozen=True)
class Message:
    """A short message that was sent."""

    account_no: str
    phone: str
    text: str
    created_at: datetime


async def latest_code(connection: Connection, person: Person, account_no: str) -> KeptCode | None:
    """Reads the code that counts: the newest one; the ones before it are void."""
    row = await connection.fetchrow(
        """select check_code_id, salt, digest, sent_at, expires_at, wrong_tries, used_at from check_codes
        where channel = $1 and channel_user = $2 and account_no = $3 order by check_code_id desc limit 1""",
        person.channel,
        person.user_id,
        account_no,
    )
    return KeptCode(**row) if row else None


async def send_message(
    connection: Connection, account_no: str, phone: str, *, template: str, text: str, at: datetime
) -> None:
    """Puts a short message into the outbox."""
    await connection.execute(
        "insert into sms_outbox (account_no, phone, template, text, created_at) values ($1, $2, $3, $4, $5)",
        account_no,
        phone,
        template,
        text,
        at,
    )


async def messages(connection: Connection, tail: str = "", *, most: int = 50) -> list[Message]:
    """Lists the newest messages, of accounts ending in `tail`."""
    rows = await connection.fetch(
        """select account_no, phone, text, created_at from sms_outbox
        where right(account_no, length($1)) = $1 order by sms_id desc limit $2""",
        tail,
        most,
    )
    return [Message(**row) for row in rows]


async def wrong_tries(connection: Connection, person: Person, day: date) -> int:
    """Returns how many wrong codes `person` gave that day."""
    count = await connection.fetchval(
        "select wrong from check_code_tries where channel = $1 and channel_user = $2 and day = $3",
        person.channel,
        person.user_id,
        day,
    )
    return int(count or 0)


async def note_wrong_try(connection: Connection, person: Person, check_code_id: int, day: date) -> None:
    """Counts a wrong code, against the code and against the day."""
    await connection.execute(
        "update check_codes set wrong_tries = wrong_tries + 1 where check_code_id = $1", check_code_id
    )
    await note_wrong_day(connection, person, day)


async def note_wrong_day(connection: Connection, person: Person, day: date) -> None:
    """Counts a wrong code against the day."""
    await connection.execute(
        """insert into check_code_tries values ($1, $2, $3, 1)
        on conflict (channel, channel_user, day) do update set wrong = check_code_tries.wrong + 1""",
        person.channel,
        person.user_id,
        day,
    )


async def save_code(
    connection: Connection, person: Person, code: SentCode, at: datetime, *, salt: str, digest: str
) -> None:
    """Keeps a code as its salted digest."""
    await connection.execute(
        """insert into check_codes (channel, channel_user, account_no, salt, digest, sent_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7)""",
        person.channel,
        person.user_id,
        code.account_no,
        salt,
        digest,
        at,
        code.expires_at,
    )


async def use_code(connection: Connection, check_code_id: int, at: datetime) -> None:
    """Marks a code as used."""
    await connection.execute("update check_codes set used_at = $2 where check_code_id = $1", check_code_id, at)
