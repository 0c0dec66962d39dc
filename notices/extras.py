"""Offers as notices: once a month a fact for each, told to those who asked for news, whom it fits and who are calm.

Who that is, the book says (`handoff.extras`), by how the company says that accounts stand at that moment; what a person
was offered in the chat counts, too. What is planned is looked at again before it leaves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from backend.models import AudienceMember
from handoff.extras import ledger
from handoff.extras.book import Held, extra_book
from notices.audience import CHAT_WAYS, Recipient
from runtime.clock import SHANGHAI, Clock
from runtime.postgres import Connection, Pool, transaction

FAMILY = "extra"
_PREFIX = "extra_"
_PLAN = """
    insert into notice_facts
        (fact_key, kind, family, subject, story, event_no, given, due_at, worth_until, made_at)
    values ('extra/' || $1, $2, 'extra', $1, 'extra', 0, $3, $4, $5, $6) on conflict (fact_key) do nothing
    returning fact_id
"""
_HAD = """
    select account_no from extra_offers
    where account_no = any($1) and (at > $2 or (name = $4 and answer = 'no' and at > $3))
"""
_REFUSED = """
    select conversation_id from extra_offers
    where conversation_id = any($1) and name = $2 and answer = 'no' and at > $3
"""


class Extras:
    """Plans the offers of a month when their day has come; whichever worker comes first, once."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def plan(self) -> bool:
        """Plans this month's offers; false: they are planned, or it is not the day. Raises StoreUnavailable."""
        now, monthly = self._clock.now(), extra_book().monthly
        local = now.astimezone(SHANGHAI)
        due = datetime.combine(local.date().replace(day=monthly.day), monthly.at, SHANGHAI)
        if not due <= local < due + monthly.worth:
            return False
        made = []
        async with transaction(self._pool) as connection:
            for offer in extra_book().offers:
                subject, given = f"{offer.name}-{local:%Y-%m}", {"extra": offer.name, "everybody": True}
                values = (subject, f"{_PREFIX}{offer.name}", given, now, due + monthly.worth, now)
                made.append(await connection.fetchval(_PLAN, *values))
        return any(made)


def fitting(members: Sequence[AudienceMember], name: str) -> list[AudienceMember]:
    """The accounts that an offer fits, where nothing is wrong with the account or its people."""
    book = extra_book()
    return [one for one in members if book.choose([_held(one)], [o.name for o in book.offers if o.name != name])]


async def willing(connection: Connection, people: Sequence[Recipient], name: str, now: datetime) -> list[Recipient]:
    """Leaves out who wants no offers, had one not long ago by any way, has declined this one, or has trouble here."""
    spans = extra_book().spans
    chats = sorted({chat for person in people for chat in _chats(person)})
    out = await ledger.stopped(connection, chats, spans, now) | await ledger.troubled(connection, chats, spans, now)
    out |= {row["conversation_id"] for row in await connection.fetch(_REFUSED, chats, name, now - spans.refused)}
    numbers = [person.account_no for person in people]
    rows = await connection.fetch(_HAD, numbers, now - spans.again, now - spans.refused, name)
    had = {row["account_no"] for row in rows}
    return [one for one in people if one.account_no not in had and out.isdisjoint(_chats(one))]


async def note(connection: Connection, people: Sequence[Recipient], name: str, now: datetime) -> None:
    """Notes who is told of an offer: it counts for the month, here and in the chat."""
    rows = [(chat, one.account_no, name) for one in people for chat in _chats(one)]
    await ledger.note_told(connection, rows, now)


async def still_calm(connection: Connection, row: Any, now: datetime) -> bool:
    """Whether nothing has come between since an offer was planned; also for what a gateway sends."""
    chats = _chats_at(row["addresses"], row["person"])
    return not await ledger.troubled(connection, chats, extra_book().spans, now)


def _chats(person: Recipient) -> Collection[str]:
    return _chats_at(person.addresses, person.person)


def _chats_at(addresses: Mapping[str, str], person: str) -> list[str]:
    return [where for way, where in addresses.items() if way in CHAT_WAYS] or [person]


def _held(member: AudienceMember) -> Held:
    return Held(frozenset(member.facts) | set(member.tag_kinds), frozenset(member.troubles))
