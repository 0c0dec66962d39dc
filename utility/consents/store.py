"""Answers to planned work: the SQL."""

from __future__ import annotations

from runtime.postgres import Connection
from utility.consents.values import Consent

_SAVE = """
    insert into outage_consents (outage_no, account_no, planned_from, answer, wish, said_at, said_by)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (outage_no, account_no, planned_from) do update set
        answer = excluded.answer, wish = excluded.wish, said_at = excluded.said_at, said_by = excluded.said_by
"""
_CONCERNED = """
    select exists (select from accounts a join outage_areas o on o.area_id = a.area_id
                   where o.outage_no = $1 and a.account_no = $2 and a.status <> 'closed')
"""


async def save(connection: Connection, consent: Consent) -> None:
    """Writes an answer; a newer one of the same window takes its place."""
    values = (consent.outage_no, consent.account_no, consent.planned_from, consent.answer, consent.wish)
    await connection.execute(_SAVE, *values, consent.said_at, consent.said_by)


async def concerns(connection: Connection, outage_no: str, account_no: str) -> bool:
    """Tells whether an account is fed from an area of the outage."""
    return bool(await connection.fetchval(_CONCERNED, outage_no, account_no))


async def of_outage(connection: Connection, outage_no: str) -> list[Consent]:
    """Lists the answers, by window and account."""
    rows = await connection.fetch(
        "select * from outage_consents where outage_no = $1 order by planned_from, account_no", outage_no
    )
    return [Consent(**row) for row in rows]
