"""Facts in PostgreSQL: planned once by their key, dropped when they are true no more, taken when they are due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notices.facts import Fact
from notices.folding import Planned
from runtime.json_text import strictly_written
from runtime.postgres import Connection, columns

_PLAN = """
    insert into notice_facts (fact_key, kind, family, subject, story, event_no, account_no, person, area_ids, buildings,
        care_only, given, due_at, worth_until, made_at, state, reason, settled_at)
    select p.fact_key, p.kind, p.family, p.subject, p.story, p.event_no, p.account_no, p.person,
        array(select jsonb_array_elements_text(p.area_ids::jsonb)), p.buildings::jsonb, p.care_only, p.given::jsonb,
        p.due_at, p.worth_until, $17, p.state, p.reason, case when p.state <> 'planned' then $17::timestamptz end
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::boolean[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::text[],
            $16::text[])
        with ordinality as p (fact_key, kind, family, subject, story, event_no, account_no, person, area_ids, buildings,
            care_only, given, due_at, worth_until, state, reason, place)
    order by p.place on conflict (fact_key) do nothing
"""
# What people were told or are being told stays told; who was not told yet is not told any more.
_DROP = """
    with asked as (
        select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as a (family, subject, pattern, why)
    ), dropped as (
        update notice_facts f set state = 'void', reason = a.why, settled_at = $5 from asked a
        where f.family = a.family and f.subject = a.subject and f.fact_key like a.pattern
            and f.state in ('planned', 'spreading')
    )
    update notices n set state = 'final', outcome = 'void', reason = a.why, final_at = $5
    from asked a join notice_facts f on f.family = a.family and f.subject = a.subject and f.fact_key like a.pattern
    where n.fact_id = f.fact_id and n.state = 'planned'
"""
_TOLD = """
    select f.family, f.subject, f.fact_key from notice_facts f
    join unnest($1::text[], $2::text[]) as asked (family, subject) using (family, subject) where f.said is not null
"""
# One that is being spread just now counts as told.
_UNTOLD = """
    select f.family, f.subject, f.fact_key, f.kind, f.story, f.event_no, f.due_at, f.worth_until, f.given, f.account_no,
        f.person, f.area_ids
    from notice_facts f
    join unnest($1::text[], $2::text[]) as asked (family, subject) using (family, subject)
    where f.state = 'planned' and f.said is null order by f.due_at, f.fact_id for update of f skip locked
"""
_FOLD = """
    update notice_facts f set state = 'folded', reason = a.why, settled_at = $3
    from unnest($1::text[], $2::text[]) as a (fact_key, why) where f.fact_key = a.fact_key and f.state = 'planned'
"""


@dataclass(frozen=True)
class Dropped:
    """Planned facts of a subject, by key or by the beginning of their keys (`outage/T1/*`), that are true no more."""

    family: str
    subject: str
    key: str
    reason: str

    @property
    def pattern(self) -> str:
        """As PostgreSQL's `like` reads it."""
        return self.key.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_").replace("*", "%")

    def names(self, key: str) -> bool:
        """Whether it drops this fact."""
        return key.startswith(self.key[:-1]) if self.key.endswith("*") else key == self.key


async def plan(connection: Connection, rows: Sequence[tuple[str, str, Planned]], now: datetime) -> None:
    """Writes facts, each with its family and subject; where one of that key is there already: nothing."""
    if rows:
        await connection.execute(_PLAN, *columns(_row(*one) for one in rows), now)


async def plan_own(connection: Connection, family: str, subject: str, fact: Fact, now: datetime) -> None:
    """Plans a fact of the house's own, that no event of the company told."""
    await plan(connection, [(family, subject, Planned(fact, 0, fresh=True))], now)


def _row(family: str, subject: str, planned: Planned) -> tuple[Any, ...]:
    fact = planned.fact
    return (
        *(fact.key, fact.kind, family, subject, fact.story, planned.event_no, fact.account_no, fact.person),
        *(
            strictly_written(list(fact.area_ids)),
            strictly_written([dict(place) for place in fact.buildings]),
            fact.care_only,
        ),
        *(strictly_written(dict(fact.given)), fact.due_at, fact.worth_until, planned.state, planned.reason),
    )


async def drop(connection: Connection, drops: Iterable[Dropped], now: datetime) -> None:
    """Drops planned facts; what was told stays told."""
    rows = [(one.family, one.subject, one.pattern, one.reason) for one in drops]
    if rows:
        await connection.execute(_DROP, *columns(rows), now)


async def fold(connection: Connection, facts: Sequence[Planned], now: datetime) -> None:
    """Notes of facts that stand there which one says them, too."""
    if facts:
        await connection.execute(_FOLD, [one.fact.key for one in facts], [one.reason for one in facts], now)


async def told(
    connection: Connection, families: Sequence[str], subjects: Sequence[str]
) -> dict[tuple[str, str], frozenset[str]]:
    """Names the facts of these subjects that people were, or are being, told."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in await connection.fetch(_TOLD, families, subjects):
        found.setdefault((row["family"], row["subject"]), set()).add(row["fact_key"])
    return {key: frozenset(keys) for key, keys in found.items()}


async def untold(
    connection: Connection, families: Sequence[str], subjects: Sequence[str]
) -> dict[tuple[str, str], list[Planned]]:
    """Reads the facts of these subjects that nobody was told yet, older first, and holds them until the commit."""
    found: dict[tuple[str, str], list[Planned]] = {}
    for row in await connection.fetch(_UNTOLD, families, subjects):
        texts = (row["fact_key"], row["kind"], row["story"], row["due_at"], row["worth_until"], row["given"])
        fact = Fact(*texts, row["account_no"], row["person"], tuple(row["area_ids"]))
        found.setdefault((row["family"], row["subject"]), []).append(Planned(fact, row["event_no"], fresh=False))
    return found
