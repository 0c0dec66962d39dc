"""Whether a run has come to rest: nothing waits that time alone would not bring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import psycopg2

from bench.chaos import ledgers
from bench.chaos.web_customers import WebCustomer

# What is due later than this (a night's rest, a progress every two hours) is not waited for.
_SOON = timedelta(seconds=150)
_OPEN = {
    "turns": "select count(*) as n from messages where turn = 'pending'",
    "deliveries": """
        select count(*) as n from messages where delivery = 'pending' and coalesce(next_try_at, %(soon)s) <= %(soon)s
    """,
    "errands": "select count(*) as n from errands where state = 'waiting' or owed",
    "requests for a person": "select count(*) as n from escalations where state in ('waiting', 'offered', 'serving')",
    "events": "select count(*) as n from notice_events where state = 'waiting'",
    "facts": "select count(*) as n from notice_facts where state in ('planned', 'spreading') and due_at <= %(soon)s",
    "notices": "select count(*) as n from notices where state in ('planned', 'sending') and due_at <= %(soon)s",
}
_LAST = """
    select conversation_id, max(seq) as seq from messages
    where role <> 'note' and delivery is distinct from 'suppressed' group by 1
"""


class Quiet:
    """Looks at the ledgers past the line that is cut."""

    def __init__(self, database: str, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def left(self, web: Sequence[WebCustomer]) -> dict[str, int]:
        """What still waits, by name; nothing: it is quiet."""
        now = self._now()
        left = {"lines not acknowledged": sum(len(one.waiting) for one in web)}
        try:
            for name, query in _OPEN.items():
                (row,) = ledgers.rows_by(self._database, query, {"now": now, "soon": now + _SOON})
                left[name] = row["n"]
            last = {row["conversation_id"]: row["seq"] for row in ledgers.rows(self._database, _LAST)}
        except psycopg2.OperationalError:
            return {"PostgreSQL": 1}
        shown = {one.conversation_id: max((line["seq"] for line in one.seen), default=0) for one in web}
        left["pages behind"] = sum(last.get(key, 0) > seq for key, seq in shown.items())
        return {name: count for name, count in left.items() if count}
