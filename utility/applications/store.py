"""Applications, their papers and what they leave behind: the SQL. Where one stands is in its work order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from runtime.postgres import Connection
from utility.accounts.values import Person
from utility.applications.values import Asked, Document, Facts

_SECRET = "person_digest"


@dataclass(frozen=True)
class Kept:
    """An application's own row with its papers, without its work order."""

    application_no: str
    type_code: str
    facts: Facts
    place: str
    manager: str
    appointment_no: str
    submitted: datetime | None
    documents: tuple[Document, ...]
    asked: tuple[Asked, ...]
    persons: tuple[str, ...]


async def save(connection: Connection, row: Kept, business_type: str) -> None:
    """Writes a new application and who is counted in it."""
    await connection.execute(
        """insert into applications (application_no, type_code, business_type, facts, place, manager)
        values ($1, $2, $3, $4, $5, $6)""",
        *(row.application_no, row.type_code, business_type, dict(row.facts), row.place, row.manager),
    )
    await connection.executemany(
        "insert into application_persons values ($1, $2)", [(row.application_no, one) for one in set(row.persons)]
    )


async def kept(connection: Connection, numbers: Sequence[str]) -> list[Kept]:
    """Reads applications with their papers, in the order of their numbers as they are given."""
    rows = await connection.fetch(
        """select application_no, type_code, facts, place, manager, appointment_no, submitted_at as submitted
        from applications where application_no = any($1)""",
        list(numbers),
    )
    papers = await _papers(connection, numbers)
    asks = await _asks(connection, numbers)
    persons = await _persons(connection, numbers)
    found = {}
    for row in rows:
        number = row["application_no"]
        found[number] = Kept(
            **row, documents=papers.get(number, ()), asked=asks.get(number, ()), persons=persons.get(number, ())
        )
    return [found[number] for number in numbers if number in found]


async def numbers_of(
    connection: Connection, person: Person, account_nos: Sequence[str], after: tuple[Any, ...] | None, most: int
) -> list[tuple[datetime, str]]:
    """Lists the applications that `person` made or that are on these accounts, newest first."""
    rows = await connection.fetch(
        """select o.filed_at, o.order_no from applications a join work_orders o on o.order_no = a.application_no
        where ((o.channel = $1 and o.channel_user = $2) or o.account_no = any($3))
        and ($4::timestamptz is null or (o.filed_at, o.order_no) < ($4, $5))
        order by o.filed_at desc, o.order_no desc limit $6""",
        *(person.channel, person.user_id, list(account_nos), *(after or (None, None)), most),
    )
    return [(row["filed_at"], row["order_no"]) for row in rows]


async def submitted(connection: Connection, application_no: str, at: datetime) -> None:
    """Writes when an application was handed in for the first time."""
    await connection.execute(
        "update applications set submitted_at = coalesce(submitted_at, $2) where application_no = $1",
        application_no,
        at,
    )


async def link_appointment(connection: Connection, application_no: str, appointment_no: str) -> None:
    """Ties the visit that was booked to the application."""
    await connection.execute(
        "update applications set appointment_no = $2 where application_no = $1", application_no, appointment_no
    )


async def appointment_fits(connection: Connection, appointment_no: str, account_no: str | None) -> bool:
    """Tells whether there is such an appointment of the account."""
    return bool(
        await connection.fetchval(
            "select exists (select from appointments where appointment_no = $1 and account_no = $2)",
            appointment_no,
            account_no,
        )
    )


async def save_document(
    connection: Connection, application_no: str, document: Document, content: bytes | None
) -> Document:
    """Writes a document; what was asked for under its code is settled by it."""
    document_id = await connection.fetchval(
        """insert into application_documents
        (application_no, code, file_name, media_type, size, sha256, source, handed_in, content)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning document_id""",
        *(application_no, document.code, document.file_name, document.media_type, document.size, document.sha256),
        *(document.source, document.handed_in, content),
    )
    await connection.execute(
        "update application_asks set settled_at = $3 where application_no = $1 and code = $2 and settled_at is null",
        *(application_no, document.code, document.handed_in),
    )
    return Document(**{**document.__dict__, "document_id": document_id})


async def ask(connection: Connection, application_no: str, asked: Sequence[Asked]) -> None:
    """Writes what a returned application lacks; what was handed in under those codes no longer counts."""
    await connection.executemany(
        "insert into application_asks (application_no, code, text, asked_at) values ($1, $2, $3, $4)",
        [(application_no, one.code, one.text, one.at) for one in asked],
    )


async def content(connection: Connection, application_no: str, document_id: int) -> tuple[str, bytes] | None:
    """Reads the media type and the content of an uploaded document."""
    row = await connection.fetchrow(
        """select media_type, content from application_documents
        where application_no = $1 and document_id = $2 and content is not null""",
        application_no,
        document_id,
    )
    return (row["media_type"], row["content"]) if row else None


