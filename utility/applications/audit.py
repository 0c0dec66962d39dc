"""Whether every application is the work order it says it is, with its papers, and nobody is counted twice."""

from __future__ import annotations

from types import MappingProxyType

from runtime.postgres import Connection
from utility.applications import reading, rules, uploads
from utility.books.difference import Difference
from utility.company import Company

# Each statement lists the rows that are wrong: where, what the books say, what they add up to.
RULES = MappingProxyType(
    {
        "applications.kind": """
            select a.application_no, o.kind, 'application' from applications a
            join work_orders o on o.order_no = a.application_no where o.kind <> 'application'""",
        "applications.missing": """
            select order_no, 'a work order', 'no application' from work_orders where kind = 'application'
            and not exists (select from applications where application_no = order_no)""",
        "household.counted_twice": """
            select min(m.account_no), count(distinct m.account_no)::text, '1' from household_members m
            join household_members o using (digest)
            where daterange(m.since, m.until, '[]') && daterange(o.since, o.until, '[]')
            group by m.digest having count(distinct m.account_no) > 1""",
        "arrangements.twice": """
            select account_no, count(*)::text, '1' from account_arrangements
            where ended_on is null and kind <> 'solar' group by account_no, kind having count(*) > 1""",
    }
)
_DONE = """
    select application_no from applications join work_orders on order_no = application_no where state = 'archived'
"""
_UPLOADS = (
    "select application_no, document_id, sha256, size, content from application_documents where content is not null"
)


async def differences(connection: Connection, company: Company) -> list[Difference]:
    """Lists what disagrees."""
    found = [
        Difference(what, row[0], row[1], row[2])
        for what, statement in RULES.items()
        for row in await connection.fetch(statement)
    ]
    return [*found, *await _without_papers(connection, company), *await _changed_documents(connection)]


async def _without_papers(connection: Connection, company: Company) -> list[Difference]:
    """An archived application has every paper it takes."""
    numbers = [row["application_no"] for row in await connection.fetch(_DONE)]
    found = []
    for one in await reading.several(connection, company, numbers):
        lacks = rules.missing(reading.kind_of(company, one), one.facts, one.documents, one.asked)
        found += [Difference("applications.papers", one.application_no, "archived", paper.code) for paper in lacks]
    return found


async def _changed_documents(connection: Connection) -> list[Difference]:
    """What was uploaded is what is kept; read one by one, for documents are large."""
    found = []
    async for row in connection.cursor(_UPLOADS, prefetch=1):
        digest = uploads.digest_of(row["content"])
        if digest != row["sha256"] or len(row["content"]) != row["size"]:
            where = f"{row['application_no']}/{row['document_id']}"
            found.append(Difference("documents.sha256", where, row["sha256"], digest))
    return found
