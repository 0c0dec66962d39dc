"""Who has not confirmed a notice that asks for it: the list is made ten minutes after, and acted on at once.

Key accounts first: they are called; everybody is told by their next way. Who has not confirmed that either, ten minutes
later, is on the list of calls. A receipt is any answer to the notice, or the web chat's reading mark.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog

from notices import ways
from notices.kinds import Book, Kind
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, transaction

_ARM = """
    insert into notice_receipts (fact_id, due_at) select $1, $2
    where not exists (select 1 from notice_facts later join notice_facts f on f.fact_id = $1
                      where later.story = f.story and later.kind = f.kind and later.state in ('planned', 'spreading')
                        and later.due_at > f.due_at)
    on conflict do nothing
"""
_DUE = """
    select r.round, f.*, s.over, s.known from notice_receipts r join notice_facts f using (fact_id)
    left join notice_subjects s on s.family = f.family and s.subject = f.subject
    where r.done_at is null and r.due_at <= $1 order by r.due_at limit 1 for update of r skip locked
"""
# Key accounts first, then by place.
_SILENT = """
    select n.*, coalesce(c.care, '') as care from notices n
    left join notice_calls c on c.fact_id = n.fact_id and c.account_no = n.account_no
    left join conversations v on v.conversation_id = n.conversation_id
    where n.fact_id = $1 and n.read_at is null and n.outcome is distinct from 'read'
        and coalesce(n.outcome, '') not in ('superseded', 'void')
        and not (n.reason = 'called' and n.outcome = 'delivered')
        and not coalesce(v.customer_read_seq >= n.seq, false)
    order by coalesce(c.care, '') = '', n.place, n.notice_id for update of n
"""
_LIST = """
    insert into notice_unconfirmed (notice_id, fact_id, care, did, way, at) values ($1, $2, $3, $4, $5, $6)
    on conflict (notice_id) do update set did = excluded.did, way = excluded.way, at = excluded.at
"""
_BY_THE_NEXT_WAY = """
    update notices set state = 'planned', outcome = null, final_at = null, reason = '', way = $2, due_at = $3,
        deadline = $4, conversation_id = null, seq = null, receipt = null
    where notice_id = $1
"""
_CALL = """
    insert into notice_calls (fact_id, notice_id, account_no, phone, reason, made_at, call_by)
    values ($1, $2, $3, $4, 'no_receipt', $5, $6)
    on conflict (fact_id, account_no) do update set reason = 'no_receipt', notice_id = excluded.notice_id,
        call_by = least(notice_calls.call_by, excluded.call_by)
    where notice_calls.done_at is null
"""
_DONE = "update notice_receipts set done_at = $2, made_at = coalesce(made_at, $3) where fact_id = $1"
_AGAIN = "update notice_receipts set round = 2, due_at = $2, made_at = $3 where fact_id = $1"
# Somebody of the account has said so: only whose life depends on power is called all the same.
_CONFIRMED = """
    update notice_calls c set done_at = $1, done_by = 'receipt', spoken_to = '', reached = true
    from notices n join notice_facts f using (fact_id)
    where c.done_at is null and c.care <> 'life_support' and n.fact_id = c.fact_id and n.account_no = c.account_no
        and (n.read_at is not null or n.outcome = 'read') and f.kind = any($2)
"""


async def arm(connection: Connection, fact_id: int, kind: Kind, book: Book, now: datetime) -> None:
    """Notes when the list of a fact that was told is due; a later notice of the same window has one instead."""
    if kind.receipt:
        await connection.execute(_ARM, fact_id, now + book.rules.receipt_after)


class Receipts:
    """The round that makes the lists."""

    def __init__(self, pool: Pool, clock: Clock, book: Book) -> None:
        self._pool, self._clock, self._book = pool, clock, book
        self._kinds = [name for name, kind in book.kinds.items() if kind.receipt]
        self._log = structlog.get_logger()

    async def make_due(self) -> bool:
        """Makes the next list that is due; false: none is. Raises StoreUnavailable."""
        async with transaction(self._pool) as connection:
            now = self._clock.now()
            await connection.execute(_CONFIRMED, now, self._kinds)
            fact = await connection.fetchrow(_DUE, now)
            if fact is None:
                return False
            if _is_over(fact):
                await connection.execute(_DONE, fact["fact_id"], now, None)
                return True
            silent = await connection.fetch(_SILENT, fact["fact_id"])
            resent = [await self._act(connection, fact, row, now) for row in silent]
            again = now + self._book.rules.receipt_after
            if any(resent) and again < fact["worth_until"]:
                await connection.execute(_AGAIN, fact["fact_id"], again, now)
            else:
                await connection.execute(_DONE, fact["fact_id"], now, now)
        self._log.warning("notices.receipts.listed", fact=fact["fact_key"], silent=len(silent), round=fact["round"])
        return True

    async def _act(self, connection: Connection, fact: Any, row: Any, now: datetime) -> bool:
        """Does what is left for one who has not confirmed; returns whether a notice goes by another way."""
        late, care = fact["worth_until"] <= now, row["care"]
        free = row["state"] == "final" and fact["round"] == 1 and not late
        way = ways.next_way(row["ways"], row["way"]) if free else ""
        did = "late" if late else "call" if care or not way else "resent"
        if did == "call" and row["account_no"]:
            call_by = min(now + self._book.rules.receipt_after, fact["worth_until"])
            values = (fact["fact_id"], row["notice_id"], row["account_no"], row["addresses"].get("sms", ""))
            await connection.execute(_CALL, *values, now, call_by)
        if way:
            kind = self._book.kinds[fact["kind"]]
            deadline = min(now + kind.final, fact["worth_until"] + timedelta(minutes=1))
            await connection.execute(_BY_THE_NEXT_WAY, row["notice_id"], way, now, deadline)
        listed = (row["notice_id"], fact["fact_id"], care, did, way or row["way"] or "", now)
        await connection.execute(_LIST, *listed)
        return bool(way)


def _is_over(fact: Any) -> bool:
    """Whether the outage has ended, was called off, or has another window by now."""
    known = fact["known"] or {}
    return bool(fact["over"]) or known.get("planned_from") != (fact["said"] or {}).get("start")
