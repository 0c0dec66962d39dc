"""Where the desk's own matters stand: promises, words of the night, calls; the truth of each is its own table.

Orders and call-backs of the company come by its events (`subjects`), not from here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handoff.notices import watches
from handoff.notices.watches import Matter
from notices import fact_store
from notices.fact_store import Dropped
from runtime.postgres import Connection

FAMILY = "watch"
_STATE = "select state from watches where kind = $1 and ref = $2 for share"

_PROMISES = """
    select promise_id::text as ref, conversation_id, agent_id as owner, text as title, created_at as begins,
        due_at as due, said_due_at as said
    from promises where state = 'watching'
"""
_REPLIES = """
    select escalation_id::text as ref, conversation_id, requested_at as begins, promised_at as due
    from escalations where promised_at is not null and state in ('waiting', 'offered')
"""
# Somebody who was tried to be called is not forgotten: from then on the follow-up has its own rule.
_FOLLOW_UPS = """
    select follow_up_id::text as ref, conversation_id, claimed_by as owner, opened_at as begins, due_at as due
    from follow_ups where state = 'open' and tries = 0
"""
_CALLS = """
    select c.call_id::text as ref, c.account_no, f.kind as title, c.made_at as begins, c.call_by as due
    from notice_calls c join notice_facts f using (fact_id) where c.done_at is null
"""
_CONSENTS = """
    select outage_no || '/' || account_no as ref, account_no, outage_no as title, asked_at as begins, answer_by as due
    from notice_consents where answered_at is null and over_at is null
"""


@dataclass(frozen=True)
class Source:
    """One kind of matter of the desk: what is open of it, and what names and holds one."""

    kind: str
    open: str
    one: str
    held: str
    read: Callable[[str, Any], Matter]

    def number(self, ref: str) -> int | str:
        """Returns what names one as its table has it."""
        return ref if "/" in ref else int(ref)


def _plain(kind: str, row: Any) -> Matter:
    return Matter(kind, row["ref"], row["begins"], row["due"], conversation_id=row["conversation_id"])


def _promise(kind: str, row: Any) -> Matter:
    times = (row["begins"], row["due"])
    words = {"conversation_id": row["conversation_id"], "title": row["title"], "owner": row["owner"]}
    return Matter(kind, row["ref"], *times, **words, said=row["said"], anew=True)


def _follow_up(kind: str, row: Any) -> Matter:
    return Matter(
        kind, row["ref"], row["begins"], row["due"], conversation_id=row["conversation_id"], owner=row["owner"]
    )


def _account(kind: str, row: Any) -> Matter:
    return Matter(kind, row["ref"], row["begins"], row["due"], account_no=row["account_no"], title=row["title"])


SOURCES = (
    Source("promise", _PROMISES, "promise_id", "promises", _promise),
    Source("reply", _REPLIES, "escalation_id", "escalations", _plain),
    Source("follow_up", _FOLLOW_UPS, "follow_up_id", "follow_ups", _follow_up),
    Source("consent", _CONSENTS, "outage_no || '/' || account_no", "notice_consents", _account),
    Source("call", _CALLS, "call_id", "c", _account),
)
_OF = {source.kind: source for source in SOURCES}


async def look(connection: Connection, source: Source, now: datetime) -> int:
    """Watches what is open of a kind and ends what is not any more; returns how much had changed."""
    known = await watches.running(connection, source.kind)
    matters = [source.read(source.kind, row) for row in await connection.fetch(source.open)]
    fresh = [matter for matter in matters if known.get(matter.ref) != matter.mark]
    for matter in fresh:
        await watches.see(connection, matter, now)
    gone = set(known) - {matter.ref for matter in matters}
    if gone:
        await over(connection, source.kind, gone, "over", now)
    return len(fresh) + len(gone)


async def over(connection: Connection, kind: str, refs: Collection[str], outcome: str, now: datetime) -> None:
    """Ends matters, and what was going to be said of them."""
    for ref in await watches.end(connection, kind, refs, outcome, now):
        subject = f"{kind}/{ref}"
        await fact_store.drop(connection, [Dropped(FAMILY, subject, f"{FAMILY}/{subject}/*", "it is over")], now)


async def runs(connection: Connection, subject: str) -> bool:
    """Whether the matter of a fact of the watch (`kind/ref`) has not ended; it is held until the transaction ends."""
    kind, _, ref = subject.partition("/")
    if comes_from_the_desk(kind):
        return await still(connection, kind, ref) is not None
    state = await connection.fetchval(_STATE, kind, ref)
    return bool(state == "watching")


async def still(connection: Connection, kind: str, ref: str) -> Matter | None:
    """Reads one matter as it stands now and holds it, so that it cannot end while a step is told; None: it is over."""
    source = _OF[kind]
    row = await connection.fetchrow(
        f"{source.open} and {source.one} = $1 for share of {source.held}", source.number(ref)
    )
    return source.read(kind, row) if row else None


def comes_from_the_desk(kind: str) -> bool:
    """Whether the truth of this kind stands in a table of the desk."""
    return kind in _OF