async def secret(connection: Connection, fresh: bytes) -> bytes:
    """Returns the key that people's digests are made with; the first call keeps `fresh`."""
    await connection.execute("insert into application_secrets values ($1, $2) on conflict do nothing", _SECRET, fresh)
    kept_secret = await connection.fetchval("select secret from application_secrets where name = $1", _SECRET)
    return bytes(kept_secret)


async def counted_elsewhere(
    connection: Connection, digests: Sequence[str], account_no: str | None, today: date
) -> frozenset[str]:
    """Returns which of these people are counted on another account today."""
    rows = await connection.fetch(
        """select distinct digest from household_members
        where digest = any($1) and until >= $3 and account_no is distinct from $2""",
        *(list(digests), account_no, today),
    )
    return frozenset(row["digest"] for row in rows)


async def hold_people(connection: Connection) -> None:
    """Lets nobody else count people until the transaction ends: the same person is not counted twice at once."""
    await connection.execute("select pg_advisory_xact_lock(hashtext('utility.household_members'))")


async def count_members(
    connection: Connection, application_no: str, account_no: str, digests: Sequence[str], since: date, until: date
) -> None:
    """Counts people on an account from a day on."""
    await connection.executemany(
        "insert into household_members values ($1, $2, $3, $4, $5)",
        [(account_no, digest, since, until, application_no) for digest in digests],
    )


async def drafts_before(connection: Connection, moment: datetime, most: int) -> list[str]:
    """Lists the drafts that nobody has handed in since then."""
    rows = await connection.fetch(
        """select order_no from applications join work_orders on order_no = application_no
        where state = 'draft' and closed_at is null and filed_at < $1 order by filed_at limit $2
        for update of work_orders skip locked""",
        moment,
        most,
    )
    return [row["order_no"] for row in rows]


async def _papers(connection: Connection, numbers: Sequence[str]) -> dict[str, tuple[Document, ...]]:
    rows = await connection.fetch(
        """select d.application_no, d.document_id, d.code, d.file_name, d.media_type, d.size, d.sha256, d.source,
                  d.handed_in
        from application_documents d where d.application_no = any($1) order by d.document_id""",
        list(numbers),
    )
    found: dict[str, tuple[Document, ...]] = {}
    for row in rows:
        fields = dict(row)
        number = fields.pop("application_no")
        found[number] = (*found.get(number, ()), Document(**fields))
    return found


async def _asks(connection: Connection, numbers: Sequence[str]) -> dict[str, tuple[Asked, ...]]:
    rows = await connection.fetch(
        """select application_no, code, text, asked_at from application_asks
        where application_no = any($1) and settled_at is null order by asked_at, code""",
        list(numbers),
    )
    found: dict[str, tuple[Asked, ...]] = {}
    for row in rows:
        one = Asked(row["code"], row["text"], row["asked_at"])
        found[row["application_no"]] = (*found.get(row["application_no"], ()), one)
    return found


async def _persons(connection: Connection, numbers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    rows = await connection.fetch(
        "select application_no, digest from application_persons where application_no = any($1) order by digest",
        list(numbers),
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found[row["application_no"]] = (*found.get(row["application_no"], ()), row["digest"])
    return found


async def class_and_voltage(connection: Connection, account_no: str) -> tuple[str, str, bool]:
    """Reads what kind of customer an account is, at which voltage, and whether its meter can count by time of use."""
    row = await connection.fetchrow(
        """select class, voltage, coalesce((extra->>'tou_meter')::boolean, true) as tou_meter
        from accounts where account_no = $1""",
        account_no,
    )
    return row["class"], row["voltage"], row["tou_meter"]


async def plan_name(connection: Connection, account_no: str) -> str:
    """Reads what an account is billed by."""
    return str(await connection.fetchval("select plan from accounts where account_no = $1", account_no))


async def end_members(connection: Connection, account_no: str, day: date) -> None:
    """Ends the counting of people on an account; who was to be counted only later never is."""
    await connection.execute("delete from household_members where account_no = $1 and since >= $2", account_no, day)
    await connection.execute(
        "update household_members set until = $2 - 1 where account_no = $1 and until >= $2", account_no, day
    )


async def save_facts(connection: Connection, application_no: str, facts: Facts) -> None:
    """Writes what an application is about, completed."""
    await connection.execute(
        "update applications set facts = $2 where application_no = $1", application_no, dict(facts)
    )


async def contact_phone(connection: Connection, account_no: str) -> str:
    """Reads the phone of an account."""
    return str(await connection.fetchval("select contact_phone from accounts where account_no = $1", account_no))
