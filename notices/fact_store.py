"""Facts in PostgreSQL: planned once by their key, dropped when they are true no more, taken when they are due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from notices.facts import Fact, Happening
from runtime.postgres import Connection

_PLAN = """
    insert into notice_facts (fact_key, kind, family, subject, story, event_no, account_no, person, area_ids, buildings,
        care_only, given, due_at, worth_until, made_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict (fact_key) do nothing
"""
# What people were told or are being told stays told; who was not told yet is not told any more.
_DROP = """
    with dropped as (
        update notice_facts set state = 'void', reason = $3, settled_at = $4
        where family = $1 and state in ('planned', 'spreading') and fact_key like $2
    )
    update notices set state = 'final', outcome = 'void', reason = $3, final_at = $4
    where state = 'planned' and fact_id in (select fact_id from notice_facts where family = $1 and fact_key like $2)
"""
_TOLD = """
    select f.family, f.subject, f.fact_key from notice_facts f
    join unnest($1::text[], $2::text[]) as asked (family, subject) using (family, subject) where f.said is not null
"""


async def plan(connection: Connection, event: Happening, subject: str, fact: Fact, now: datetime) -> None:
    """Plans a fact; one of that key is there already: nothing."""
    await _plan(connection, event.family, event.number, subject, fact, now)


async def plan_own(connection: Connection, family: str, subject: str, fact: Fact, now: datetime) -> None:
    """Plans a fact of the house's own, that no event of the company told."""
    await _plan(connection, family, 0, subject, fact, now)


async def _plan(connection: Connection, family: str, event_no: int, subject: str, fact: Fact, now: datetime) -> None:
    await connection.execute(
        _PLAN,
        *(fact.key, fact.kind, family, subject, fact.story, event_no, fact.account_no, fact.person),
        *(list(fact.area_ids), [dict(place) for place in fact.buildings], fact.care_only, dict(fact.given)),
        *(fact.due_at, fact.worth_until, now),
    )


async def drop(connection: Connection, family: str, keys: Iterable[str], reason: str, now: datetime) -> None:
    """Drops planned facts by key, or by the beginning of their keys (`outage/T1/*`); what was told stays told."""
    for key in keys:
        pattern = key.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_").replace("*", "%")
        await connection.execute(_DROP, family, pattern, reason, now)


async def told(
    connection: Connection, families: Sequence[str], subjects: Sequence[str]
) -> dict[tuple[str, str], frozenset[str]]:
    """Names the facts of these subjects that people were, or are being, told."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for row in await connection.fetch(_TOLD, families, subjects):
        key = (row["family"], row["subject"])
        found[key] = found.get(key, frozenset()) | {row["fact_key"]}
    return found
