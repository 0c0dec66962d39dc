"""Follows what was sent to its end: what the channels accepted, what they refused, what was read, what has run out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import structlog

from notices import ways
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, at_once, transaction

_AT_ONCE = 200
# A line that its door does not get rid of (the platform or the bot is away) gives way to the next way after so long; by
# the last way it may still be taken before the deadline.
PATIENCE = timedelta(minutes=10)
_READ_DAYS = timedelta(days=3)
_LINES = """
    select n.*, m.delivery, m.sent_by, m.receipt as template, m.receipt_result,
        (select reason from call_list l where l.conversation_id = n.conversation_id and n.seq = any(l.seqs)
         order by call_id desc limit 1) as refusal
    from notices n join messages m on m.conversation_id = n.conversation_id and m.seq = n.seq
    where n.state = 'sent' and n.seq is not null
        and (m.delivery <> 'pending' or (n.sent_at < $1 and n.way <> n.ways[cardinality(n.ways)]))
        and not (m.delivery = 'sent' and m.sent_by = 'template' and m.receipt_result is null and m.receipt is not null)
    order by n.notice_id limit $2 for update of n skip locked
"""
_RECEIPT = "select * from notices where way = 'sms' and receipt = $1 and state = 'sent' for update"
# Its answer is not in the book: it was lost with its worker or on the wire, or is on its way there.
_UNDER_KEY = """
    select * from notices where notice_id = $1 and way = 'sms' and state in ('planned', 'sending') and tries + 1 = $2
    for update
"""
_KEY = re.compile(r"notice-(\d{1,18})-(\d{1,4})")
_READ = """
    update notices n set outcome = 'read', read_at = coalesce(n.read_at, $1) from conversations c
    where n.outcome = 'delivered' and n.seq is not null and n.final_at > $2
        and c.conversation_id = n.conversation_id and (n.read_at is not null or c.customer_read_seq >= n.seq)
"""
_RUN_OUT = """
    select * from notices where state <> 'final' and deadline <= $1
    order by deadline limit $2 for update skip locked
"""


class Following:
    """The rounds behind the sending."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._log = structlog.get_logger()

    async def follow(self) -> int:
        """Looks at lines that were written: delivered, refused, or silenced by a person's take-over."""
        async with transaction(self._pool) as connection:
            now = self._clock.now()
            rows = await connection.fetch(_LINES, now - PATIENCE, _AT_ONCE)
            there = [row["notice_id"] for row in rows if _is_there(row)]
            if there:
                await ways.arrived(connection, there, now)
            for row in rows:
                if not _is_there(row):
                    await self._line(connection, row, now)
        return len(rows)

    async def note_reading(self) -> None:
        """Notes what customers have read since it arrived."""
        async with transaction(self._pool) as connection:
            now = self._clock.now()
            await connection.execute(_READ, now, now - _READ_DAYS)

    async def report(self, receipt: str, *, arrived: bool, reason: str = "", key: str = "") -> bool:
        """Takes a gateway's word of what became of a message; false: nobody waits for it.

        With the `key` that the message was sent under, a report may overtake the record that it was sent.

        Raises:
            StoreUnavailable: nothing is written down.
        """
        now, counted = self._clock.now(), True
        if arrived:
            async with at_once(self._pool) as connection:
                if await ways.arrived_by_receipt(connection, receipt, now):
                    return True
        async with transaction(self._pool) as connection:
            row = await connection.fetchrow(_RECEIPT, receipt)
            if row is None and (found := _KEY.fullmatch(key)):
                row = await connection.fetchrow(_UNDER_KEY, int(found.group(1)), int(found.group(2)))
                counted = row is None
            if row is None:  # the record was written while we waited for its row
                row = await connection.fetchrow(_RECEIPT, receipt)
            if row is None:
                return False
            if arrived and not counted:
                await ways.sent(connection, row, now, receipt=receipt)
            if arrived:
                await ways.arrived(connection, [row["notice_id"]], now)
            else:
                await ways.failed(connection, row, reason or "not_arrived", now, counted=counted)
        return True

    async def end(self) -> int:
        """Ends what has run out: no notice stays without a final state behind its deadline."""
        async with transaction(self._pool) as connection:
            now = self._clock.now()
            rows = await connection.fetch(_RUN_OUT, now, _AT_ONCE)
            for row in rows:
                await self._run_out(connection, row, now)
        return len(rows)

    async def _line(self, connection: Connection, row: Any, now: datetime) -> None:
        if row["delivery"] == "suppressed":
            return await ways.again(connection, row, now)
        reason = "not_taken_in_time" if row["delivery"] == "pending" else row["refusal"] or "not_taken"
        self._log.info("notices.way.failed", notice_id=row["notice_id"], way=row["way"], reason=reason)
        await ways.failed(connection, row, reason, now, counted=True)
        return None

    async def _run_out(self, connection: Connection, row: Any, now: datetime) -> None:
        if row["state"] in ("sending", "sent") and row["seq"] is None:
            # The gateway has it, or may have it: nobody said what became of it.
            await connection.execute(
                "update notices set state = 'final', outcome = 'unconfirmed', reason = 'no_report', final_at = $2"
                " where notice_id = $1",
                *(row["notice_id"], now),
            )
            return
        await ways.withdraw(connection, row, now)
        await ways.give_up(connection, row, "deadline", now)


def _is_there(row: Any) -> bool:
    """Whether the door reached them; a template's report is the template's: behind it another way may have done it."""
    return bool(
        row["delivery"] == "sent" and (row["sent_by"] != "template" or row["receipt_result"] in (None, "success"))
    )
