"""What both databases and the sandbox of short messages hold after a run; it only looks."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg2
import psycopg2.extras

Row = dict[str, Any]

_MESSAGES = """
    select conversation_id, seq, role, coalesce(body ->> 'text', '') as text, channel_message_id, reply_to, turn,
        delivery, owed, created_at, sent_by, delivery_attempts, (to_jsonb(m) ->> 'joins')::bigint as joins
    from messages m order by conversation_id, seq
"""
_ESCALATIONS = """
    select escalation_id, conversation_id, state, requested_at, accepted_at, ended_at from escalations order by 1
"""
_EVENTS = """
    select conversation_id, escalation_id, name, count(*) as times from escalation_events
    where name in ('escalation.requested', 'escalation.accepted', 'escalation.returned', 'escalation.closed')
    group by 1, 2, 3
"""
_MEMORY = """
    select conversation_id, min(position) as first, max(position) as last, count(*) as count
    from tracker_events group by 1
"""
_ERRANDS = "select errand_id, conversation_id, action, state, attempts, last_error from errands order by 1"
_FACTS = "select fact_id, kind, subject, state, due_at, reason from notice_facts order by 1"
_NOTICES = """
    select n.notice_id, n.fact_id, n.person, n.state, n.outcome, n.due_at, n.conversation_id, n.seq, n.way, n.reason,
        (select count(*) from notice_tries t where t.notice_id = n.notice_id and t.result <> 'failed'
            and t.result <> 'away') as good_tries
    from notices n order by 1
"""
_NOTICE_EVENTS = "select event_no, type, subject, state, reason from notice_events order by 1"
_ORDERS = """
    select order_no, kind, channel, channel_user, text, filed_at, filed_at >= %s as is_new from work_orders order by 1
"""


@dataclass(frozen=True)
class Ledgers:
    """Rows as they stand, by table."""

    messages: list[Row]
    escalations: list[Row]
    transitions: list[Row]
    memory: list[Row]
    errands: list[Row]
    facts: list[Row]
    notices: list[Row]
    notice_events: list[Row]
    orders: list[Row]
    short_messages: list[Row]

    def of(self, conversation_id: str) -> list[Row]:
        """The transcript of a conversation."""
        return [row for row in self.messages if row["conversation_id"] == conversation_id]


def read(database: str, utility_database: str, sms_folder: Path, since: datetime) -> Ledgers:
    """Reads everything that was written since the run began."""
    ours = {
        name: rows(database, query)
        for name, query in {
            "messages": _MESSAGES,
            "escalations": _ESCALATIONS,
            "transitions": _EVENTS,
            "memory": _MEMORY,
            "errands": _ERRANDS,
            "facts": _FACTS,
            "notices": _NOTICES,
            "notice_events": _NOTICE_EVENTS,
        }.items()
    }
    sms = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(sms_folder.glob("*.json"))]
    return Ledgers(
        **ours,
        orders=rows(utility_database, _ORDERS, since),
        short_messages=sms,
    )


def rows(database: str, query: str, *values: object) -> list[Row]:
    """Reads rows by name."""
    return rows_by(database, query, values or None)


def rows_by(database: str, query: str, values: object) -> list[Row]:
    """Reads rows by name, the values a tuple or by name."""
    with (
        closing(psycopg2.connect(database, cursor_factory=psycopg2.extras.RealDictCursor)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(query, values)
        return [dict(row) for row in cursor.fetchall()]
