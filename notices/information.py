"""Turns what a supervisor has approved into a fact for those who asked for news; told under quiet hours and the cap."""

from __future__ import annotations

from datetime import timedelta

from runtime.clock import Clock
from runtime.postgres import Pool, transaction

_TAKE = """
    select * from notice_information where taken_at is null order by information_id limit 1 for update skip locked
"""
_TAKEN = "update notice_information set taken_at = $2 where information_id = $1"
_PLAN = """
    insert into notice_facts
        (fact_key, kind, family, subject, story, event_no, area_ids, given, due_at, worth_until, made_at)
    values ('information/' || $1, 'information', 'information', $1, 'information/' || $1, 0, $2, $3, $4, $5, $4)
    on conflict (fact_key) do nothing
"""
_WORTH = timedelta(days=7)


class Information:
    """Takes what waits, once, whichever worker comes first."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def take_next(self) -> bool:
        """Plans the next line; false: none waits. Raises StoreUnavailable."""
        async with transaction(self._pool) as connection:
            row, now = await connection.fetchrow(_TAKE), self._clock.now()
            if row is None:
                return False
            given = {"title": row["title"], "text": row["text"], "everybody": not row["area_ids"]}
            number, areas = str(row["information_id"]), list(row["area_ids"])
            await connection.execute(_PLAN, number, areas, given, now, now + _WORTH)
            await connection.execute(_TAKEN, row["information_id"], now)
        return True
