"""Twice a day the undelivered go again by another way (business_rules.md section 7): once, late rather than never."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from notices.kinds import Book
from runtime.clock import SHANGHAI, Clock
from runtime.postgres import Pool, transaction

_ROUND = "resend"
_DONE = "select done_for from notice_rounds where name = $1 for update"
_BEGIN = "insert into notice_rounds (name, done_for) values ($1, $2) on conflict do nothing"
_MARK = "update notice_rounds set done_for = $2 where name = $1"
# The next way in the circle; who heard something newer of the same story meanwhile is left alone.
_AGAIN = """
    update notices n set state = 'planned', outcome = null, final_at = null, reason = '', resends = resends + 1,
        way = ways[(coalesce(array_position(ways, way), 0) % cardinality(ways)) + 1], due_at = $1,
        deadline = least($1 + $4::interval, f.worth_until), conversation_id = null, seq = null, receipt = null
    from notice_facts f
    where f.fact_id = n.fact_id and f.kind = $2 and f.state = 'told' and f.worth_until > $1
        and n.outcome in ('undelivered', 'unconfirmed') and n.resends < $3 and cardinality(n.ways) > 0
        and not exists (select 1 from notices newer where newer.story = n.story and newer.person = n.person
                        and newer.notice_id > n.notice_id)
        and not exists (select 1 from notice_calls c where c.notice_id = n.notice_id and c.reached)
    returning n.notice_id
"""


class Resending:
    """The round of nine and of three o'clock."""

    def __init__(self, pool: Pool, clock: Clock, book: Book) -> None:
        self._pool = pool
        self._clock = clock
        self._book = book
        self._log = structlog.get_logger()

    async def resend_due(self) -> int:
        """Plans the undelivered again if a round is due that nobody has made; returns how many."""
        now = self._clock.now()
        due = last_moment(now, self._book)
        async with transaction(self._pool) as connection:
            await connection.execute(_BEGIN, _ROUND, due - timedelta(days=1))
            if await connection.fetchval(_DONE, _ROUND) >= due:
                return 0
            await connection.execute(_MARK, _ROUND, due)
            count = 0
            for kind in self._book.kinds.values():
                if kind.again:
                    most = self._book.rules.resend_most
                    count += len(await connection.fetch(_AGAIN, now, kind.name, most, kind.final))
        self._log.info("notices.resent", count=count, round=due.isoformat())
        return count


def last_moment(now: datetime, book: Book) -> datetime:
    """Returns the newest moment of a round that has come."""
    today = now.astimezone(SHANGHAI).date()
    moments = [
        datetime.combine(day, at, SHANGHAI) for day in (today - timedelta(days=1), today) for at in book.rules.resend_at
    ]
    return max(moment for moment in moments if moment <= now)
