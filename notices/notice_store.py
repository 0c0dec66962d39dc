"""Notices in PostgreSQL: planned for a page of people at once, each address once for a fact."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.models import AudienceMember
from notices.audience import Recipient
from notices.kinds import Kind
from runtime.postgres import Connection

_LINKS = "select conversation_id, source_id from identity_links where conversation_id = any($1) or source_id = any($1)"
_CLAIM = """
    insert into notice_claims (fact_id, address) select $1, unnest($2::text[])
    on conflict do nothing returning address
"""
# What somebody was not told yet of the same story is told no more: the newer fact takes its place (facts of a story are
# spread in their order, so whatever is there is older).
_SUPERSEDE = """
    update notices set state = 'final', outcome = 'superseded', final_at = $4, reason = 'a newer fact took its place'
    where story = $1 and person = any($2) and fact_id <> $3 and state = 'planned'
"""
_PLAN = """
    insert into notices
        (fact_id, story, person, account_no, place, elder, ways, addresses, way, due_at, deadline, made_at,
         state, outcome, reason, final_at, capped)
    select $1, $2, p.person, p.account_no, p.place, p.elder, string_to_array(p.ways, ','), p.addresses::jsonb,
        nullif(split_part(p.ways, ',', 1), ''), $9, $10, $11,
        case when p.ways = '' then 'final' else 'planned' end,
        case when p.ways = '' then 'undelivered' end,
        case when p.ways = '' then 'no_contact' else '' end,
        case when p.ways = '' then $11::timestamptz end, $12
    from unnest($3::text[], $4::text[], $5::text[], $6::boolean[], $7::text[], $8::text[])
        as p (person, account_no, place, elder, ways, addresses)
    on conflict (fact_id, person) do nothing
"""
_CAP_LOCK = "select pg_advisory_xact_lock(hashtext('notices.cap'))"
_COUNTED = """
    select person, count(*) as many from notices
    where person = any($1) and capped and made_at > $2 and coalesce(outcome, '') not in ('void', 'superseded')
    group by person
"""
# Whom no way leads to is called.
_NO_WAY = """
    insert into notice_calls (fact_id, notice_id, account_no, phone, reason, made_at, call_by)
    select fact_id, notice_id, account_no, '', reason, $2, deadline from notices
    where fact_id = $1 and person = any($3) and reason = 'no_contact' and account_no <> ''
    on conflict (fact_id, account_no) do update set notice_id = coalesce(notice_calls.notice_id, excluded.notice_id)
"""
_CALL = """
    insert into notice_calls (fact_id, account_no, phone, care, reason, made_at, call_by)
    values ($1, $2, $3, $4, 'care', $5, $6) on conflict (fact_id, account_no) do nothing
"""


@dataclass(frozen=True)
class Times:
    """When a page of notices is planned, leaves at the earliest, and has ended for certain."""

    now: datetime
    due: datetime
    deadline: datetime


async def links(connection: Connection, conversation_ids: Collection[str]) -> list[tuple[str, str]]:
    """Lists which of these conversations are one person with another."""
    rows = await connection.fetch(_LINKS, sorted(conversation_ids))
    return [(row["conversation_id"], row["source_id"]) for row in rows]


async def within_cap(connection: Connection, people: Sequence[Recipient], most: int, now: datetime) -> list[Recipient]:
    """Leaves out who has had so many notices in a week that count against it; one transaction at a time counts."""
    await connection.execute(_CAP_LOCK)
    rows = await connection.fetch(_COUNTED, [person.person for person in people], now - timedelta(days=7))
    had = {row["person"]: row["many"] for row in rows}
    return [person for person in people if had.get(person.person, 0) < most]


async def plan(
    connection: Connection,
    fact_id: int,
    story: str,
    people: Sequence[Recipient],
    times: Times,
    *,
    capped: bool = False,
) -> None:
    """Plans a notice for each of these people of whom no address was told the fact yet."""
    asked = sorted({address for person in people for address in person.claims})
    rows = await connection.fetch(_CLAIM, fact_id, asked)
    free = {row["address"] for row in rows}
    fresh = []
    for person in people:
        if free.issuperset(person.claims):
            free.difference_update(person.claims)  # a second one of this page with the same address is the same person
            fresh.append(person)
    if not fresh:
        return
    await connection.execute(_SUPERSEDE, story, [person.person for person in fresh], fact_id, times.now)
    await connection.execute(
        _PLAN,
        *(fact_id, story, [one.person for one in fresh], [one.account_no for one in fresh]),
        *([one.place for one in fresh], [one.elder for one in fresh], [",".join(one.ways) for one in fresh]),
        [json.dumps(dict(one.addresses), ensure_ascii=False) for one in fresh],
        *(times.due, times.deadline, times.now, capped),
    )
    if lost := [one.person for one in fresh if not one.ways]:
        await connection.execute(_NO_WAY, fact_id, times.now, lost)


async def add_calls(
    connection: Connection, fact_id: int, kind: Kind, calls: Sequence[tuple[AudienceMember, str]], now: datetime
) -> None:
    """Lists accounts whose care asks for a call: a voice, and somebody's yes."""
    await connection.executemany(
        _CALL, [(fact_id, member.account_no, member.phone, care, now, now + kind.care[care]) for member, care in calls]
    )
